"""Photographs given on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visavis.errors import Error
from visavis.imaging import Image

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["inputs", "open_photos"]


def inputs(paths: Sequence[Path], side: str) -> dict[str, str]:
    """What the library calls ``probes[0]``, and the path that stands for it."""
    return {f"{side}[{position}]": str(path) for position, path in enumerate(paths)}


def open_photos(paths: Sequence[Path], side: str) -> list[Image]:
    """Opens every one; an error names which in ``input``.

    Raises:
        Error: ``image.*``.
    """
    images = []
    for position, path in enumerate(paths):
        try:
            images.append(Image.open(path))
        except Error as error:
            error.input = f"{side}[{position}]"
            raise
    return images
