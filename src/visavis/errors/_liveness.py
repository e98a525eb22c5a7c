"""Errors about liveness sessions."""

from __future__ import annotations

from visavis.errors._base import Error

__all__ = ["LivenessExpired", "LivenessFinished"]


class LivenessExpired(Error):
    """The session is older than it may become; the attempt counts as failed."""

    code = "liveness.expired"


class LivenessFinished(Error):
    """The session has its outcome already: each serves once."""

    code = "liveness.finished"
