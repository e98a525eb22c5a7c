"""The content of a key ring, and the JSON document that keeps it."""

from __future__ import annotations

import base64
import json
from abc import abstractmethod
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from visavis._strict_json import parse_json
from visavis.errors import (
    InputInvalid,
    KeyringCorrupt,
    KeyringEpochCurrent,
    KeyringEpochDestroyed,
    KeyringUnknown,
)

from ._institution import check_institution
from ._kek import Kek
from ._keyring import Epoch, KeyRing

if TYPE_CHECKING:
    from collections.abc import Mapping

_FORMAT = "visavis-keyring-1"


@dataclass(frozen=True, slots=True)
class Entry:
    """An epoch with its key, or without it once that is destroyed."""

    epoch: Epoch
    kek: Kek | None


@dataclass(frozen=True, slots=True)
class KeyTable:
    """Every institution's epochs, oldest first. Never changed in place."""

    entries: Mapping[str, tuple[Entry, ...]]

    def of(self, institution: str) -> tuple[Entry, ...]:
        """The institution's entries; raises ``KeyringUnknown``."""
        try:
            return self.entries[institution]
        except KeyError:
            raise KeyringUnknown("the key ring has no such institution") from None

    def current(self, institution: str) -> Kek:
        """The key of the last epoch, which is never destroyed."""
        last = self.of(institution)[-1]
        return self.find(institution, last.epoch.kek_id)

    def find(self, institution: str, kek_id: bytes) -> Kek:
        """The key with this id; raises ``KeyringUnknown`` or ``KeyringEpochDestroyed``."""
        for entry in reversed(self.of(institution)):
            if entry.epoch.kek_id == kek_id:
                if entry.kek is None:
                    raise KeyringEpochDestroyed("the key of this epoch was destroyed")
                return entry.kek
        raise KeyringUnknown("the key ring has no key of this id")

    def with_institution(self, institution: str) -> Self:
        """Add an institution with its first epoch; refuse one that is there."""
        check_institution(institution)
        if institution in self.entries:
            raise InputInvalid("the key ring has this institution already")
        return self._with(institution, (_new_entry(institution, number=1),))

    def with_epoch(self, institution: str) -> Self:
        """Add an epoch, which becomes the institution's current one."""
        entries = self.of(institution)
        return self._with(institution, (*entries, _new_entry(institution, number=len(entries) + 1)))

    def without_key(self, institution: str, *, epoch: int) -> Self:
        """Drop the key of an epoch that is not the current one; its id and dates stay."""
        entries = self.of(institution)
        if not 1 <= epoch <= len(entries):
            raise KeyringUnknown("the institution has no such epoch")
        if epoch == len(entries):
            raise KeyringEpochCurrent("start a new epoch before this one is destroyed")
        entry = entries[epoch - 1]
        if entry.kek is None:
            raise KeyringEpochDestroyed("the key of this epoch was destroyed before")
        dropped = Entry(epoch=replace(entry.epoch, destroyed=_now()), kek=None)
        return self._with(institution, (*entries[: epoch - 1], dropped, *entries[epoch:]))

    def render(self) -> bytes:
        """The JSON document, keys included."""
        institutions = {
            institution: [_render_entry(entry) for entry in entries]
            for institution, entries in self.entries.items()
        }
        document = {"format": _FORMAT, "institutions": institutions}
        return (json.dumps(document, indent=2, sort_keys=True) + "\n").encode()

    @classmethod
    def parse(cls, document: bytes) -> Self:
        """Read the JSON document, strictly.

        Raises:
            KeyringCorrupt: it is not one, or a key does not belong to its id. The detail shows
                nothing of the content.
        """
        try:
            content = parse_json(document)
            institutions = content["institutions"].items()
            table = cls({name: _parse_entries(entries, name) for name, entries in institutions})
            written_back = json.loads(table.render())
        except (ValueError, TypeError, LookupError, AttributeError, InputInvalid):
            # ValueError covers JSON, UTF-8, base64, hexadecimal and dates. "from None": the
            # original message could quote a key.
            raise KeyringCorrupt("not a well-formed key ring") from None
        if written_back != content:
            raise KeyringCorrupt(f"not a key ring of the format {_FORMAT}, or a damaged one")
        return table

    def _with(self, institution: str, entries: tuple[Entry, ...]) -> Self:
        return type(self)({**self.entries, institution: entries})


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _new_entry(institution: str, *, number: int) -> Entry:
    kek = Kek.generate(institution=institution, epoch=number)
    return Entry(Epoch(number=number, kek_id=kek.kek_id, created=_now(), destroyed=None), kek)


def _render_entry(entry: Entry) -> dict[str, object]:
    epoch = entry.epoch
    return {
        "epoch": epoch.number,
        "id": epoch.kek_id.hex(),
        "created": epoch.created.isoformat(),
        "destroyed": None if epoch.destroyed is None else epoch.destroyed.isoformat(),
        "key": None if entry.kek is None else entry.kek.reveal(),
    }


def _parse_entries(entries: list[Any], institution: str) -> tuple[Entry, ...]:
    parsed = tuple(
        _parse_entry(entry, institution=institution, number=number)
        for number, entry in enumerate(entries, start=1)
    )
    if parsed[-1].kek is None:
        raise KeyringCorrupt("the current epoch has no key")
    return parsed


def _parse_entry(entry: dict[str, Any], *, institution: str, number: int) -> Entry:
    key, destroyed = entry["key"], entry["destroyed"]
    if (key is None) == (destroyed is None):
        raise KeyringCorrupt("an epoch either has a key or was destroyed")
    epoch = Epoch(
        number=number,
        kek_id=bytes.fromhex(entry["id"]),
        created=_parse_time(entry["created"]),
        destroyed=None if destroyed is None else _parse_time(destroyed),
    )
    if key is None:
        return Entry(epoch, kek=None)
    kek = Kek(base64.b64decode(key, validate=True), institution=institution, epoch=number)
    if kek.kek_id != epoch.kek_id:
        raise KeyringCorrupt("a key is not the one that its id names")
    return Entry(epoch, kek)


def _parse_time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


class TableKeyRing(KeyRing):
    """A key ring over a table that the subclass gets from somewhere."""

    @abstractmethod
    def _table(self) -> KeyTable:
        """The table as it is now."""

    def institutions(self) -> tuple[str, ...]:
        return tuple(sorted(self._table().entries))

    def epochs(self, institution: str) -> tuple[Epoch, ...]:
        return tuple(entry.epoch for entry in self._table().of(institution))

    def current(self, institution: str) -> Kek:
        return self._table().current(institution)

    def find(self, institution: str, kek_id: bytes) -> Kek:
        return self._table().find(institution, kek_id)
