"""TOML that says exactly what it must: no unknown key, no missing one, no type but the right one.

Manifests come from strangers, so the text is bounded before it is parsed, and every complaint
names the key (``embedder.mean``).
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, TypeVar

from visavis.errors import ModelManifestInvalid

if TYPE_CHECKING:
    from enum import StrEnum

__all__ = ["MAX_BYTES", "MAX_LINE", "Table", "parse"]

MAX_BYTES = 64 * 1024
"""Largest manifest: about a hundred card cells."""

MAX_LINE = 1000
"""Longest line. Python's parser takes quadratic time for a dotted key (19 s for 60,000 bytes), and
nobody reviews longer lines."""

_Kind = TypeVar("_Kind", bound="StrEnum")


def parse(data: bytes) -> Table:
    """Read TOML, and give its root table.

    Raises:
        ModelManifestInvalid: too long, not UTF-8, or not TOML.
    """
    if len(data) > MAX_BYTES:
        raise ModelManifestInvalid(f"the manifest is longer than {MAX_BYTES} bytes")
    try:
        text = data.decode()
        if max(map(len, text.split("\n"))) > MAX_LINE:
            raise ModelManifestInvalid(f"a line is longer than {MAX_LINE} characters")
        content = tomllib.loads(text)
    except RecursionError:
        raise ModelManifestInvalid("the manifest is nested too deeply") from None
    except ValueError:  # no TOML, no UTF-8, or an integer of more than 4,300 digits
        raise ModelManifestInvalid("the manifest is not valid TOML in UTF-8") from None
    return Table(content, "")


class Table:
    """One table, read key by key; `close` then refuses what nobody asked for."""

    def __init__(self, content: dict[str, object], path: str) -> None:
        self._content = content
        self._path = path
        self._read: set[str] = set()

    def fail(self, key: str, why: str) -> ModelManifestInvalid:
        """Make, not raise, the error that names this table's key."""
        return ModelManifestInvalid(f"{self._name(key)}: {why}")

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._content

    def text(self, key: str, *, most: int) -> str:
        """A string of 1 to ``most`` characters, printable but for its line breaks."""
        value = self._take(key)
        if not isinstance(value, str):
            raise self.fail(key, "must be a string")
        # Control characters would reach the terminal of whoever lists the packs.
        if not 1 <= len(value) <= most or not value.replace("\n", "").isprintable():
            raise self.fail(key, f"must be 1 to {most} printable characters")
        return value

    def line(self, key: str, *, most: int, pattern: str = ".+") -> str:
        """The same on one line, and like ``pattern`` from end to end."""
        value = self.text(key, most=most)
        if re.fullmatch(pattern, value) is None:
            raise self.fail(key, f"must be one line like {pattern}")
        return value

    def choice(self, key: str, kind: type[_Kind]) -> _Kind:
        """One of an enumeration's values."""
        value = self._take(key)
        for member in kind:
            if value == member.value:
                return member
        raise self.fail(key, f"must be one of {', '.join(kind)}")

    def integer(self, key: str, *, least: int, most: int) -> int:
        """An integer in least..most."""
        value = self._take(key)
        if type(value) is not int or not least <= value <= most:
            raise self.fail(key, f"must be an integer from {least} to {most}")
        return value

    def number(self, key: str, *, least: float, most: float) -> float:
        """A finite number in least..most."""
        return self._number(key, self._take(key), least, most)

    def numbers(self, key: str, *, count: int, least: float, most: float) -> tuple[float, ...]:
        """An array of ``count`` finite numbers, each in least..most."""
        value = self._take(key)
        if not isinstance(value, list) or len(value) != count:
            raise self.fail(key, f"must be an array of {count} numbers")
        return tuple(self._number(key, item, least, most) for item in value)

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self._take(key)
        if not isinstance(value, bool):
            raise self.fail(key, "must be true or false")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """An array of strings."""
        value = self._take(key)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fail(key, "must be an array of strings")
        return tuple(value)

    def table(self, key: str) -> Table:
        """The table below the key."""
        value = self._take(key)
        if not isinstance(value, dict):
            raise self.fail(key, "must be a table")
        return Table(value, self._name(key))

    def tables(self, key: str, *, least: int, most: int) -> list[Table]:
        """An array of least..most tables."""
        value = self._take(key)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.fail(key, "must be an array of tables")
        if not least <= len(value) <= most:
            raise self.fail(key, f"must have {least} to {most} tables")
        return [Table(item, f"{self._name(key)}[{index}]") for index, item in enumerate(value)]

    def close(self) -> None:
        """Raise where a key was never asked for: a misspelt setting must not be a silent one."""
        for key in self._content:
            if key not in self._read:
                raise self.fail(ascii(key[:40])[1:-1], "is not a key of this table")

    def _take(self, key: str) -> object:
        if key not in self._content:
            raise self.fail(key, "is missing")
        self._read.add(key)
        return self._content[key]

    def _number(self, key: str, value: object, least: float, most: float) -> float:
        # The comparison refuses NaN too, and an integer beyond a float's range before float().
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fail(key, "must be a number")
        if not least <= value <= most:
            raise self.fail(key, f"must be a number from {least:g} to {most:g}")
        return float(value)

    def _name(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key
