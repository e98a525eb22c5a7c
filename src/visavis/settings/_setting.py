"""What a setting and a section of them are made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["OwnPath", "Section", "setting"]

OwnPath = Annotated[Path, AfterValidator(Path.expanduser)]
"""A path that may begin with ``~``."""


def setting(
    default: object = ...,
    *,
    what: str,
    why: str,
    factory: Callable[[dict[str, Any]], object] | None = None,
    shown: str | None = None,
    secret: bool = False,
    **limits: Any,  # noqa: ANN401 - pydantic's own (ge, le, min_length, ...)
) -> Any:  # noqa: ANN401 - stands for a value of the field's type, as pydantic's Field does
    """A field of a section, with what its page of the documentation says of it.

    Args:
        default: its value where nothing else is given.
        what: what it sets.
        why: the reason for the default.
        factory: makes the default of the section's fields before this one, instead of ``default``.
        shown: how that default is written in the documentation.
        secret: whether ``repr`` leaves it out.
        limits: as pydantic's ``Field`` takes them.
    """
    extra: dict[str, Any] = {"why": why, "shown": shown}
    known: dict[str, Any] = (
        {"default": default} if factory is None else {"default_factory": factory}
    )
    return Field(**known, description=what, json_schema_extra=extra, repr=not secret, **limits)


class Section(BaseModel):
    """Settings that belong together. Unknown names are refused, values are not changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True)
