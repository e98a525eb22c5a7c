"""From scores to everything that a report says of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from visavis.errors import ScoresInvalid, ScoresSeparated
from visavis.evaluation._calibration import LogisticCalibration
from visavis.evaluation._cllr import cllr, min_cllr
from visavis.evaluation._det import error_curve
from visavis.evaluation._dprime import d_prime
from visavis.evaluation._eer import EerMethod, eer
from visavis.evaluation._estimate import DEFAULT_UNCERTAINTY, Uncertainty
from visavis.evaluation._fnmr_at_fmr import fnmr_at_fmrs
from visavis.evaluation._rate import parse_rate
from visavis.evaluation._scores import ScoreSet
from visavis.evaluation.report._report import Band, EqualErrorRate, Report
from visavis.evaluation.report._thin import histograms, thinned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visavis.evaluation._fnmr_at_fmr import FnmrAtFmr
    from visavis.evaluation.report._report import Groups, Run

__all__ = ["measure_report", "standard_fmrs"]

_STANDARD: Final = ("1e-1", "1e-2", "1e-3", "1e-4", "1e-5", "1e-6")
_ALONG: Final = ("1", "1.6", "2.5", "4", "6.3")
"""Five FMRs a decade for the band (ISO 3's preferred numbers R5)."""
_ENOUGH: Final = 100_000
"""Scores of either kind that calibration takes: more do not change four digits of its cost."""
_EER: Final[tuple[EerMethod, ...]] = ("rocch", "interpolated", "fvc2000")


def standard_fmrs(impostor: int) -> list[str]:
    """The powers of ten from 1e-1 to 1e-6 that so many impostor comparisons can show.

    At the last of them at least one false match is allowed; a smaller FMR would be a statement
    about no comparison at all.
    """
    return [fmr for fmr in _STANDARD if parse_rate(fmr) * impostor >= 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Information:
    """What the scores tell, in one number each; None where it is undefined."""

    cllr: float
    d_prime: float | None
    calibrated_cllr: float | None
    notes: tuple[str, ...]

    @classmethod
    def of(cls, scores: ScoreSet) -> _Information:
        given = cllr(scores)
        try:
            apart = d_prime(scores)
        except ScoresInvalid:
            note = "d' and calibration are undefined: the scores do not vary."
            return cls(cllr=given, d_prime=None, calibrated_cllr=None, notes=(note,))
        try:
            some = _some(scores)
            line = LogisticCalibration.fit(some)
        except ScoresSeparated:
            note = "No calibration could be fitted: genuine and impostor scores hardly overlap."
            return cls(cllr=given, d_prime=apart, calibrated_cllr=None, notes=(note,))
        calibrated = ScoreSet(
            genuine=line.log_likelihood_ratio(some.genuine),
            impostor=line.log_likelihood_ratio(some.impostor),
        )
        return cls(cllr=given, d_prime=apart, calibrated_cllr=cllr(calibrated), notes=())


def _some(scores: ScoreSet) -> ScoreSet:
    """Of many scores, some of either kind, evenly spaced in their order."""
    steps = (-(-side.size // _ENOUGH) for side in (scores.genuine, scores.impostor))
    genuine, impostor = (
        side[step // 2 :: step]
        for side, step in zip((scores.genuine, scores.impostor), steps, strict=True)
    )
    return ScoreSet(genuine=genuine, impostor=impostor)


def measure_report(
    scores: ScoreSet,
    *,
    title: str,
    data_set: str,
    run: Run,
    fmrs: Sequence[str] | None = None,
    groups: Sequence[Groups] = (),
    notes: Sequence[str] = (),
    uncertainty: Uncertainty = DEFAULT_UNCERTAINTY,
) -> Report:
    """Measure all that a report says of scores that fit in memory.

    Args:
        scores: with genuine and impostor comparisons.
        title: the heading.
        data_set: what was compared, in a sentence or two, without ids of people.
        run: where the scores come from.
        fmrs: operating points, such as ``["1e-3"]``; None for `standard_fmrs`.
        groups: results by group, if any.
        notes: what a reader must know beside.
        uncertainty: how intervals are made.

    Raises:
        InputInvalid: an FMR is no rate.
        ScoresTooFew: no genuine or no impostor comparison.
    """
    size = scores.impostor.size
    wanted = list(dict.fromkeys(standard_fmrs(size) if fmrs is None else fmrs))
    wanted.sort(key=parse_rate, reverse=True)
    told = list(notes)
    if fmrs is None and len(wanted) < len(_STANDARD):
        told.append(
            f"FMRs below 1 in {size:,} are not reported: at none of them could so few "
            "impostor comparisons show a false match."
        )
    along = _along(scores)
    with ThreadPoolExecutor(1) as beside:  # numpy works outside of Python's lock
        informing = beside.submit(_Information.of, scores)
        curve = error_curve(scores)
        measured = fnmr_at_fmrs(scores, [*wanted, *along], uncertainty=uncertainty)
        rates = [
            EqualErrorRate(
                method=method, estimate=eer(curve, method=method, uncertainty=uncertainty)
            )
            for method in _EER
        ]
        least = min_cllr(curve)
        information = informing.result()
    return Report(
        title=title,
        data_set=data_set,
        genuine=curve.genuine,
        impostor=curve.impostor,
        people=None if scores.pairing is None else scores.pairing.people,
        pairs=None if scores.pairing is None else scores.pairing.pairs,
        points=tuple(measured[: len(wanted)]),
        eer=tuple(rates),
        det=thinned(curve, _band(measured[len(wanted) :], uncertainty)),
        histograms=histograms(scores),
        run=run,
        d_prime=information.d_prime,
        cllr=information.cllr,
        calibrated_cllr=information.calibrated_cllr,
        min_cllr=least,
        groups=tuple(groups),
        notes=(*told, *information.notes),
    )


def _along(scores: ScoreSet) -> list[str]:
    """FMRs from the least that allows a false match up to 0.4, ascending.

    Above 0.1 only where it is cheap: with people, each of thousands of draws walks that far.
    """
    decades = ("1e-7", "1e-6", "1e-5", "1e-4", "1e-3", "1e-2", "1e-1")
    found = [f"{digits}{decade[1:]}" for decade in decades for digits in _ALONG]
    most = parse_rate("1e-1" if scores.pairing is not None else "4e-1")
    return [f for f in found if parse_rate(f) * scores.impostor.size >= 1 and parse_rate(f) <= most]


def _band(points: list[FnmrAtFmr], uncertainty: Uncertainty) -> Band | None:
    if not points:
        return None
    return Band(
        fmr=np.array([float(parse_rate(point.at.asked)) for point in points]),
        low=np.array([point.fnmr.low for point in points]),
        high=np.array([point.fnmr.high for point in points]),
        confidence=uncertainty.confidence,
    )
