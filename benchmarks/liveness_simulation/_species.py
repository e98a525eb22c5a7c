"""The species of simulated sessions, and which part of each must be rendered first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from benchmarks.liveness_simulation._sessions import (
    Played,
    cut_out,
    genuine,
    print_held,
    print_swapped,
    replayed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from benchmarks.liveness_simulation._person import Person
    from benchmarks.liveness_simulation._sessions import Asked, Take

    Make = Callable[[Person, Person, Asked, Asked, np.random.Generator], Take]

__all__ = ["SPECIES", "Part", "Species"]


class Part(Enum):
    """What of a session is rendered. What refuses a part refuses the whole."""

    ALL = "all"
    FIRST_TURN = "first turn"
    COLOURS = "colours"


@dataclass(frozen=True, slots=True)
class Species:
    """A kind of session.

    Attributes:
        make: from somebody, somebody else, what is asked, what was asked in another session.
        first: the part that is looked at first; the rest only if that did not refuse it.
    """

    make: Make
    first: Part


def _genuine(
    person: Person, _other: Person, asked: Asked, _before: Asked, rng: np.random.Generator
) -> Take:
    return genuine(person, asked, rng)


def _flat(
    person: Person, _other: Person, asked: Asked, _before: Asked, rng: np.random.Generator
) -> Take:
    return print_held(person, asked, rng)


def _slanted(
    person: Person, _other: Person, asked: Asked, _before: Asked, rng: np.random.Generator
) -> Take:
    return print_held(person, asked, rng, slanted=True)


def _bent(
    person: Person, _other: Person, asked: Asked, _before: Asked, rng: np.random.Generator
) -> Take:
    return print_held(person, asked, rng, radius=float(rng.uniform(1.2, 3.0)))


def _moved(
    person: Person, _other: Person, asked: Asked, _before: Asked, rng: np.random.Generator
) -> Take:
    return print_held(person, asked, rng, slide=float(rng.uniform(0.5, 1.5)))


def _swapped(
    person: Person, _other: Person, asked: Asked, _before: Asked, rng: np.random.Generator
) -> Take:
    return print_swapped(person, asked, rng)


def _cut_out(
    person: Person, other: Person, asked: Asked, _before: Asked, rng: np.random.Generator
) -> Take:
    return cut_out(person, other, asked, rng)


def _replay(
    person: Person, _other: Person, asked: Asked, before: Asked, rng: np.random.Generator
) -> Take:
    return replayed(person, asked, rng, other=before, played=Played.RECORDING)


def _morph(
    person: Person, _other: Person, asked: Asked, before: Asked, rng: np.random.Generator
) -> Take:
    return replayed(person, asked, rng, other=before, played=Played.MORPH)


def _mirrored(
    person: Person, _other: Person, asked: Asked, before: Asked, rng: np.random.Generator
) -> Take:
    return replayed(person, asked, rng, other=before, played=Played.RECORDING, mirrors=True)


def _prepared(
    person: Person, _other: Person, asked: Asked, before: Asked, rng: np.random.Generator
) -> Take:
    return replayed(person, asked, rng, other=before, played=Played.PREPARED, mirrors=True)


SPECIES: Final = {
    "genuine": Species(_genuine, Part.ALL),
    "print-flat": Species(_flat, Part.FIRST_TURN),
    "print-slanted": Species(_slanted, Part.FIRST_TURN),
    "print-bent": Species(_bent, Part.FIRST_TURN),
    "print-moved": Species(_moved, Part.FIRST_TURN),
    "print-swapped": Species(_swapped, Part.FIRST_TURN),
    "cut-out": Species(_cut_out, Part.FIRST_TURN),
    "replay-other-nonce": Species(_replay, Part.COLOURS),
    "morph-other-nonce": Species(_morph, Part.COLOURS),
    "replay-mirrored": Species(_mirrored, Part.COLOURS),
    "prepared-mirrored": Species(_prepared, Part.COLOURS),
}
"""Beside them, a wrong person live: a genuine session compared with another's reference."""
