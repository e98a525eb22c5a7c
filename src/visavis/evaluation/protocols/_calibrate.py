"""Thresholds of a pack from sets of pictures: the cells of its model card."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from visavis.errors import ScoresTooFew
from visavis.evaluation._estimate import DEFAULT_UNCERTAINTY, Estimate, Uncertainty
from visavis.evaluation._planning import established
from visavis.evaluation._rate import parse_rate
from visavis.evaluation._streamed_points import streamed_fmr, streamed_fnmr, streamed_thresholds
from visavis.evaluation.protocols._fused_samples import DRAWS, compare_fused
from visavis.models import OperatingPoint

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from visavis.evaluation._streamed import StreamedScores
    from visavis.evaluation._threshold_at_fmr import ThresholdAtFmr
    from visavis.evaluation.protocols._embedded_set import EmbeddedSet

__all__ = ["COUNTS", "FMRS", "CalibratedCell", "SetResult", "calibrate"]

COUNTS: Final = tuple((references, probes) for references in range(1, 6) for probes in range(1, 4))
"""Reference and probe samples of the cells: as many as enrolment and verification take."""

FMRS: Final = ("1e-2", "1e-3", "1e-4", "1e-5")

_FEWEST_EXPECTED: Final = 1
"""Pairs of people that must be expected to match falsely for a set to say anything of an FMR. With
fewer, its threshold would be the score of the two most alike of so few people, whatever the FMR."""

_DIGITS: Final = 5  # of a threshold: a step is a hundredth of its interval, and always upwards


@dataclass(frozen=True, slots=True, kw_only=True)
class SetResult:
    """What one set of pictures says about one cell at one FMR.

    Attributes:
        data_set: its name.
        own: the threshold for the FMR from this set alone.
        asks: the threshold that this set asks for: the upper end of its interval, or, where the set
            is not the cell's own and has too few people to establish the FMR, its value; None where
            it has so few that fewer than one pair would be expected to match falsely.
        unchecked: the set's FMR at the threshold that the cell's own set alone asks for.
        fmr: its FMR at the threshold of the cell.
        fnmr: its FNMR there; None if nobody has enough pictures.
    """

    data_set: str
    own: ThresholdAtFmr
    asks: float | None
    unchecked: Estimate
    fmr: Estimate
    fnmr: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibratedCell:
    """A cell of the card, and what it rests on.

    Attributes:
        point: as it stands in the card. Its rates are those of its own set.
        sets: of every set that has enough pictures, that one first.
    """

    point: OperatingPoint
    sets: tuple[SetResult, ...]


def calibrate(
    sets: Sequence[EmbeddedSet],
    *,
    gates: bool = False,
    counts: Sequence[tuple[int, int]] = COUNTS,
    fmrs: Sequence[str] = FMRS,
    uncertainty: Uncertainty = DEFAULT_UNCERTAINTY,
    progress: Callable[[int, int], None] | None = None,
) -> list[CalibratedCell]:
    """Find the threshold of every cell that the sets can carry.

    A cell's own set is the one with the most people, of those that have genuine comparisons. Its
    threshold is the highest that any set asks for (docs/decisions/0004), so that no set with enough
    people exceeds the FMR; every pair of people counts alike.

    Args:
        sets: one or more.
        gates: leave out pictures that the gates refuse.
        counts: reference and probe samples of the cells.
        fmrs: ascending strictness, such as ``["1e-2", "1e-3"]``.
        uncertainty: how intervals are made.
        progress: told how many counts are done, and of how many.

    Returns:
        The cells, ordered as asked for; none for which fewer than one pair of people would be
        expected to match falsely, or whose FNMR nobody has enough pictures for.
    """
    cells: list[CalibratedCell] = []
    embeddings = [
        (each.pictures.name, *each.vectors(gates=gates), each.references(gates=gates))
        for each in sets
    ]
    for done, (references, probes) in enumerate(counts, start=1):
        scored: list[tuple[str, StreamedScores]] = []
        for name, vectors, person, kept in embeddings:
            seed = 10 * references + probes
            try:
                scores = compare_fused(
                    vectors,
                    person,
                    references=references,
                    probes=probes,
                    seed=seed,
                    as_references=kept,
                )
            except ScoresTooFew:
                continue
            scored.append((name, scores))
        scored.sort(key=lambda each: (not each[1].genuine.size, -each[1].meetings.people))
        cells += _cells(scored, (references, probes), fmrs, uncertainty)
        if progress is not None:
            progress(done, len(counts))
    return cells


def _cells(
    scored: list[tuple[str, StreamedScores]],
    counts: tuple[int, int],
    fmrs: Sequence[str],
    uncertainty: Uncertainty,
) -> list[CalibratedCell]:
    if not scored or not scored[0][1].genuine.size:
        return []
    pairs = scored[0][1].meetings.pairs
    wanted = [fmr for fmr in fmrs if parse_rate(fmr) * pairs >= _FEWEST_EXPECTED]
    if not wanted:
        return []
    found = [
        streamed_thresholds(scores, wanted, weights="person-pairs", uncertainty=uncertainty)
        for _, scores in scored
    ]
    cells: list[CalibratedCell] = []
    laxer = -1.0
    for place, fmr in enumerate(wanted):
        own = [thresholds[place] for thresholds in found]
        asks = [_asked(each, first=not position) for position, each in enumerate(own)]
        # A stricter FMR never has the lower threshold, whatever the noise of two intervals.
        highest = max(ask for ask in asks if ask is not None)
        laxer = threshold = max(laxer, _rounded_up(highest))
        sets = tuple(
            _result(
                name,
                scores,
                own=each,
                asks=ask,
                of_own_set=own[0].threshold.high,
                threshold=threshold,
                uncertainty=uncertainty,
            )
            for (name, scores), each, ask in zip(scored, own, asks, strict=True)
        )
        cells.append(CalibratedCell(point=_point(counts, fmr, threshold, sets), sets=sets))
    return cells


def _asked(found: ThresholdAtFmr, *, first: bool) -> float | None:
    if first:
        return found.threshold.high
    rate, pairs = parse_rate(found.asked), found.pairs or 0
    if rate * pairs < _FEWEST_EXPECTED:
        return None
    known = established(rate, pairs=pairs)
    return found.threshold.high if known else found.threshold.value


def _rounded_up(threshold: float) -> float:
    scale = 10**_DIGITS
    return math.ceil(threshold * scale) / scale


def _result(
    name: str,
    scores: StreamedScores,
    *,
    own: ThresholdAtFmr,
    asks: float | None,
    of_own_set: float,
    threshold: float,
    uncertainty: Uncertainty,
) -> SetResult:
    fnmr = None
    if scores.genuine.size:
        fnmr = streamed_fnmr(scores, threshold, weights="person-pairs", uncertainty=uncertainty)
    return SetResult(
        data_set=name,
        own=own,
        asks=asks,
        unchecked=streamed_fmr(scores, of_own_set, weights="person-pairs", uncertainty=uncertainty),
        fmr=streamed_fmr(scores, threshold, weights="person-pairs", uncertainty=uncertainty),
        fnmr=fnmr,
    )


def _point(
    counts: tuple[int, int], fmr: str, threshold: float, sets: tuple[SetResult, ...]
) -> OperatingPoint:
    own, fnmr = sets[0], sets[0].fnmr
    strictest = max(sets, key=lambda each: -math.inf if each.asks is None else each.asks)
    pairs = own.own.pairs or 0
    if fnmr is None:  # `_cells` has seen to it
        raise ScoresTooFew("nobody has enough pictures for the FNMR of a cell")
    return OperatingPoint(
        reference_samples=counts[0],
        probe_samples=counts[1],
        fmr=Decimal(fmr),
        threshold=threshold,
        fnmr=fnmr.value,
        fmr_interval=(own.fmr.low, own.fmr.high),
        data_set=own.data_set,
        comparisons=own.own.threshold.n,
        people=own.own.threshold.people or 0,
        person_pairs=pairs,
        note=(
            f"threshold set by {strictest.data_set}; rates in-sample, {DRAWS} draws; "
            f"genuine: {fnmr.people} people"
        ),
    )
