"""Cumulated weights along sorted scores, for many draws of people at once.

A comparison of the people a and b weighs ``w[a] w[b]`` in a draw in which a was drawn w[a] times.
Walking down a sorted list of comparisons and adding these up takes a multiplication for each
comparison and draw; whole blocks are added first and only the block that matters is looked into.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.evaluation._people import Codes

__all__ = ["Walk"]

_BLOCK: Final = 256  # comparisons that are added up at once
_STRIDE: Final = 64 * _BLOCK  # comparisons whose products are held at once: 17 MB for 256 draws


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Walk:
    """Comparisons in walking order, weighed by one chunk of draws.

    Attributes:
        first: row of one side of each comparison.
        second: row of the other.
        weights: of each comparison in the sample itself (float32), or None if all weigh 1.
        multiplicities: rows x draws, float32, C order.
    """

    first: Codes
    second: Codes
    weights: NDArray[np.float32] | None
    multiplicities: NDArray[np.float32]

    def total(self) -> NDArray[np.float64]:
        """The weight of all comparisons together, for each draw (float64)."""
        total = np.zeros(self.multiplicities.shape[1])
        for start in range(0, self.first.size, _STRIDE):
            total += self._products(start, start + _STRIDE).sum(axis=0, dtype=np.float64)
        return total

    def first_exceeding(self, limits: NDArray[np.float64]) -> NDArray[np.int64]:
        """Where the cumulated weight first exceeds a limit.

        Args:
            limits: limits x draws (float64).

        Returns:
            For each limit and draw the index of the comparison that takes the sum above it, or
            the number of comparisons if none does (int64).
        """
        found = np.full(limits.shape, self.first.size, dtype=np.int64)
        carried = np.zeros(self.multiplicities.shape[1])
        for start in range(0, self.first.size, _STRIDE):
            before, carried = self._blocks(start, carried)
            for limit, row in zip(limits, found, strict=True):
                due = np.flatnonzero((row == self.first.size) & (carried > limit))
                if not due.size:
                    continue
                block = (before[:, due] <= limit[due]).sum(axis=0) - 1
                inside = self._inside(start + block * _BLOCK, due)
                exceeds = before[block, due] + np.cumsum(inside, axis=0) > limit[due]
                exceeds[-1] = True  # the block does; its sum may be rounded otherwise
                index = start + block * _BLOCK + np.argmax(exceeds, axis=0)
                row[due] = np.minimum(index, self.first.size - 1)
            if np.all(carried > limits):
                break
        return found

    def cumulated(self, stops: NDArray[np.int64]) -> NDArray[np.float64]:
        """The weight of the comparisons before an index.

        Args:
            stops: indices x draws (int64), from 0 to the number of comparisons.

        Returns:
            For each of them the sum of the weights of all comparisons before it (float64).
        """
        sums = np.zeros(stops.shape)
        carried = np.zeros(self.multiplicities.shape[1])
        for start in range(0, int(stops.max(initial=0)), _STRIDE):
            before, carried = self._blocks(start, carried)
            for stop, row in zip(stops, sums, strict=True):
                here = np.flatnonzero((stop > start) & (stop <= start + _STRIDE))
                block = (stop[here] - start - 1) // _BLOCK
                begin = start + block * _BLOCK
                inside = self._inside(begin, here)
                inside[np.arange(_BLOCK)[:, None] >= (stop[here] - begin)] = 0.0
                row[here] = before[block, here] + inside.sum(axis=0)
        return sums

    def _blocks(
        self, start: int, carried: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The sums before each block of the stride from ``start``, and after the last."""
        products = self._products(start, start + _STRIDE)
        count, draws = products.shape
        full = count - count % _BLOCK
        blocks = products[:full].reshape(-1, _BLOCK, draws).sum(axis=1, dtype=np.float64)
        if full < count:
            rest = products[full:].sum(axis=0, dtype=np.float64)
            blocks = np.concatenate([blocks, rest[None]])
        sums = carried + np.cumsum(blocks, axis=0)
        return np.concatenate([carried[None], sums[:-1]]), sums[-1]

    def _products(self, start: int, stop: int) -> NDArray[np.float32]:
        here = slice(start, stop)
        products = self.multiplicities[self.first[here]]
        products *= self.multiplicities[self.second[here]]
        if self.weights is not None:
            products *= self.weights[here, None]
        return products

    def _inside(self, begin: NDArray[np.int64], draws: NDArray[np.int64]) -> NDArray[np.float64]:
        """The weights of one block for each draw: ``_BLOCK`` x draws (float64).

        Products are those of `_products`, rounded alike, so that their sums agree.
        """
        index = begin + np.arange(_BLOCK)[:, None]
        beyond = index >= self.first.size
        index[beyond] = 0
        products: NDArray[np.float32] = self.multiplicities[self.first[index], draws]
        products *= self.multiplicities[self.second[index], draws]
        if self.weights is not None:
            products *= self.weights[index]
        products[beyond] = 0.0
        return products.astype(np.float64)
