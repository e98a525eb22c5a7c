"""A person of the Face Research Lab London Set as views of one head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image as PillowImage
from scipy import ndimage

from benchmarks.liveness_simulation._surface import Surface, head
from visavis.imaging import Image

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from visavis.face import Extractor

__all__ = ["Person", "View", "load", "people"]

_AXIS: Final = -1.35
_EYES_AND_NOSE: Final = ((0.72, 0.0), (0.28, 0.02), (-0.72, 0.0), (-0.28, 0.02), (0.0, 0.78))
"""Corners of the eyes, the picture's right one first, and the base of the nose, on the model."""

_FINER: Final = 2
"""Pictures are enlarged so, because the nearest pixel is taken."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One picture and how the head stands in it.

    Attributes:
        rgba: uint8 [h, w, 4]; alpha 0 is the backdrop.
        yaw: radians.
        place: float64 [2, 3], from turned model (x, y, 1) to pixels of `rgba`.
    """

    rgba: NDArray[np.uint8]
    yaw: float
    place: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """What the renderer needs of somebody.

    Attributes:
        number: of the folder.
        surface: the head.
        front: neutral.
        sides: three-quarter views, the one whose nose is to the right of the picture first.
        albedo: mean linear luminance of the face in the front view, 0 to 1: of the rendered region,
            a stratum of this simulation.
        reference: another picture, smiling, that the session's probes are compared with.
    """

    number: int
    surface: Surface
    front: View
    sides: tuple[View, View]
    albedo: float
    reference: Image


def people(folder: Path) -> list[int]:
    """The numbers of everybody, ascending."""
    return sorted(int(path.name) for path in (folder / "frll").iterdir() if path.name.isdigit())


def load(folder: Path, number: int, extractor: Extractor) -> Person:
    """Read somebody's pictures and place the head in them."""
    place = folder / "frll" / f"{number:03d}"
    names = ("neutral_*_03", "neutral_*_3quarter_02", "neutral_*_3quarter_04", "smiling_*_08")
    front, *sides, smiling = (Image.open(next(place.glob(f"{name}.jpg"))) for name in names)
    found = [extractor.find(image).landmarks for image in (front, *sides)]
    sign = np.sign(found[1][4, 0] - found[1][:4, 0].mean())
    yaws = (0.0, sign * _THREE_QUARTER, -sign * _THREE_QUARTER)
    apart = float(np.linalg.norm(found[0][:2].mean(axis=0) - found[0][2:4].mean(axis=0)))
    alphas = [_foreground(image.pixels) for image in (front, *sides)]
    crowns = [_crown(*one) for one in zip(alphas, found, strict=True)]
    scales = [apart * crown / crowns[0] for crown in crowns]
    turned = list(zip(found, yaws, scales, strict=True))
    nose = float(np.mean([_nose_depth(*one) for one in turned[1:]]))
    views = [
        _view(
            image.pixels,
            alpha,
            yaw=yaw,
            place=_fit(landmarks, nose=nose, yaw=yaw, scale=scale)[1],
        )
        for image, alpha, (landmarks, yaw, scale) in zip(
            (front, *sides), alphas, turned, strict=True
        )
    ]
    right, left = sorted(views[1:], key=lambda view: -view.yaw)
    return Person(
        number=number,
        surface=head(_tip(nose)),
        front=views[0],
        sides=(right, left),
        albedo=_albedo(front, found[0]),
        reference=smiling,
    )


def _tip(base: float) -> float:
    """How far the tip of the nose stands out where its base stands out by `base`."""
    return base / 0.53


def _model(nose: float) -> NDArray[np.float64]:
    points = np.column_stack([np.array(_EYES_AND_NOSE), np.zeros(5)])
    inside = 1 - (points[:, 0] / 1.25) ** 2 - ((points[:, 1] - 0.35) / 1.95) ** 2
    points[:, 2] = _AXIS + 1.5 * np.sqrt(inside)
    points[4, 2] += nose
    return points


def _turned(points: NDArray[np.float64], yaw: float) -> NDArray[np.float64]:
    from_axis = points[:, 2] - _AXIS
    return np.column_stack([
        np.cos(yaw) * points[:, 0] + np.sin(yaw) * from_axis, points[:, 1]
    ])  # fmt: skip


def _fit(
    landmarks: NDArray[np.float32], *, nose: float, yaw: float, scale: float
) -> tuple[float, NDArray[np.float64]]:
    """Least squares shift from the scaled, turned model to the landmarks: residual and [2, 3]."""
    flat = _turned(_model(nose), yaw) * scale
    right, down = landmarks.mean(axis=0, dtype=np.float64) - flat.mean(axis=0)
    residual = float(np.linalg.norm(flat + np.array([right, down]) - landmarks)) / scale
    return residual, np.array([[scale, 0.0, right], [0.0, scale, down]])


_THREE_QUARTER: Final = np.radians(45.0)
"""Of the set's side cameras."""

_NOSES: Final = np.arange(0.04, 0.40, 0.01)


def _nose_depth(landmarks: NDArray[np.float32], yaw: float, scale: float) -> float:
    fits = ((_fit(landmarks, nose=nose, yaw=yaw, scale=scale)[0], nose) for nose in _NOSES)
    return float(min(fits)[1])


def _crown(alpha: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> float:
    """From the eyes up to the top of the hair, in pixels: a turn does not change it."""
    rows = np.flatnonzero((alpha > 127).sum(axis=1) > 20)
    return float(landmarks[:4, 1].mean() - rows[0])


def _view(
    pixels: NDArray[np.uint8], alpha: NDArray[np.uint8], *, yaw: float, place: NDArray[np.float64]
) -> View:
    height, width = alpha.shape
    size = (width * _FINER, height * _FINER)
    rgb, finer = (
        np.asarray(PillowImage.fromarray(layer).resize(size, PillowImage.Resampling.BILINEAR))
        for layer in (pixels, alpha)
    )
    return View(np.dstack([rgb, finer]), yaw, place * _FINER)


def _foreground(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """255 but where grey and bright pixels reach the upper edge."""
    red, green, blue = (pixels[..., channel].astype(np.int16) for channel in range(3))
    least = np.minimum(np.minimum(red, green), blue)
    most = np.maximum(np.maximum(red, green), blue)
    plain = (most - least < 24) & (least > 120)
    parts, _ = ndimage.label(plain)
    backdrop = np.isin(parts, np.setdiff1d(np.unique(parts[0]), 0))
    mask = ndimage.binary_erosion(ndimage.binary_fill_holes(~backdrop), iterations=2)
    soft: NDArray[np.uint8] = (255 * ndimage.uniform_filter(mask.astype(np.float32), 3)).astype(
        np.uint8
    )
    return soft


def _albedo(image: Image, landmarks: NDArray[np.float32]) -> float:
    eyes = landmarks[:4].mean(axis=0)
    apart = float(np.abs(landmarks[0, 0] - landmarks[2, 0])) / 1.44
    x, y = round(float(eyes[0])), round(float(eyes[1] + 0.6 * apart))
    half = round(0.6 * apart)
    skin = image.pixels[y - half // 3 : y + half // 3, x - half : x + half] / 255.0
    return float(((skin**2.2) @ [0.2126, 0.7152, 0.0722]).mean())
