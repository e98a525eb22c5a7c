"""Few of the many points of a DET curve, and few bins for many scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from visavis.evaluation.report._report import DetCurve, Histograms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.evaluation._det import ErrorCurve
    from visavis.evaluation._scores import ScoreSet
    from visavis.evaluation.report._report import Band

__all__ = ["histograms", "thinned"]

_EACH: Final = 100  # up to so many errors, each has its point: there one more can be seen
_PER_DECADE: Final = 40  # beyond, points stand closer than the width of a line
_BINS: Final = 100


def thinned(curve: ErrorCurve, band: Band | None) -> DetCurve:
    """Some of the points of a curve, each as it is: a few hundred instead of millions.

    For each kind of error, the point with the fewest of the other kind among those with at most so
    many: for every count to 100, then 40 counts a decade.
    """
    matches, refusals = curve.false_matches, curve.false_non_matches
    # False matches fall along the curve, so the first point with few enough refuses fewest.
    first = np.searchsorted(-matches, -_counts(curve.impostor), side="left")
    last = np.searchsorted(refusals, _counts(curve.genuine), side="right") - 1
    kept = np.unique(np.concatenate([[0], first, last, [matches.size - 1]]))
    return DetCurve(
        threshold=curve.thresholds[kept].astype(np.float64),
        fmr=matches[kept] / curve.impostor,
        fnmr=refusals[kept] / curve.genuine,
        band=band,
    )


def histograms(scores: ScoreSet) -> Histograms:
    """Both kinds of scores in 100 bins of one width, from the lowest to the highest score."""
    sides = (scores.genuine.astype(np.float64), scores.impostor.astype(np.float64))
    lowest = min(float(side[0]) for side in sides if side.size)
    highest = max(float(side[-1]) for side in sides if side.size)
    edges = np.unique(np.linspace(lowest, highest, _BINS + 1))
    if edges.size == 1:  # all scores are equal
        edges = np.array([lowest, np.nextafter(lowest, np.inf)])
    genuine, impostor = (
        np.diff(np.searchsorted(side, edges[:-1], side="left"), append=side.size) for side in sides
    )
    return Histograms(edges=edges, genuine=genuine, impostor=impostor)


def _counts(most: int) -> NDArray[np.int64]:
    """Counts of errors to look at: each of the first, then ever fewer."""
    each = np.arange(min(_EACH, most) + 1)
    if most <= _EACH:
        return each
    steps = int(np.ceil(np.log10(most / _EACH) * _PER_DECADE)) + 1
    return np.concatenate([each, np.geomspace(_EACH, most, steps).astype(np.int64)])
