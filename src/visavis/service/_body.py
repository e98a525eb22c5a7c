"""A request's body: JSON with pictures in base64, or multipart/form-data with pictures as files.

A picture is always bytes. Nothing takes an address or a path to fetch one from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from visavis._strict_json import parse_json
from visavis.errors import InputInvalid, RequestMalformed, RequestUnsupported
from visavis.service._multipart import read_multipart
from visavis.verifier import MAX_SAMPLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["FIELDS_PART", "BodyForm", "Given"]

FIELDS_PART = "request"
"""The multipart part that holds everything but pictures, as JSON."""

_Fields = TypeVar("_Fields", bound=BaseModel)

_SAYINGS = {
    "missing": "is missing",
    "extra_forbidden": "has a field that is not known",
    "string_pattern_mismatch": "is not of the form that it must have",
    "uuid_parsing": "is not an id",
    "too_short": "has too few",
    "too_long": "has too many",
    "string_too_short": "is too short",
    "string_too_long": "is too long",
}


@dataclass(frozen=True, slots=True)
class Given(Generic[_Fields]):
    """What a request carried.

    Attributes:
        fields: everything but pictures.
        pictures: contents of picture files, by the name of their side.
    """

    fields: _Fields
    pictures: Mapping[str, tuple[bytes, ...]] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyForm(Generic[_Fields]):
    """How a route's body is read.

    Attributes:
        fields: the model of everything but pictures.
        whole: the model with pictures, for JSON; that of the fields where there are none.
        sides: the names of lists of pictures.
        refused: of sides that may be given, to be told that they may not.
    """

    fields: type[_Fields]
    whole: type[_Fields]
    sides: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    def read(self, body: bytes, *, content_type: str) -> Given[_Fields]:
        """Read it.

        Raises:
            RequestUnsupported: it is of another content type.
            RequestMalformed: it is not well-formed.
            InputInvalid: it is, but not what the route takes; ``input`` names the field.
        """
        kind = content_type.partition(";")[0].strip().lower()
        if kind == "application/json":
            return self._from_json(body)
        if kind == "multipart/form-data" and self.sides:
            return self._from_parts(body, content_type=content_type)
        accepted = "application/json" + (" or multipart/form-data" if self.sides else "")
        raise RequestUnsupported(f"the body must be {accepted}")

    def _from_json(self, body: bytes) -> Given[_Fields]:
        whole = _validated(self.whole, _parse(body))
        pictures = {
            side: tuple(getattr(whole, side) or ()) for side in (*self.sides, *self.refused)
        }
        return Given(whole, pictures)

    def _from_parts(self, body: bytes, *, content_type: str) -> Given[_Fields]:
        parts = read_multipart(body, content_type=content_type)
        known = {FIELDS_PART, *self.sides, *self.refused}
        if any(part.name not in known for part in parts):
            raise _invalid("the body", "has a part that is not known")
        fields = [part.content for part in parts if part.name == FIELDS_PART]
        if len(fields) != 1:
            raise _invalid(FIELDS_PART, "is one part, of JSON")
        pictures = {
            side: tuple(part.content for part in parts if part.name == side)
            for side in (*self.sides, *self.refused)
        }
        for side in self.sides:
            if not 1 <= len(pictures[side]) <= MAX_SAMPLES:
                raise _invalid(side, f"is 1 to {MAX_SAMPLES} files")
        return Given(_validated(self.fields, _parse(fields[0])), pictures)


def _parse(content: bytes) -> Any:  # noqa: ANN401 - the models say what it must be
    try:
        return parse_json(content)
    except ValueError:
        raise RequestMalformed("not JSON, or with doubled names") from None


def _validated(model: type[_Fields], content: object) -> _Fields:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        # A name that is not known is the caller's text, which is not repeated.
        place = first["loc"][:-1] if first["type"] == "extra_forbidden" else first["loc"]
        said = _SAYINGS.get(first["type"], "is not what it must be")
        raise _invalid(_path(place), said) from None


def _path(place: Sequence[int | str]) -> str:
    path = ""
    for part in place:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.removeprefix(".") or "the body"


def _invalid(name: str, said: str) -> InputInvalid:
    error = InputInvalid(f"{name} {said}")
    error.input = name
    return error
