"""Errors about pictures."""

from __future__ import annotations

from visavis.errors._base import Error

__all__ = [
    "ImageCorrupt",
    "ImageEmpty",
    "ImageTooLarge",
    "ImageTooSmall",
    "ImageUnreadable",
    "ImageUnsupported",
]


class ImageUnreadable(Error):
    """The file does not exist or may not be read."""

    code = "image.unreadable"


class ImageEmpty(Error):
    """There are no bytes."""

    code = "image.empty"


class ImageUnsupported(Error):
    """The bytes are not in one of the formats visavis opens, or use a feature it refuses."""

    code = "image.unsupported"


class ImageTooLarge(Error):
    """More bytes, pixels or side length than the limits allow."""

    code = "image.too_large"


class ImageTooSmall(Error):
    """No face could be seen in so few pixels."""

    code = "image.too_small"


class ImageCorrupt(Error):
    """The format is known, but the content is truncated or damaged."""

    code = "image.corrupt"
