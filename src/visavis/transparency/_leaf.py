"""Blinded leaves: the log holds a commitment to an event, and the opening is kept apart.

While the opening exists, anybody who is shown it can check that this event is in the log. Once it
is erased, the leaf is a hash that nobody can connect with a person, and the log still adds up.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Self

from visavis.errors import LogMalformed

from ._event import Event

LEAF_SIZE = 32  # bytes
BLINDING_SIZE = 32  # bytes: as hard to guess as a key, or a short event could be found by trying


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens a leaf: to be erased when the holder is forgotten or retention ends.

    Attributes:
        blinding: 32 random bytes.
        event: the event's canonical JSON.
    """

    blinding: bytes = field(repr=False)
    event: bytes

    @classmethod
    def of(cls, event: Event) -> Self:
        """Blind an event with new randomness."""
        return cls(blinding=token_bytes(BLINDING_SIZE), event=event.encode())

    @property
    def leaf(self) -> bytes:
        """SHA-256(blinding, event): what the log holds.

        Raises:
            LogMalformed: the blinding has another length, so that where it ends is not clear.
        """
        if len(self.blinding) != BLINDING_SIZE:
            raise LogMalformed(f"a blinding is {BLINDING_SIZE} bytes")
        return hashlib.sha256(self.blinding + self.event).digest()

    def opens(self, leaf: bytes) -> bool:
        """Whether it is this leaf's."""
        return len(self.blinding) == BLINDING_SIZE and self.leaf == leaf

    def read(self) -> Event:
        """The event.

        Raises:
            LogMalformed: it is not one.
        """
        return Event.decode(self.event)
