"""Imaging: the bytes of a JPEG, PNG or WebP file become an `Image` in sRGB, within limits."""

from ._image import Image

__all__ = ["Image"]
