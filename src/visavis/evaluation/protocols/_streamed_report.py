"""A report of scores that were streamed: its curve and histograms from the tail and the bins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from visavis.evaluation._estimate import DEFAULT_UNCERTAINTY, Uncertainty
from visavis.evaluation._rate import parse_rate
from visavis.evaluation._streamed import BINS
from visavis.evaluation._streamed_points import streamed_fnmr_at_fmrs
from visavis.evaluation.report import Band, DetCurve, Histograms, Report, standard_fmrs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from visavis.evaluation._people import Weights
    from visavis.evaluation._streamed import StreamedScores
    from visavis.evaluation.report import Run

__all__ = ["streamed_report"]

_ALONG: Final = ("1", "1.6", "2.5", "4", "6.3")
"""Five FMRs a decade for the band (ISO 3's preferred numbers R5)."""

_ROOM: Final = 2
"""How much longer than an FMR needs the tail must be: draws of people go further down."""

_EACH: Final = 100  # false matches that each have a point on the curve
_PER_DECADE: Final = 40
_SHOWN_BINS: Final = 100


def streamed_report(
    scores: StreamedScores,
    *,
    title: str,
    data_set: str,
    run: Run,
    fmrs: Sequence[str] | None = None,
    weights: Weights = "comparisons",
    notes: Sequence[str] = (),
    uncertainty: Uncertainty = DEFAULT_UNCERTAINTY,
) -> Report:
    """Measure what the tail of a streamed test allows.

    Operating points reach up to the FMR for which enough of the highest scores were kept.

    Args:
        scores: with genuine and impostor comparisons.
        title: the heading.
        data_set: what was compared, without ids of people.
        run: where the scores come from.
        fmrs: operating points; None for powers of ten.
        weights: what counts as one.
        notes: what a reader must know beside.
        uncertainty: how intervals are made.

    Raises:
        InputInvalid: an FMR is no rate.
        ScoresTooFew: no genuine or no impostor comparison, or fewer of the highest scores were kept
            than an FMR asked for needs.
    """
    comparisons = scores.tail.comparisons
    if fmrs is None:
        wanted = [fmr for fmr in standard_fmrs(comparisons) if _is_kept(scores, fmr)]
    else:
        wanted = sorted(dict.fromkeys(fmrs), key=parse_rate, reverse=True)
    decades = ("1e-7", "1e-6", "1e-5", "1e-4", "1e-3", "1e-2")
    along = [f"{digits}{decade[1:]}" for decade in decades for digits in _ALONG]
    along = [f for f in along if parse_rate(f) * comparisons >= 1 and _is_kept(scores, f)]
    measured = streamed_fnmr_at_fmrs(
        scores, [*wanted, *along], weights=weights, uncertainty=uncertainty
    )
    band = [point.fnmr for point in measured[len(wanted) :]]
    return Report(
        title=title,
        data_set=data_set,
        genuine=scores.genuine.size,
        impostor=comparisons,
        people=scores.meetings.people,
        pairs=scores.meetings.pairs,
        points=tuple(measured[: len(wanted)]),
        eer=(),
        det=_curve(
            scores,
            Band(
                fmr=np.array([float(parse_rate(fmr)) for fmr in along]),
                low=np.array([each.low for each in band]),
                high=np.array([each.high for each in band]),
                confidence=uncertainty.confidence,
            )
            if along
            else None,
        ),
        histograms=_histograms(scores),
        run=run,
        notes=tuple(notes),
    )


def _is_kept(scores: StreamedScores, fmr: str) -> bool:
    needed = parse_rate(fmr) * scores.tail.comparisons * _ROOM
    return needed <= scores.tail.scores.size or scores.tail.floor == -np.inf


def _curve(scores: StreamedScores, band: Band | None) -> DetCurve:
    """Points where the tail is, each exact; below it, at the edges of bins."""
    tail, genuine = scores.tail, scores.genuine
    steps = np.arange(min(_EACH, tail.scores.size))
    if tail.scores.size > _EACH:
        count = int(np.log10(tail.scores.size / _EACH) * _PER_DECADE) + 2
        far = np.geomspace(_EACH, tail.scores.size - 1, count).astype(np.int64)
        steps = np.unique(np.concatenate([steps, far]))
    own = tail.scores.dtype.type
    exact = np.nextafter(tail.scores[steps], own(np.inf))
    matches = np.searchsorted(-tail.scores, -exact, side="right")
    above: NDArray[np.int64] = np.cumsum(scores.impostor_bins[::-1])[::-1]
    edges = np.linspace(-1, 1, BINS + 1)[:-1].astype(own)
    below = np.flatnonzero((edges < exact.min()) & (np.diff(above, prepend=-1) != 0))
    thresholds = np.concatenate([edges[below], exact[::-1]])
    fnmr = np.searchsorted(genuine, thresholds, side="left") / genuine.size
    counts = np.concatenate([above[below], matches[::-1]])
    kept = np.unique(thresholds, return_index=True)[1]
    return DetCurve(
        threshold=thresholds[kept].astype(np.float64),
        fmr=counts[kept] / tail.comparisons,
        fnmr=fnmr[kept],
        band=band,
    )


def _histograms(scores: StreamedScores) -> Histograms:
    edges = np.linspace(-1, 1, BINS + 1)
    edges[-1] = np.nextafter(1, 2)  # a cosine may be rounded to a little more
    clipped = np.clip(scores.genuine.astype(np.float64), -1, 1)
    genuine = np.histogram(clipped, edges)[0].astype(np.int64)
    used = np.flatnonzero(genuine + scores.impostor_bins)
    first, last = int(used[0]), int(used[-1]) + 1
    width = max(1, -(-(last - first) // _SHOWN_BINS))
    starts = np.arange(first, last, width)
    return Histograms(
        edges=edges[np.append(starts, last)],
        genuine=np.add.reduceat(genuine[:last], starts),
        impostor=np.add.reduceat(scores.impostor_bins[:last], starts),
    )
