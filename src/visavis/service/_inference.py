"""Threads that do the work of requests, with a short queue before them."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from visavis.errors import ServiceOverloaded

if TYPE_CHECKING:
    from collections.abc import Callable

    from visavis.service._metrics import Metrics

__all__ = ["Workers"]

_T = TypeVar("_T")
_FIRST_GUESS = 0.05  # seconds of one piece of work, until there are some to go by
_MEMORY = 0.9  # how much of the running mean stays with each new piece


class Workers:
    """Takes so many pieces of work at once, and refuses more: what it took, it does.

    To be used from one event loop.
    """

    def __init__(
        self, name: str, *, at_once: int, waiting: int, metrics: Metrics, besides: int = 0
    ) -> None:
        """Start nothing yet; threads come with the first work.

        Args:
            name: of the metric.
            at_once: how many pieces get on at the same time.
            waiting: how many more may be taken.
            metrics: to count in.
            besides: threads for pieces that wait for something else, such as the disk.
        """
        self._pool = ThreadPoolExecutor(at_once + besides, thread_name_prefix=f"visavis-{name}")
        self._at_once = at_once
        self._room = at_once + waiting
        self._counting = threading.Lock()
        self._taken = 0
        self._mean = _FIRST_GUESS
        self._metrics = metrics
        self._busy = metrics.busy.labels(name)

    @property
    def taken(self) -> int:
        """How many pieces work or wait."""
        return self._taken

    def require_room(self, *, besides: int = 0) -> None:
        """Refuse now what would be refused anyway, before anything is read or counted.

        Args:
            besides: how many more are on their way here.

        Raises:
            ServiceOverloaded: there is no room, with the time in which there should be.
        """
        if self._taken + besides >= self._room:
            seconds = math.ceil(self._taken * self._mean / self._at_once)
            raise ServiceOverloaded(
                "too many requests at once", retry_after=timedelta(seconds=max(1, seconds))
            )

    async def run(self, work: Callable[[], _T]) -> _T:
        """Do the work in a thread.

        Who stops waiting takes back what has not begun; what has begun is done to its end.

        Raises:
            ServiceOverloaded: there is no room; nothing was begun.
            BaseException: whatever the work raises.
        """
        self.require_room()
        asked = time.perf_counter()

        def timed() -> _T:
            began = time.perf_counter()
            self._metrics.waited(began - asked)
            try:
                return work()
            finally:
                self._learn(time.perf_counter() - began)

        self._count(1)
        future = self._pool.submit(timed)
        future.add_done_callback(lambda _: self._count(-1))
        return await asyncio.wrap_future(future)

    async def close(self) -> None:
        """Finish what was taken."""
        await asyncio.to_thread(self._pool.shutdown)

    # In whichever thread: waking the event loop for each would cost more than the counting.

    def _count(self, change: int) -> None:
        with self._counting:
            self._taken += change
            self._busy.set(self._taken)

    def _learn(self, seconds: float) -> None:
        with self._counting:
            self._mean = _MEMORY * self._mean + (1 - _MEMORY) * seconds
