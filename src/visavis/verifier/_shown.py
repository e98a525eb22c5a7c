"""What a receipt says of how the probes came."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["UNATTESTED", "Shown"]

UNATTESTED = "unattested"
"""A channel for whose camera nobody vouches, such as a browser's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How it was found that the person is there.

    Attributes:
        liveness: by which test; ``none`` without one.
        channel: what the capture is known to be; None for what the profile makes of it.
    """

    liveness: str = "none"
    channel: str | None = None
