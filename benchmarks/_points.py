"""A threshold and what it refuses, without intervals: for regression bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fractions import Fraction

    from visavis.evaluation._streamed import StreamedScores

__all__ = ["fnmr_at", "threshold_at"]


def threshold_at(scores: StreamedScores, fmr: Fraction) -> float:
    """The next number above the (floor(f n) + 1)-th largest of n impostor scores."""
    place = int(fmr * scores.tail.comparisons)
    return float(np.nextafter(scores.tail.scores[place], np.float32(2)))


def fnmr_at(scores: StreamedScores, threshold: float) -> float:
    """The share of genuine scores below a threshold, to four digits."""
    refused = np.searchsorted(scores.genuine, np.float32(threshold), side="left")
    return round(float(refused / scores.genuine.size), 4)
