"""How many attempts are let through: the numbers, which a profile gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from visavis.errors import InputInvalid

WINDOW_DAYS = 30  # days over which failures are counted that success does not undo


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptLimits:
    """Limits on attempts, counted for each enrolment and each terminal.

    An attempt counts as failed from the moment it is reserved until it is accepted.

    Attributes:
        free: consecutive failures without delay; from this many on, each attempt waits.
        disabled_at: consecutive failures at which the enrolment is disabled.
        window: failures within 30 days at which it is disabled, whatever succeeded between.
        terminal: failures at one terminal in one day (UTC), after which it waits for the next.
        first_delay: after ``free`` failures; doubled with each more.
        longest_delay: where doubling ends.
        timeout: an attempt that is open for longer is abandoned, and counts as failed.

    Raises:
        InputInvalid: a limit is below 1 or a time not positive, or disabling comes before delays.
    """

    free: int
    disabled_at: int
    window: int
    terminal: int
    first_delay: timedelta
    longest_delay: timedelta
    timeout: timedelta

    def __post_init__(self) -> None:
        counts = (self.free, self.disabled_at, self.window, self.terminal)
        times = (self.first_delay, self.longest_delay, self.timeout)
        if min(counts) < 1 or min(times) < timedelta(seconds=1):
            raise InputInvalid("limits are at least 1, and times at least one second")
        if self.disabled_at < self.free or self.longest_delay < self.first_delay:
            raise InputInvalid("limits that grow smaller")

    def delay(self, consecutive: int) -> timedelta:
        """How long to wait after the last attempt, with so many consecutive failures."""
        if consecutive < self.free:
            return timedelta()
        doublings = min(consecutive - self.free, 32)
        return min(self.first_delay * (1 << doublings), self.longest_delay)
