"""Where a face's chip lies in its picture: a similarity from template points to landmarks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Similarity", "fit_similarity"]


@dataclass(frozen=True, slots=True)
class Similarity:
    """x' = a x - b y + tx, y' = b x + a y + ty: turn, scale and shift, no reflection."""

    a: float
    b: float
    tx: float
    ty: float

    @property
    def scale(self) -> float:
        """Length of a unit step after the map."""
        return float(np.hypot(self.a, self.b))

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        """The image of one point."""
        return self.a * x - self.b * y + self.tx, self.b * x + self.a * y + self.ty

    def inverse(self) -> Similarity:
        """The way back; the scale must not be 0."""
        squared = self.a**2 + self.b**2
        a, b = self.a / squared, -self.b / squared
        return Similarity(a, b, b * self.ty - a * self.tx, -b * self.tx - a * self.ty)


def fit_similarity(source: NDArray[np.floating], target: NDArray[np.floating]) -> Similarity:
    """The similarity nearest to mapping `source` onto `target`, in least squares.

    Linear regression of complex numbers; the same optimum as Umeyama, "Least-squares estimation of
    transformation parameters between two point patterns" (1991), without its reflections.

    Args:
        source: [n, 2] points.
        target: [n, 2] points.

    Returns:
        The similarity; of scale 0 where the points of either are all the same.
    """
    x = source[:, 0].astype(np.float64) + 1j * source[:, 1]
    y = target[:, 0].astype(np.float64) + 1j * target[:, 1]
    x_mean, y_mean = x.mean(), y.mean()
    x_centred = x - x_mean
    spread = np.vdot(x_centred, x_centred).real
    factor = np.vdot(x_centred, y - y_mean) / spread if spread else np.complex128(0)
    shift = y_mean - factor * x_mean
    return Similarity(float(factor.real), float(factor.imag), float(shift.real), float(shift.imag))
