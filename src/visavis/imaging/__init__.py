"""Imaging: the bytes of a JPEG, PNG or WebP file become an `Image` in sRGB, within limits."""

from ._image import Image
from ._prepare import load_decoders

__all__ = ["Image", "load_decoders"]
