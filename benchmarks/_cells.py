"""Comparison scores of fused samples, with every pair of people weighted equally.

A *cell* is a count of reference samples and a count of probe samples. In each of several seeded
draws every person with enough pictures gives one set of each; sets of two people are compared both
ways (non-mated), and the two sets of one person, where they are disjoint (mated).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from numpy.typing import NDArray

__all__ = ["Cell", "score_cell", "threshold_at"]

_TAIL = 0.025
"""Share of the non-mated scores that is kept: more than the largest FMR asked for."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Scores of one cell.

    Attributes:
        mated: float32 [m], one for each person and draw with enough pictures.
        tail: float32 [k], the highest non-mated scores, descending.
        first, second: int32 [k], whose they are.
        comparisons: non-mated ones made, in all draws.
        people: who took part in the non-mated ones.
        mated_people: who took part in the mated ones.
        draws: how often sets were drawn.
    """

    mated: NDArray[np.float32]
    tail: NDArray[np.float32]
    first: NDArray[np.int32]
    second: NDArray[np.int32]
    comparisons: int
    people: int
    mated_people: int
    draws: int

    def fnmr(self, threshold: float) -> float:
        """Share of mated scores below the threshold."""
        return float((self.mated < threshold).mean()) if self.mated.size else float("nan")

    def fmr(self, threshold: float) -> float:
        """Share of non-mated scores at or above a threshold within the tail."""
        return float((self.tail >= threshold).sum()) / self.comparisons

    def bootstrap(
        self, fmr: Fraction, *, rounds: int, seed: int
    ) -> tuple[float, tuple[float, float]]:
        """The upper end of the threshold's interval, and the interval of the FMR there.

        People are drawn with replacement; a comparison counts as often as both its people were
        drawn, and comparisons of a person drawn twice with itself are left out.

        Returns:
            The 97.5 % quantile of the thresholds, and the 2.5 % and 97.5 % quantiles of the FMR
            that it has in the same draws.
        """
        random = np.random.default_rng(seed)
        thresholds = np.empty(rounds)
        shares = []
        for position in range(rounds):
            drawn = np.bincount(
                random.integers(self.people, size=self.people), minlength=self.people
            )
            drawn = drawn.astype(np.float32)
            weights = drawn[self.first] * drawn[self.second]
            total = (float(drawn.sum()) ** 2 - float((drawn**2).sum())) * self.draws
            share = np.cumsum(weights, dtype=np.float64) / total
            allowed = int(np.searchsorted(share, float(fmr), side="right"))
            thresholds[position] = _above(self.tail[min(allowed, self.tail.size - 1)])
            shares.append(share)
        threshold = float(np.quantile(thresholds, 0.975, method="higher"))
        count = int(np.searchsorted(-self.tail, -threshold, side="right"))
        rates = np.array([share[count - 1] if count else 0.0 for share in shares])
        low, high = np.quantile(rates, [0.025, 0.975])
        return threshold, (float(low), float(high))


def score_cell(
    people: Mapping[str, NDArray[np.float32]],
    *,
    references: int,
    probes: int,
    draws: int,
    seed: int,
) -> Cell:
    """Scores one cell.

    Args:
        people: float32 [n, d] unit embeddings of each person.
        references: samples fused on the reference side.
        probes: samples fused on the probe side.
        draws: how often sets are drawn.
        seed: of the draws.
    """
    taking_part = [rows for rows in people.values() if len(rows) >= max(references, probes)]
    random = np.random.default_rng(seed)
    mated: list[float] = []
    tails = []
    disjoint = sum(len(rows) >= references + probes for rows in taking_part)
    for _ in range(draws):
        drawn = [rows[random.permutation(len(rows))] for rows in taking_part]
        left = _unit(np.stack([rows[:references].mean(axis=0) for rows in drawn]))
        right = _unit(np.stack([rows[-probes:].mean(axis=0) for rows in drawn]))
        mated.extend(
            float(left[i] @ right[i])
            for i, rows in enumerate(drawn)
            if len(rows) >= references + probes
        )
        tails.append(_tail(left, right))
    count = len(taking_part)
    scores, first, second = (np.concatenate(parts) for parts in zip(*tails, strict=True))
    order = np.argsort(-scores, kind="stable")
    return Cell(
        mated=np.array(mated, np.float32),
        tail=scores[order],
        first=first[order],
        second=second[order],
        comparisons=draws * count * (count - 1),
        people=count,
        mated_people=disjoint,
        draws=draws,
    )


def threshold_at(cell: Cell, fmr: Fraction) -> float:
    """The lowest threshold at which the share of non-mated scores at or above it is at most `fmr`.

    It is the next number above the (floor(f n) + 1)-th largest non-mated score.
    """
    return _above(cell.tail[int(fmr * cell.comparisons)])


def _above(score: np.float32) -> float:
    return float(np.nextafter(score, np.float32(2)))


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def _tail(
    left: NDArray[np.float32], right: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.int32]]:
    scores = left @ right.T
    np.fill_diagonal(scores, -2)
    flat = scores.ravel()
    kept = max(1, int(_TAIL * flat.size))
    indices = np.argpartition(flat, flat.size - kept)[-kept:]
    first, second = np.divmod(indices, len(right))
    return flat[indices], first.astype(np.int32), second.astype(np.int32)
