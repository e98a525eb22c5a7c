"""A picture of what the detector, the landmarks and the alignment made of a photograph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image as PillowImage
from PIL import ImageDraw

if TYPE_CHECKING:
    from visavis.face import Face

__all__ = ["draw"]

_BOX = (255, 196, 0)
_POINT = (0, 200, 255)
_HEIGHT = 600
"""Of the drawing; the photograph and the chip are scaled to it."""


def draw(face: Face) -> PillowImage.Image:
    """The photograph with the face's box and landmarks, and beside it the chip."""
    photograph = PillowImage.fromarray(face.picture)
    scale = _HEIGHT / photograph.height
    photograph = photograph.resize((max(1, round(photograph.width * scale)), _HEIGHT))
    pen = ImageDraw.Draw(photograph)
    box = face.detection
    corners = [side * scale for side in (box.left, box.top, box.right, box.bottom)]
    pen.rectangle(corners, outline=_BOX, width=3)
    for x, y in (face.landmarks + 0.5) * scale:
        pen.ellipse((x - 4, y - 4, x + 4, y + 4), fill=_POINT, outline=(0, 0, 0))
    chip = PillowImage.fromarray(face.chip)
    chip = chip.resize((round(chip.width * _HEIGHT / chip.height), _HEIGHT))
    drawing = PillowImage.new("RGB", (photograph.width + chip.width + 8, _HEIGHT), (255, 255, 255))
    drawing.paste(photograph, (0, 0))
    drawing.paste(chip, (photograph.width + 8, 0))
    return drawing
