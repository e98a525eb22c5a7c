"""The photographs that speed is measured on: 640 x 480 JPEG crops of FRLL's frontal pictures."""

from __future__ import annotations

import io

from PIL import Image

from benchmarks._machine import faces_folder

__all__ = ["frll_crops"]


def frll_crops(count: int) -> list[bytes]:
    """JPEG files, quality 90, 640 x 480, the face in the middle."""
    pictures = []
    frontal = ("neutral_*_03.jpg", "smiling_*_08.jpg")
    paths = sorted(path for name in frontal for path in faces_folder().glob(f"frll/*/{name}"))
    for path in paths[:count]:
        with Image.open(path) as opened:
            picture = opened.convert("RGB")
        top = (picture.height - 480) // 2
        left = (picture.width - 640) // 2
        out = io.BytesIO()
        picture.crop((left, top, left + 640, top + 480)).save(out, "JPEG", quality=90)
        pictures.append(out.getvalue())
    return pictures
