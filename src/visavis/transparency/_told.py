"""What a store that was restored must be told: which events, and how a copy of the log keeps them.

A record, big-endian: position and run (8 bytes each), day (4), length of the event (2), checksum
(4), blinding (32), event. The checksum is against accidents; that the event is the leaf's, the leaf
itself shows.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from visavis.errors import LogCopyDamaged, LogMalformed

from ._event import Event, EventKind
from ._leaf import BLINDING_SIZE, Opening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

TOLD = frozenset(
    {
        EventKind.CONSENT_WITHDRAWN,
        EventKind.CREDENTIAL_REVOKED,
        EventKind.ENROLMENT_DISABLED,
        EventKind.ENROLMENT_ENABLED,
        EventKind.ENROLMENT_FORGOTTEN,
        EventKind.ENROLMENT_REISSUED,
        EventKind.ENROLMENT_RENEWAL_STARTED,
        EventKind.ENROLMENT_RENEWED,
        EventKind.ENROLMENT_RE_ENROLLED,
    }
)
"""The kinds of events that end or restore something that an older store has otherwise. No other
event is kept in a copy, or it would be a history of people."""

_HEADER = struct.Struct(">QQIHI")
# In canonical JSON, whose values have no quotes. Reading the event takes ten times as long.
_ENROLMENT = re.compile(rb'"enrolment_id":"([0-9a-f-]{36})"')
_MAX_EVENT = 1024  # bytes: twice what these kinds take at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event with its place.

    Attributes:
        position: its leaf's, from 0.
        run: the size of the first checkpoint over it. What one run of the sequencer has placed is
            in no order.
        on: the day (UTC) it was written, from which retention counts.
        opening: of the leaf.
    """

    position: int
    run: int
    on: date
    opening: Opening

    def encode(self) -> bytes:
        """The record."""
        content = self.opening.blinding + self.opening.event
        fields = (self.position, self.run, self.on.toordinal(), len(self.opening.event))
        return _HEADER.pack(*fields, _checksum(fields, content)) + content

    def tells_of(self, kind: EventKind) -> bool:
        """Whether the event is of this kind."""
        return f'"kind":"{kind}"'.encode() in self.opening.event

    @property
    def enrolment(self) -> bytes | None:
        """The enrolment's id as it stands in the event; None where none is concerned."""
        found = _ENROLMENT.search(self.opening.event)
        return None if found is None else found[1]

    def read(self) -> Event:
        """The event.

        Raises:
            LogCopyDamaged: it is none, or of a kind that no copy keeps.
        """
        try:
            event = self.opening.read()
        except LogMalformed:
            raise LogCopyDamaged("the log's copy tells of something that is no event") from None
        if event.kind not in TOLD:
            raise LogCopyDamaged("the log's copy tells of an event that no copy keeps")
        return event


def read_told(file: BinaryIO, *, size: int) -> Iterator[Told]:
    """The records in the first ``size`` bytes, in order of their positions.

    Raises:
        LogCopyDamaged: they are cut short, changed, or in another order.
    """
    last = -1
    while size > 0:
        one = _read_one(file)
        size -= _HEADER.size + BLINDING_SIZE + len(one.opening.event)
        if not last < one.position < one.run:
            raise LogCopyDamaged("what the log's copy tells is in disorder")
        last = one.position
        yield one
    if size < 0:
        raise LogCopyDamaged("what the log's copy tells is cut short")


def _read_one(file: BinaryIO) -> Told:
    header = file.read(_HEADER.size)
    if len(header) < _HEADER.size:
        raise LogCopyDamaged("what the log's copy tells is cut short")
    *fields, checksum = _HEADER.unpack(header)
    position, run, day, length = fields
    content = file.read(BLINDING_SIZE + min(length, _MAX_EVENT))
    if len(content) != BLINDING_SIZE + length or _checksum(tuple(fields), content) != checksum:
        raise LogCopyDamaged("what the log's copy tells was changed")
    try:
        on = date.fromordinal(day)
    except (ValueError, OverflowError):
        raise LogCopyDamaged("what the log's copy tells has no day") from None
    opening = Opening(blinding=content[:BLINDING_SIZE], event=content[BLINDING_SIZE:])
    return Told(position=position, run=run, on=on, opening=opening)


def _checksum(fields: tuple[int, ...], content: bytes) -> int:
    return zlib.crc32(_HEADER.pack(*fields, 0) + content)
