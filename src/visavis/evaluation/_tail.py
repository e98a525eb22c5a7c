"""The highest impostor scores of a test, kept exactly while the rest streams by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from visavis.errors import InputInvalid

if TYPE_CHECKING:
    from visavis.evaluation._people import Codes
    from visavis.evaluation._scores import Floats

__all__ = ["Tail", "TailBuilder"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Tail:
    """Every impostor comparison of a test whose score is above a floor.

    Attributes:
        scores: descending, float32 or float64.
        first: one person of each comparison, as a code.
        second: the other.
        comparisons: impostor comparisons of the whole test, kept or not.
        floor: every comparison above it is here; ``-inf`` if none was dropped.
    """

    scores: Floats
    first: Codes
    second: Codes
    comparisons: int
    floor: float


class TailBuilder:
    """Collects the highest scores of blocks of comparisons in bounded memory.

    The outcome does not depend on how the comparisons were cut into blocks, nor on their order
    (but for the order of equal scores).
    """

    def __init__(self, *, keep: int) -> None:
        """Keep at most so many comparisons (and three times as many while building).

        Raises:
            InputInvalid: fewer than one.
        """
        if keep < 1:
            raise InputInvalid("a tail keeps at least one comparison")
        self._keep = keep
        self._floor = -np.inf
        self._comparisons = 0
        self._held: list[tuple[Floats, Codes, Codes]] = []
        self._size = 0

    def add(self, scores: Floats, first: Codes, second: Codes) -> None:
        """Take in one block of impostor comparisons.

        Args:
            scores: 1-D, finite, of the same dtype in every block.
            first: code of one person of each (int32).
            second: code of the other.

        Raises:
            InputInvalid: the three differ in length.
        """
        if not scores.shape == first.shape == second.shape:
            raise InputInvalid("there are not two people for each score")
        self.add_high(scores, first, second, comparisons=scores.size)

    @property
    def floor(self) -> float:
        """Scores at or below it are dropped: no need to bring them."""
        return self._floor

    def add_high(self, scores: Floats, first: Codes, second: Codes, *, comparisons: int) -> None:
        """As `add`, for a block of which only scores above the `floor` are given.

        Args:
            scores: those of the block that are above the floor, and any others.
            first: code of one person of each (int32).
            second: code of the other.
            comparisons: of the whole block.
        """
        self._comparisons += comparisons
        for start in range(0, scores.size, self._keep):
            here = slice(start, start + self._keep)
            high = np.flatnonzero(scores[here] > self._floor) + start
            self._held.append((scores[high], first[high], second[high]))
            self._size += high.size
            if self._size > 2 * self._keep:
                self._drop()

    def add_tail(self, tail: Tail) -> None:
        """Take in what another builder kept of other comparisons of the same test."""
        self._floor = max(self._floor, tail.floor)
        self.add(tail.scores, tail.first, tail.second)
        self._comparisons += tail.comparisons - tail.scores.size

    def build(self) -> Tail:
        """The tail of everything taken in so far."""
        self._drop()
        scores, first, second = self._joined()
        down = np.argsort(scores)[::-1]
        return Tail(
            scores=scores[down],
            first=first[down],
            second=second[down],
            comparisons=self._comparisons,
            floor=float(self._floor),
        )

    def _drop(self) -> None:
        """Raise the floor to the highest score that does not fit, and drop what is not above."""
        scores, first, second = self._joined()
        if scores.size > self._keep:
            last = scores.size - self._keep - 1
            self._floor = max(self._floor, float(np.partition(scores, last)[last]))
        high = scores > self._floor
        self._held = [(scores[high], first[high], second[high])]
        self._size = int(np.count_nonzero(high))

    def _joined(self) -> tuple[Floats, Codes, Codes]:
        if not self._held:
            return np.empty(0), np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32)
        scores, first, second = zip(*self._held, strict=True)
        return np.concatenate(scores), np.concatenate(first), np.concatenate(second)
