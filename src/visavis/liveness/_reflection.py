"""Two things that reflection does and a screen held before the camera does not.

What is reflected leaves nothing over but noise and drift; what a screen plays, lit by the colours
of another session, does. And light that is reflected multiplies: a dark brow and the skin beside it
change by one factor. Light that is added, as glass adds it by mirroring or scattering, changes what
is dark the most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Reflection", "measure_reflection"]

_OF_NORMAL: Final = 0.6745
"""Median of the absolute value of a standard normal variable."""

_ONE_CHANNEL: Final = np.eye(3) - 1 / 3
"""How light in one channel alone shifts the chroma: [channel, 3]."""


@dataclass(frozen=True, slots=True)
class Reflection:
    """Whether the light was reflected, and nothing but this light.

    Attributes:
        unexplained: share, 0 to 1, of what is more than noise and does not follow the sequence
            shown, whatever the gain of each channel.
        contrast: of the brighter half of the eyes' surroundings to the darkest tenth.
        added: how the darkest parts respond to the colours: 0 as what reflects them, 1 as what they
            are added to.
    """

    unexplained: float
    contrast: float
    added: float


def measure_reflection(
    chroma: NDArray[np.float64],
    darkness: NDArray[np.float64],
    course: NDArray[np.float64],
    *,
    contrast: float,
) -> Reflection:
    """Look at what follows the screen, and at what else there is.

    Args:
        chroma: float64 [n, 3], of the face against the background, detrended.
        darkness: float64 [n, 3], logarithm of dark parts over bright ones, detrended.
        course: float64 [n, 3], the screen's linear light at the lag found, detrended.
        contrast: of bright parts to dark ones, above 0.
    """
    return Reflection(
        unexplained=_unexplained(chroma, course),
        contrast=contrast,
        added=_added(chroma, darkness, course, contrast=contrast),
    )


def _unexplained(chroma: NDArray[np.float64], course: NDArray[np.float64]) -> float:
    """Each channel has its own gain: rooms are coloured.

    White noise is told by how one frame differs from the next, as a median, which the few frames
    between two colours do not move. 1 where nothing but noise is there.
    """
    design = (course[:, None, :] * _ONE_CHANNEL.T).reshape(-1, 3)
    gains, *_ = np.linalg.lstsq(design, chroma.ravel())
    rest = chroma - (design @ gains).reshape(chroma.shape)
    deviation = np.median(np.abs(np.diff(rest, axis=0)), axis=0) / _OF_NORMAL
    noise = len(chroma) * float((deviation**2).sum()) / 2  # a difference has twice the variance
    left, whole = (float((part**2).sum()) - noise for part in (rest, chroma))
    return float(np.clip(left / whole, 0.0, 1.0)) if whole > 0 else 1.0


def _added(
    chroma: NDArray[np.float64],
    darkness: NDArray[np.float64],
    course: NDArray[np.float64],
    *,
    contrast: float,
) -> float:
    """How far the darkest parts respond as if the screen's light were added to them.

    Where skin responds by b, adding makes what is darker by the factor k respond by k b: so what
    the dark parts' response has beyond b, over k b - b, is 0 for reflection and 1 for adding.
    Infinity where the face does not follow the course, or nothing is darker.
    """
    pattern = course - course.mean(axis=1, keepdims=True)
    beyond, whole = (float((pattern * part).sum()) for part in (darkness, chroma))
    expected = whole * (contrast - 1)
    return beyond / expected if min(whole, contrast - 1) > 0 else float("inf")
