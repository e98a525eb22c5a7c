"""Several crops of one face: the aligned chip moved, turned and scaled a little, in opposite pairs.

Landmarks are found to within a pixel or two, and the embedding depends on it. The mean over places
where they might have been depends on it less (docs/decisions/0015).
"""

from __future__ import annotations

import cmath
from typing import Final, TypeAlias

from visavis.face._alignment import Similarity

__all__ = ["Jitter", "jittered", "jitters"]

Jitter: TypeAlias = tuple[complex, complex]
"""A factor about the chip's centre (its length scales, its angle turns), and a shift in sides of
the chip, x + y j."""

_PAIRS: Final = (
    (0.00047, 0.01802, -0.02135, 0.04698),
    (-0.00753, -0.00307, 0.01966, -0.00951),
    (0.00198, -0.0189, 0.01521, 0.00399),
)
"""One of each pair: across and down in sides of the chip, scale, radians; then its opposite."""


def jitters(crops: int) -> list[Jitter]:
    """Those beside the aligned crop.

    Args:
        crops: with the aligned one: 1, 3, 5 or 7.
    """
    return [
        ((1 + sign * scale) * cmath.exp(1j * sign * turn), sign * complex(across, down))
        for across, down, scale, turn in _PAIRS[: crops // 2]
        for sign in (1, -1)
    ]


def jittered(placement: Similarity, jitter: Jitter, width: int, height: int) -> Similarity:
    """Where a crop lies whose aligned chip lies at `placement`.

    Args:
        placement: maps chip pixels to picture pixels.
        jitter: what to do to it.
        width: of the chip, pixels.
        height: of the chip, pixels.
    """
    factor, shift = jitter
    centre = complex(width - 1, height - 1) / 2
    first = complex(placement.a, placement.b)
    whole = first * factor
    origin = centre + complex(shift.real * width, shift.imag * height) - factor * centre
    moved = first * origin + complex(placement.tx, placement.ty)
    return Similarity(whole.real, whole.imag, moved.real, moved.imag)
