"""One photograph embedded by every variant of the default pack that was put to a decision."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from visavis import models
from visavis.errors import Error
from visavis.face import Extractor, LandmarkPredictor, Precision
from visavis.face._assembly import assemble
from visavis.face._dominant import central, dominant
from visavis.face._find import find_faces, look_closely
from visavis.imaging import Image
from visavis.imaging.pnm import read_pnm

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from visavis.face._detection import Detection
    from visavis.face._find import Detector

__all__ = ["VARIANTS", "take_variants"]

VARIANTS: Final = ("base", "int8", "detector 480", "detector 640", "box 0.50")
"""In the order of the result's first axis."""

_SIDES: Final = {"detector 480": 480, "detector 640": 640}
_SHARE: Final = 0.15  # the smallest face looked for, as in the quick look
_ACROSS, _DOWN, _SIDE = 0.50, 0.512, 0.873  # the box map with its centre on the middle


@dataclass(frozen=True, slots=True, eq=False)
class _Loaded:
    base: Extractor
    int8: Extractor
    detector: Detector
    predictor: LandmarkPredictor


def take_variants(path: Path, *, centred: bool) -> NDArray[np.float32] | None:
    """The network's own output, float32 [variant, chip or mirror image, 128], or None (FTA)."""
    loaded = _load()
    try:
        image = read_pnm(path.read_bytes()) if path.suffix == ".pgm" else Image.open(path)
        base = loaded.base.find_central(image) if centred else loaded.base.find_dominant(image)
        chips = {"base": base.chip, "int8": base.chip}
        for name, side in _SIDES.items():
            found, turns = _look(loaded, image, side)
            picture = np.ascontiguousarray(np.rot90(image.pixels, turns))
            chosen = central(found, picture) if centred else dominant(found)
            chips[name] = loaded.base.chip(picture, loaded.base.landmarks(picture, chosen))
        points = loaded.predictor.predict(base.picture, _middle(base.detection))
        chips["box 0.50"] = loaded.base.chip(base.picture, points)
    except Error:
        return None
    rows = [
        (loaded.int8 if name == "int8" else loaded.base).embedder.raw(
            np.stack([chips[name], chips[name][:, ::-1]])
        )
        for name in VARIANTS
    ]
    return np.stack(rows)


def _look(loaded: _Loaded, image: Image, side: int) -> tuple[list[Detection], int]:
    shorter, longer = sorted(image.pixels.shape[:2])
    found = loaded.detector.detect(
        image.pixels, long_side=side, min_face=_SHARE * side * shorter / longer
    )
    if found:
        return found, 0
    found, turns = find_faces(loaded.detector, image.pixels)
    return (found, turns) if found else look_closely(loaded.detector, image.pixels)


def _middle(found: Detection) -> tuple[int, int, int, int]:
    """The square of dlib in the middle of MTCNN's box; see `visavis.face._dlib_square`."""
    width, height = found.right - found.left, found.bottom - found.top
    x, y = found.left + _ACROSS * width, found.top + _DOWN * height
    half = _SIDE * (width + height) / 4
    return round(x - half), round(y - half), round(x + half), round(y + half)


@cache
def _load() -> _Loaded:
    """Once a worker process."""
    pack = models.find_pack("dlib")
    parts = assemble(
        pack,
        detector=None,
        precision=Precision.FP32,
        provider=models.Provider.CPU,
        home=None,
        cache=None,
    )
    (file,) = pack.landmarks.files
    data = models.build_shape_predictor(models.read_file(pack, file))
    return _Loaded(
        base=Extractor(parts),
        int8=Extractor.load(pack, precision=Precision.INT8),
        detector=parts.detector,
        predictor=LandmarkPredictor(models.load_shape_predictor(data)),
    )
