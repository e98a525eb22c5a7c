"""Pictures that tests make from the astronaut's portrait."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image as PillowImage

from visavis.imaging import Image

if TYPE_CHECKING:
    from pathlib import Path

EXIF_TURNS = {
    1: None,
    2: PillowImage.Transpose.FLIP_LEFT_RIGHT,
    3: PillowImage.Transpose.ROTATE_180,
    4: PillowImage.Transpose.FLIP_TOP_BOTTOM,
    5: PillowImage.Transpose.TRANSPOSE,
    6: PillowImage.Transpose.ROTATE_90,
    7: PillowImage.Transpose.TRANSVERSE,
    8: PillowImage.Transpose.ROTATE_270,
}
"""How pixels lie in a file of each EXIF orientation, so that a reader shows them upright."""


def portrait(path: Path, *, scale: float = 1.0) -> PillowImage.Image:
    """Her head and shoulders, eyes about 43 pixels apart at scale 1."""
    with PillowImage.open(path) as opened:
        picture = opened.convert("RGB").crop((90, 0, 390, 300))
    side = round(300 * scale)
    return picture.resize((side, side), PillowImage.Resampling.LANCZOS)


def as_image(picture: PillowImage.Image) -> Image:
    return Image.from_pixels(np.array(picture))


def jpeg(picture: PillowImage.Image, *, orientation: int = 1, quality: int = 92) -> bytes:
    turn = EXIF_TURNS[orientation]
    stored = picture if turn is None else picture.transpose(turn)
    exif = PillowImage.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    stored.save(out, "JPEG", quality=quality, exif=exif)
    return out.getvalue()
