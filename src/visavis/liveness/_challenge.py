"""What a session asks for: colours on the screen and turns of the head, in a nonce's order."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Self, TypeVar

from visavis.errors import InputInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["NONCE_BYTES", "Challenge", "Colour", "Mode", "Turn"]

NONCE_BYTES: Final = 32
"""Of a nonce: from the operating system's generator, one a session."""

COLOURS_SHOWN: Final = 6
"""Of eight, none twice: 20,160 orders, 14.3 bits."""

TURNS_WITH_LIGHT: Final = 3
"""Three bits; with the colours 17."""

TURNS_ALONE: Final = 5
"""Five bits, and a session that is still done in ten seconds."""

_DERIVED_BYTES: Final = 64
"""So many that a remainder by a few thousand is as good as uniform."""

_Item = TypeVar("_Item")


class Colour(StrEnum):
    """The eight colours that a screen can be asked to show: saturated ones, orange and white.

    No black: it would be as white is in chroma, which is what is measured.
    """

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    GREEN = "green"
    CYAN = "cyan"
    BLUE = "blue"
    MAGENTA = "magenta"
    WHITE = "white"

    @property
    def rgb(self) -> tuple[int, int, int]:
        """In sRGB, 0 to 255: what the page fills the screen with."""
        return _RGB[self]


class Turn(StrEnum):
    """A turn of the head, named after the holder's own side."""

    LEFT = "left"
    RIGHT = "right"


class Mode(StrEnum):
    """What a session tests.

    ``turns-only`` is for people whom flashing light may harm. It is weaker: nothing in it stops a
    video of the holder turning the head in the order asked for, and there are 32 orders.
    """

    LIGHT_AND_TURNS = "light-and-turns"
    TURNS_ONLY = "turns-only"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What is asked for, in this order: colours first, facing the screen, then turns.

    Attributes:
        colours: six different ones; none in a session without flashing.
        turns: each from the front and back to it.
    """

    colours: tuple[Colour, ...]
    turns: tuple[Turn, ...]

    @classmethod
    def derive(cls, nonce: bytes, *, subject: str, mode: Mode) -> Self:
        """The challenge of a nonce, bound to what the session is about.

        HKDF-SHA256 (RFC 5869) with the nonce as key and subject and mode as info; the output, as a
        number, picks uniformly (the bias is below 2^-490).

        Args:
            nonce: `NONCE_BYTES` random bytes, used for one session only.
            subject: the enrolment or comparison that the session is bound to.
            mode: with or without colours.

        Raises:
            InputInvalid: the nonce has another length.
        """
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - only sessions need it
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415 - likewise

        if len(nonce) != NONCE_BYTES:
            raise InputInvalid(f"a nonce has {NONCE_BYTES} bytes")
        info = b"\0".join((b"visavis liveness challenge 1", mode.encode(), subject.encode()))
        derived = HKDF(hashes.SHA256(), _DERIVED_BYTES, salt=None, info=info).derive(nonce)
        number = int.from_bytes(derived, "big")
        shown = COLOURS_SHOWN if mode is Mode.LIGHT_AND_TURNS else 0
        number, order = divmod(number, math.perm(len(Colour), shown))
        colours = _arrangement(order, list(Colour), shown)
        count = TURNS_WITH_LIGHT if shown else TURNS_ALONE
        sides = list(Turn)
        turns = tuple(sides[number >> place & 1] for place in range(count))
        return cls(colours, turns)

    @property
    def steps(self) -> tuple[Colour | Turn, ...]:
        """Colours and turns in the order in which they are revealed."""
        return (*self.colours, *self.turns)


def _arrangement(order: int, items: Sequence[_Item], count: int) -> tuple[_Item, ...]:
    """The arrangement of `count` of the `items` that has this number; each number another one."""
    left = list(items)
    taken = []
    for _ in range(count):
        order, place = divmod(order, len(left))
        taken.append(left.pop(place))
    return tuple(taken)


_RGB: Final = {
    Colour.RED: (255, 0, 0),
    Colour.ORANGE: (255, 188, 0),  # half of the green light: sRGB is not linear
    Colour.YELLOW: (255, 255, 0),
    Colour.GREEN: (0, 255, 0),
    Colour.CYAN: (0, 255, 255),
    Colour.BLUE: (0, 0, 255),
    Colour.MAGENTA: (255, 0, 255),
    Colour.WHITE: (255, 255, 255),
}
