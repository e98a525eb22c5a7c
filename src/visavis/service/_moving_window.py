"""Counting in memory, in constant time whatever the limit.

The storage in memory of `limits` looks through all uses of the last minute, and takes a thread for
it, at each use; and answers late when there is most to count.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MovingWindow"]


class MovingWindow:
    """At most so many uses in any stretch of time, of each key. To be used from one thread."""

    def __init__(
        self, amount: int, seconds: float, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin with no uses.

        Args:
            amount: how many.
            seconds: how long the stretch is.
            clock: seconds.
        """
        self._amount = amount
        self._seconds = seconds
        self._clock = clock
        self._uses: dict[str, deque[float]] = {}

    def use(self, key: str) -> float:
        """Count a use, unless there were too many.

        Returns:
            0 where it was counted; else the seconds until there may be one more.
        """
        now = self._clock()
        uses = self._uses.setdefault(key, deque(maxlen=self._amount))
        if len(uses) == self._amount and (wait := uses[0] + self._seconds - now) > 0:
            return wait
        uses.append(now)  # and the oldest goes
        return 0.0
