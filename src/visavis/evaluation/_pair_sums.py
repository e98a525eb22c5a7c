"""The weight of many comparisons of two people together, for each draw of people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from visavis.evaluation._people import DENSE_PEOPLE, Codes
from visavis.evaluation._walk import Walk

__all__ = ["PairSum", "complete_sum", "listed_sum"]

PairSum: TypeAlias = Callable[[NDArray[np.float32]], NDArray[np.float64]]
"""From multiplicities (people x draws) to one sum for each draw (float64)."""

_TABLE_IS_CHEAPER: Final = 50  # measured: a listed comparison costs as much as 50 cells


def listed_sum(
    first: Codes, second: Codes, weights: NDArray[np.float32] | None, *, people: int
) -> PairSum:
    """Sum over the comparisons listed: w[first] w[second], times their own weight if they have one.

    Many comparisons of few people are first added up in a table of people x people, which the
    linear algebra library then multiplies; the table's sums are those of float32.

    Args:
        first: one side of each comparison.
        second: the other.
        weights: of each comparison (float32), or None if all weigh 1.
        people: number of people.
    """
    cells = people * people
    if people > DENSE_PEOPLE or first.size * _TABLE_IS_CHEAPER < cells:
        return lambda drawn: Walk(
            first=first, second=second, weights=weights, multiplicities=drawn
        ).total()
    cell = first.astype(np.int64) * people + second
    table = np.bincount(cell, weights=weights, minlength=cells).astype(np.float32)
    table = table.reshape(people, people)
    return lambda drawn: np.einsum("pd,pd->d", table @ drawn, drawn, dtype=np.float64)


def complete_sum(present: NDArray[np.bool_], *, each: float) -> PairSum:
    """The same where everybody present was compared with everybody else: in closed form.

    Sum over i < j of w_i w_j = ((sum w)^2 - sum w^2) / 2.

    Args:
        present: for each person, whether they took part.
        each: the weight that each pair has.
    """

    def total(drawn: NDArray[np.float32]) -> NDArray[np.float64]:
        here = drawn[present].astype(np.float64)
        pairs: NDArray[np.float64] = (here.sum(axis=0) ** 2 - np.sum(here**2, axis=0)) / 2
        return each * pairs

    return total
