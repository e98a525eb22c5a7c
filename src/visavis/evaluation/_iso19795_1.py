"""Error rates as ISO/IEC 19795-1 defines them. A comparison matches at ``score >= threshold``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from visavis.errors import InputInvalid, ScoresTooFew
from visavis.evaluation._binomial import clopper_pearson_bounds
from visavis.evaluation._estimate import DEFAULT_UNCERTAINTY, Estimate, Method, Uncertainty
from visavis.evaluation._interval import independent_share
from visavis.evaluation._pair_share import PairShare
from visavis.evaluation._people import Weights, encode_people
from visavis.evaluation._person_share import PersonShare
from visavis.evaluation._scores import ScoreSet, first_at_or_above

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["fmr", "fmr_from", "fnmr", "fnmr_before", "fta", "fte", "gfar", "gfrr"]


def fmr(
    scores: ScoreSet,
    threshold: float,
    *,
    weights: Weights = "comparisons",
    uncertainty: Uncertainty = DEFAULT_UNCERTAINTY,
) -> Estimate:
    """False match rate: the share of impostor comparisons with ``score >= threshold``.

    Args:
        scores: with at least one impostor comparison.
        threshold: in units of the scores; infinite is allowed.
        weights: what counts as one; ``person-pairs`` needs the people.
        uncertainty: how the interval is made.

    Raises:
        InputInvalid: the threshold is NaN, or the weights need people who are unknown.
        ScoresTooFew: no impostor comparison.
    """
    return fmr_from(scores, first_at_or_above(scores.impostor, threshold), weights, uncertainty)


def fmr_from(scores: ScoreSet, start: int, weights: Weights, uncertainty: Uncertainty) -> Estimate:
    """`fmr` of a threshold that accepts the impostor scores from index ``start`` on."""
    if not scores.impostor.size:
        raise ScoresTooFew("a false match rate needs impostor comparisons")
    if scores.pairing is None:
        _refuse_weights(weights)
        size = scores.impostor.size
        return independent_share(size - start, size, uncertainty)
    return PairShare.from_index(start, scores.pairing, weights).estimate(uncertainty)


def fnmr(
    scores: ScoreSet,
    threshold: float,
    *,
    weights: Weights = "comparisons",
    uncertainty: Uncertainty = DEFAULT_UNCERTAINTY,
) -> Estimate:
    """False non-match rate: the share of genuine comparisons with ``score < threshold``.

    Args:
        scores: with at least one genuine comparison.
        threshold: in units of the scores; infinite is allowed.
        weights: what counts as one; ``person-pairs`` (each person once) needs the people.
        uncertainty: how the interval is made.

    Raises:
        InputInvalid: the threshold is NaN, or the weights need people who are unknown.
        ScoresTooFew: no genuine comparison.
    """
    return fnmr_before(scores, first_at_or_above(scores.genuine, threshold), weights, uncertainty)


def fnmr_before(
    scores: ScoreSet, stop: int, weights: Weights, uncertainty: Uncertainty
) -> Estimate:
    """`fnmr` of a threshold that refuses the genuine scores before index ``stop``."""
    if not scores.genuine.size:
        raise ScoresTooFew("a false non-match rate needs genuine comparisons")
    if scores.pairing is None:
        _refuse_weights(weights)
        return independent_share(stop, scores.genuine.size, uncertainty)
    return PersonShare.before(stop, scores.pairing, weights).estimate(uncertainty)


def fta(
    failed: NDArray[np.bool_],
    *,
    people: NDArray[Any] | None = None,
    uncertainty: Uncertainty = DEFAULT_UNCERTAINTY,
) -> Estimate:
    """Failure-to-acquire rate: the share of attempts that gave no usable sample.

    Args:
        failed: for each attempt whether it failed; 1-D.
        people: id of the person of each attempt (integers or strings); without it independence is
            assumed.
        uncertainty: how the interval is made.

    Raises:
        InputInvalid: not 1-D booleans.
        ScoresTooFew: no attempt.
        ScoresInvalid: ids of another shape or type.
    """
    if failed.ndim != 1 or failed.dtype != np.bool_:
        raise InputInvalid("failures are a 1-D array of booleans")
    if not failed.size:
        raise ScoresTooFew("a failure-to-acquire rate needs attempts")
    if people is None:
        return independent_share(int(np.count_nonzero(failed)), failed.size, uncertainty)
    if people.shape != failed.shape:
        raise InputInvalid("there is not one id of a person for each attempt")
    ids, (person,) = encode_people(people)
    return PersonShare.of_attempts(failed, person, ids.size).estimate(uncertainty)


def fte(failed: int, people: int, *, uncertainty: Uncertainty = DEFAULT_UNCERTAINTY) -> Estimate:
    """Failure-to-enrol rate: the share of people who could not be enrolled.

    People are independent of each other, so the Clopper-Pearson interval holds.

    Args:
        failed: people who could not.
        people: people who tried; at least one.
        uncertainty: gives the confidence.

    Raises:
        InputInvalid: counts outside these ranges.
    """
    low, high = clopper_pearson_bounds(failed, people, confidence=uncertainty.confidence)
    return Estimate(
        value=failed / people,
        low=low,
        high=high,
        confidence=uncertainty.confidence,
        method=Method.CLOPPER_PEARSON,
        n=people,
        people=people,
    )


def gfar(fmr: Estimate, fta: Estimate, fte: Estimate) -> Estimate:
    """Generalised false accept rate: FMR (1 - FTA) (1 - FTE).

    The interval is that of all three together, so its confidence is what is left when each takes
    its share of doubt (Bonferroni): three at 95 % give 85 %.

    Raises:
        InputInvalid: nothing is left of the confidence.
    """
    return _combined(
        fmr.value * (1 - fta.value) * (1 - fte.value),
        fmr.low * (1 - fta.high) * (1 - fte.high),
        fmr.high * (1 - fta.low) * (1 - fte.low),
        (fmr, fta, fte),
    )


def gfrr(fnmr: Estimate, fta: Estimate, fte: Estimate) -> Estimate:
    """Generalised false reject rate: FTE + (1 - FTE) (FTA + (1 - FTA) FNMR).

    The interval is as for `gfar`.

    Raises:
        InputInvalid: nothing is left of the confidence.
    """

    def rate(fnmr: float, fta: float, fte: float) -> float:
        return fte + (1 - fte) * (fta + (1 - fta) * fnmr)

    return _combined(
        rate(fnmr.value, fta.value, fte.value),
        rate(fnmr.low, fta.low, fte.low),
        rate(fnmr.high, fta.high, fte.high),
        (fnmr, fta, fte),
    )


def _combined(value: float, low: float, high: float, parts: tuple[Estimate, ...]) -> Estimate:
    labels = dict.fromkeys(part.label for part in parts if part.label)
    return Estimate(
        value=value,
        low=low,
        high=high,
        confidence=1.0 - sum(1.0 - part.confidence for part in parts),
        method=Method.COMBINED,
        n=parts[0].n,
        people=parts[0].people,
        label="; ".join(labels),
    )


def _refuse_weights(weights: Weights) -> None:
    if weights != "comparisons":
        raise InputInvalid("weighing pairs of people needs to know who was compared with whom")
