"""What is done to a photograph: one function an alteration, from RGB pixels to RGB pixels."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

if TYPE_CHECKING:
    import numpy.typing as npt

    Pixels: TypeAlias = npt.NDArray[np.uint8]
    Points: TypeAlias = npt.NDArray[np.float64]

__all__ = [
    "cold_to_warm",
    "compressed",
    "coverings",
    "cut_above",
    "cut_below",
    "cut_left",
    "exposed",
    "gaussian_blur",
    "lit_from_the_side",
    "magenta_to_green",
    "motion_blur",
    "noisy",
    "scaled",
    "turned",
    "without_colour",
]

_LEVELS = np.arange(256) / 255
_LIGHT = np.where(_LEVELS > 0.04045, ((_LEVELS + 0.055) / 1.055) ** 2.4, _LEVELS / 12.92)
_DARK_GLASS, _FRAME, _CLOTH = (18, 18, 20), (10, 10, 10), (168, 196, 214)


def compressed(pixels: Pixels, points: Points, quality: float) -> Pixels:
    """As a JPEG file of this quality (Pillow's scale), 4:2:0."""
    del points
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=int(quality))
    with Image.open(file) as opened:
        return np.asarray(opened.convert("RGB"))


def gaussian_blur(pixels: Pixels, points: Points, percent: float) -> Pixels:
    """Standard deviation in percent of the distance between the eyes."""
    radius = percent / 100 * _eyes_apart(points)
    return np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(radius)))


def motion_blur(pixels: Pixels, points: Points, percent: float) -> Pixels:
    """A sideward movement, in percent of the distance between the eyes."""
    radius = (percent / 100 * _eyes_apart(points) - 1) / 2
    if radius <= 0:
        return pixels
    return np.asarray(Image.fromarray(pixels).filter(ImageFilter.BoxBlur((radius, 0))))


def noisy(pixels: Pixels, points: Points, levels: float) -> Pixels:
    """Gaussian noise in each channel, its standard deviation in levels of 255."""
    del points
    # Seeded by the picture, so that a repetition measures the same.
    random = np.random.default_rng(int(pixels.sum(dtype=np.int64)))
    noise = random.standard_normal(pixels.shape, np.float32) * np.float32(levels)
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


def exposed(pixels: Pixels, points: Points, stops: float) -> Pixels:
    """Light times 2 to the power of the stops (EV), clipped at white."""
    del points
    return _to_srgb(_LIGHT * 2.0**stops)[pixels]


def lit_from_the_side(pixels: Pixels, points: Points, stops: float) -> Pixels:
    """So many stops less light on the cheek on the right than on the one on the left.

    The fall is even across the face, from outer cheek to outer cheek, and goes no further.
    """
    middle, between = points[:2].mean(axis=0)[0], _eyes_apart(points)
    across = np.clip((np.arange(pixels.shape[1]) - middle) / (1.5 * between) + 0.5, 0, 1)
    light = _LIGHT[pixels] * (2.0 ** (-stops * across))[:, np.newaxis]
    return _to_srgb(light)


def cold_to_warm(pixels: Pixels, points: Points, strength: float) -> Pixels:
    """-1 takes all red away, 1 all blue; in between as much of the light."""
    del points
    return _cast(pixels, (1 + min(strength, 0), 1.0, 1 - max(strength, 0)))


def magenta_to_green(pixels: Pixels, points: Points, strength: float) -> Pixels:
    """-1 takes all green away, 1 all red and blue."""
    del points
    other = 1 - max(strength, 0)
    return _cast(pixels, (other, 1 + min(strength, 0), other))


def without_colour(pixels: Pixels, points: Points) -> Pixels:
    """In shades of grey."""
    del points
    return np.asarray(Image.fromarray(pixels).convert("L").convert("RGB"))


def scaled(pixels: Pixels, points: Points, eyes_apart: float) -> Pixels:
    """Reduced until the eyes are so many pixels apart; never enlarged."""
    share = min(1.0, eyes_apart / _eyes_apart(points))
    size = (round(pixels.shape[1] * share), round(pixels.shape[0] * share))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def turned(pixels: Pixels, points: Points, degrees: float) -> Pixels:
    """The camera turned about the line of sight, counter-clockwise; grey in the corners."""
    del points
    picture = Image.fromarray(pixels)
    return np.asarray(
        picture.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=(128, 128, 128))
    )


def cut_left(pixels: Pixels, points: Points, distances: float) -> Pixels:
    """So much room left of the eye on the left, in distances between the eyes."""
    edge = round(points[0, 0] - distances * _eyes_apart(points))
    return np.ascontiguousarray(pixels[:, max(0, edge) :])


def cut_above(pixels: Pixels, points: Points, distances: float) -> Pixels:
    """So much room above the eyes, in distances between them."""
    edge = round(points[:2, 1].mean() - distances * _eyes_apart(points))
    return np.ascontiguousarray(pixels[max(0, edge) :])


def cut_below(pixels: Pixels, points: Points, distances: float) -> Pixels:
    """So much room below the eyes, in distances between them."""
    edge = round(points[:2, 1].mean() + distances * _eyes_apart(points))
    return np.ascontiguousarray(pixels[:edge])


def coverings(pixels: Pixels, points: Points, *, glasses: bool, mask: bool) -> Pixels:
    """Dark glasses over the eyes, a cloth mask over nose, mouth and chin."""
    picture = Image.fromarray(pixels)
    draw = ImageDraw.Draw(picture)
    if mask:
        outline = [(-0.75, 0.40), (0, 0.22), (0.75, 0.40), (0.80, 1.0), (0.55, 1.6), (0, 1.9)]
        outline += [(-0.55, 1.6), (-0.80, 1.0)]
        draw.polygon(_on_the_face(points, outline), fill=_CLOTH)
    if glasses:
        turn = np.linspace(0, 2 * np.pi, 40)
        for side in (-0.5, 0.5):
            lens = np.stack([side + 0.40 * np.cos(turn), 0.03 + 0.30 * np.sin(turn)], axis=1)
            draw.polygon(_on_the_face(points, lens.tolist()), fill=_DARK_GLASS)
        bar = _on_the_face(points, [(-1.0, -0.08), (1.0, -0.08)])
        draw.line(bar, fill=_FRAME, width=max(1, round(0.06 * _eyes_apart(points))))
    return np.asarray(picture)


def _on_the_face(points: Points, places: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Places in distances between the eyes, right and down from between them, in pixels.

    Down is where the mouth is, so that it follows a face that is turned to the side.
    """
    eyes, mouth = points[:2].mean(axis=0), points[3:].mean(axis=0)
    right, down = points[1] - points[0], (mouth - eyes) / 1.045
    return [tuple((eyes + x * right + y * down).tolist()) for x, y in places]


def _cast(pixels: Pixels, gains: tuple[float, float, float]) -> Pixels:
    return np.stack([_to_srgb(_LIGHT * g)[pixels[..., i]] for i, g in enumerate(gains)], axis=-1)


def _to_srgb(light: npt.NDArray[np.float64]) -> Pixels:
    light = np.clip(light, 0, 1)
    levels = np.where(light > 0.0031308, 1.055 * light ** (1 / 2.4) - 0.055, 12.92 * light)
    return (255 * levels + 0.5).astype(np.uint8)


def _eyes_apart(points: Points) -> float:
    return float(np.linalg.norm(points[1] - points[0]))
