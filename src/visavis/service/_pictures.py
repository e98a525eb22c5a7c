"""Pictures of a request, opened in the thread that looks at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from visavis.errors import Error
from visavis.imaging import Image

if TYPE_CHECKING:
    from visavis.service._body import Given

__all__ = ["open_pictures"]


def open_pictures(given: Given[Any], side: str) -> list[Image]:
    """Opens every picture of a side; an error names which in ``input``.

    Raises:
        Error: ``image.*``.
    """
    images = []
    for position, content in enumerate(given.pictures[side]):
        try:
            images.append(Image.from_bytes(content))
        except Error as error:
            error.input = f"{side}[{position}]"
            raise
    return images
