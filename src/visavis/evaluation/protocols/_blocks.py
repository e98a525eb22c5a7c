"""Many comparisons by matrix products of blocks that fit into the processor's cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from visavis.evaluation._streamed import BINS
from visavis.evaluation._tail import TailBuilder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.evaluation._people import Codes

__all__ = ["COLUMNS", "ROWS", "BlockScorer"]

ROWS: Final = 128
COLUMNS: Final = 2048
"""Of a block: 1 MiB of scores, which stay in the second-level cache."""


class BlockScorer:
    """Scores blocks of impostor comparisons, keeping the highest and a histogram.

    Not to be shared by threads: each has its own, and `merge` adds them up.
    """

    def __init__(self, *, keep: int) -> None:
        """Keep at most so many comparisons.

        Raises:
            InputInvalid: fewer than one.
        """
        self.tail = TailBuilder(keep=keep)
        self.bins = np.zeros(BINS, dtype=np.int64)
        # Written again for each block: fresh memory costs more than the comparisons in it.
        self._scores = np.empty((ROWS, COLUMNS), dtype=np.float32)
        self._high = np.empty((ROWS, COLUMNS), dtype=np.bool_)
        self._places = np.empty(ROWS * COLUMNS, dtype=np.intp)

    def score(
        self,
        left: NDArray[np.float32],
        right: NDArray[np.float32],
        first: Codes,
        second: Codes,
        *,
        valid: NDArray[np.bool_] | None = None,
    ) -> None:
        """Take in one block.

        Args:
            left: float32 [n, d], unit; n at most `ROWS`.
            right: float32 [m, d], unit; m at most `COLUMNS`.
            first: codes of the people of the rows.
            second: codes of the people of the columns.
            valid: which comparisons are meant [n, m]; None for all.
        """
        rows, columns = len(left), len(right)
        scores = np.matmul(left, right.T, out=self._scores[:rows, :columns])
        high = np.greater(scores, self.tail.floor, out=self._high[:rows, :columns])
        size = scores.size
        if valid is not None:
            high &= valid
            size = int(np.count_nonzero(valid))
        row, column = np.divmod(np.flatnonzero(high), columns)  # nonzero of two axes is slow
        self.tail.add_high(scores[row, column], first[row], second[column], comparisons=size)
        meant = scores if valid is None else scores[valid]
        meant += np.float32(1)
        meant *= np.float32(BINS / 2)
        np.clip(meant, 0, BINS - 1, out=meant)  # rounding takes a cosine a little beyond 1
        places = self._places[:size]
        np.copyto(places.reshape(meant.shape), meant, casting="unsafe")
        self.bins += np.bincount(places, minlength=BINS)

    def merge(self, other: BlockScorer) -> None:
        """Take in what another has kept of other blocks of the same test."""
        self.tail.add_tail(other.tail.build())
        self.bins += other.bins
