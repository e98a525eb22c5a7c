"""Errors of the capture page's sessions."""

from __future__ import annotations

from visavis.errors._base import Error

__all__ = ["OriginRefused", "SessionElsewhere", "SessionOpened", "SessionUnknown", "SessionUnready"]


class SessionUnknown(Error):
    """There is no such capture session, or its time is over."""

    code = "session.unknown"


class SessionElsewhere(Error):
    """The capture session lives in another process, or lived in this one before it began anew."""

    code = "session.elsewhere"


class SessionOpened(Error):
    """The link of a capture session was opened before; it works once, in one browser."""

    code = "session.opened"


class SessionUnready(Error):
    """The capture session is not that far yet, or further already."""

    code = "session.unready"


class OriginRefused(Error):
    """Another page than the capture page asked for what only that one may have."""

    code = "origin.refused"
