"""The table of ``docs/settings.md``, from the settings themselves.

    python -m tests.settings_page

writes it anew into the page, between its two marks.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from visavis.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"
_BEGIN, _END = "<!-- the table -->\n", "<!-- its end -->\n"


def fields(section: type[BaseModel] = Settings, path: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every setting by its name, ``section.name`` within a section."""
    for name, field in section.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from fields(inner, f"{path}{name}.")
        else:
            yield f"{path}{name}", field


def table() -> str:
    lines = ["| setting | variable | default | what | why that default |", "|---|---|---|---|---|"]
    for name, field in fields():
        extra: dict[str, Any] = dict(field.json_schema_extra or {})  # type: ignore[arg-type]
        default = extra["shown"] or ("none" if field.default is None else f"`{field.default}`")
        variable = "VISAVIS_" + name.upper().replace(".", "__")
        lines.append(
            f"| `{name}` | `{variable}` | {default} | {field.description} | {extra['why']} |"
        )
    return "\n".join(lines) + "\n"


def page() -> str:
    """The page with the table as it should be."""
    before, rest = PAGE.read_text().split(_BEGIN)
    return before + _BEGIN + table() + _END + rest.split(_END)[1]


if __name__ == "__main__":
    PAGE.write_text(page())
