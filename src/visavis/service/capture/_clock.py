"""When a picture was taken, on the server's clock."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["PageClock"]

_MOST_LATE: Final = timedelta(seconds=0.4)
"""A picture that says it is older than this is taken to be so old: the page could say anything."""


class PageClock:
    """Maps the page's clock to ours by the quickest picture so far.

    Pictures travel with changing delays, which would blur when a colour was seen. The page's own
    times do not change so; of them only their differences are used, and never more than 0.4 s.
    """

    def __init__(self) -> None:
        self._quickest: timedelta | None = None
        self._start: datetime | None = None

    def time_of(self, page_milliseconds: float, *, arrived: datetime) -> datetime:
        """When a picture was taken, if the quickest one took no time at all."""
        if self._start is None:
            self._start = arrived
        late = (arrived - self._start) - timedelta(milliseconds=page_milliseconds)
        if self._quickest is None or late < self._quickest:
            self._quickest = late
        return arrived - min(late - self._quickest, _MOST_LATE)
