"""Where an embedder expects the landmarks of a face in its chip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from visavis.errors import FaceNone, InputInvalid
from visavis.face._alignment import Similarity, fit_similarity
from visavis.face._chip import DLIB_SHIFT, EXACT_SHIFT

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Template", "template"]

_LEAST_SCALE = 1e-6
"""Of a fit; below, its points are one for any purpose."""


@dataclass(frozen=True, slots=True)
class Template:
    """Landmark positions in a chip of `width` x `height` pixels.

    Attributes:
        points: float64 [5, 2], x and y in chip pixels from the centre of the first one.
        as_dlib: with dlib's conventions: the first four points are the corners of the eyes, two of
            each; the fit is from chip to picture; the chip's first and last pixel lie on the edge
            of the area it covers, so that the scale is (width s - 1) / (width - 1); and halving a
            picture shifts it a little. Else the first two points are the eyes' centres.
    """

    width: int
    height: int
    points: NDArray[np.float64]
    as_dlib: bool = False

    @property
    def halving_shift(self) -> tuple[float, float]:
        """For `extract_chip`."""
        return DLIB_SHIFT if self.as_dlib else EXACT_SHIFT

    def eyes(self, landmarks: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
        """The centres of both eyes, [2] each: points of their own, or between their corners."""
        if self.as_dlib:
            return landmarks[0:2].mean(axis=0), landmarks[2:4].mean(axis=0)
        return landmarks[0], landmarks[1]

    def place(self, landmarks: NDArray[np.float32]) -> Similarity:
        """The map from chip pixels to picture pixels that puts `landmarks` on the template.

        Raises:
            FaceNone: the points are one, or otherwise not those of a face.
        """
        # ArcFace's networks were trained on chips fitted from picture to chip; OpenCV's alignCrop
        # does the same. The other way round, a face that does not fit the template comes out
        # larger: the astronaut's by a twentieth.
        ends = (self.points, landmarks) if self.as_dlib else (landmarks, self.points)
        fitted = fit_similarity(*ends)
        if not fitted.scale > _LEAST_SCALE:
            raise FaceNone("the points found are not those of a face")
        return self._to_dlibs_edges(fitted) if self.as_dlib else fitted.inverse()

    def _to_dlibs_edges(self, fitted: Similarity) -> Similarity:
        stretch = (self.width - 1 / fitted.scale) / (self.width - 1)
        a, b = fitted.a * stretch, fitted.b * stretch
        centre_x, centre_y = fitted(self.width / 2, self.height / 2)
        last_x, last_y = (self.width - 1) / 2, (self.height - 1) / 2
        return Similarity(
            a, b, centre_x - a * last_x + b * last_y, centre_y - b * last_x - a * last_y
        )


def template(name: str) -> Template:
    """The template that a model pack names.

    ``dlib-150``: corners of the eyes and base of the nose (order of `LandmarkPredictor`).
    ``arcface-112``, ``arcface-112x96``: centres of the eyes, tip of the nose, corners of the mouth,
    the holder's right first.

    Raises:
        InputInvalid: no template has that name.
    """
    if name == "dlib-150":
        # dlib 20.0.1, get_face_chip_details: unit square, padded by 0.25 on each side.
        points = (_DLIB + 0.25) / 1.5 * 150
        return Template(150, 150, points, as_dlib=True)
    if name == "arcface-112":
        return Template(112, 112, _ARCFACE)
    if name == "arcface-112x96":
        return Template(96, 112, _ARCFACE - np.array([8.0, 0.0]))
    raise InputInvalid(f"there is no alignment template {name!r}")


_DLIB = np.array([
    (0.8595674595992, 0.2134981538014),
    (0.6460604764104, 0.2289674387677),
    (0.1205750620789, 0.2137274526848),
    (0.3340850613712, 0.2290642403242),
    (0.4901123135679, 0.6277975316475),
])  # fmt: skip

# Deng et al., "ArcFace" (CVPR 2019): SphereFace's 112 x 96 positions, 8 pixels further right.
_ARCFACE = np.array([
    (38.2946, 51.6963),
    (73.5318, 51.5014),
    (56.0252, 71.7366),
    (41.5493, 92.3655),
    (70.7299, 92.2041),
])  # fmt: skip
