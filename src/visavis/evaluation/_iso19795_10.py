"""Error rates of groups of people and how they differ (ISO/IEC 19795-10).

The labels are the tester's own, given by the people who took part. They are used for one end: to
measure whether the system errs more for some than for others.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from visavis.errors import InputInvalid, ScoresTooFew
from visavis.evaluation._differentials import (
    MOST_GROUPS,
    GroupRates,
    Span,
    fdr,
    garbe,
    inequity_rate,
    max_over_geometric_mean,
    max_over_min,
)
from visavis.evaluation._estimate import DEFAULT_UNCERTAINTY, Estimate, Method, Uncertainty
from visavis.evaluation._interval import FEW_ERR
from visavis.evaluation._pair_share import PairShare
from visavis.evaluation._person_share import PersonShare
from visavis.evaluation._scores import ScoreSet, first_at_or_above
from visavis.evaluation._sp800_63a_4 import RuleResult, apply_rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from visavis.evaluation._people import Weights

__all__ = ["Differential", "GroupReport", "GroupResult", "measure_groups"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupResult:
    """Error rates of one group, or between two.

    Attributes:
        groups: one label, or two for comparisons across.
        people: with these labels.
        fmr: of comparisons inside the group, or of one with the other; None if there are none.
        fnmr: of the group's people; None if there are no comparisons, or two groups.
    """

    groups: tuple[str, ...]
    people: int
    fmr: Estimate | None
    fnmr: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Differential:
    """One summary of how unequal groups are.

    Attributes:
        name: of the summary, with its alpha if it has one.
        estimate: None where it is undefined.
        sentence: what it says, for people.
    """

    name: str
    estimate: Estimate | None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupReport:
    """What a test says about groups at one threshold.

    All intervals of groups hold together at the confidence asked for, so each has a higher one.

    Attributes:
        threshold: a comparison matches at or above it.
        unlabelled: people without a label; they count among everybody only.
        everybody: rates of the whole test.
        groups: rates inside each group.
        across: FMR between each two groups.
        differentials: summaries of the differences; none if a group was not compared at all.
        rule: for each group and rate, the 25 % rule of NIST SP 800-63A-4.
    """

    threshold: float
    unlabelled: int
    everybody: GroupResult
    groups: tuple[GroupResult, ...]
    across: tuple[GroupResult, ...]
    differentials: tuple[Differential, ...]
    rule: tuple[RuleResult, ...]


def measure_groups(
    scores: ScoreSet,
    labels: Mapping[Any, str],
    threshold: float,
    *,
    alpha: float = 0.5,
    weights: Weights = "comparisons",
    uncertainty: Uncertainty = DEFAULT_UNCERTAINTY,
) -> GroupReport:
    """Measure error rates inside and between groups, and how they differ.

    Args:
        scores: with people, genuine and impostor comparisons.
        labels: from ids of people to the label of their group; 2 to 16 different labels. Run once
            for each kind of label: sex, age, skin tone.
        threshold: one for all, in units of the scores.
        alpha: weight of the FMR against the FNMR in FDR, GARBE and the inequity rate; 0 to 1.
        weights: what counts as one.
        uncertainty: how intervals are made; the confidence is that of all of them together.

    Raises:
        InputInvalid: people unknown, alpha outside its range, or not 2 to 16 groups.
        ScoresTooFew: no genuine or no impostor comparison.
    """
    if scores.pairing is None:
        raise InputInvalid("groups need to know who was compared with whom")
    if not 0 <= alpha <= 1:
        raise InputInvalid("alpha is between 0 and 1")
    label = np.array([labels.get(person, "") for person in scores.pairing.ids.tolist()])
    members = {name: label == name for name in sorted(set(label.tolist()) - {""})}
    if not 2 <= len(members) <= MOST_GROUPS:  # noqa: PLR2004 - one group has no difference
        raise InputInvalid(f"2 to {MOST_GROUPS} groups can be compared")
    couples = list(itertools.combinations(members, 2))
    doubt = (1.0 - uncertainty.confidence) / (2 * len(members) + len(couples))  # Bonferroni
    joint = replace(uncertainty, confidence=1.0 - doubt)
    everybody = _Cell.of(scores, threshold, weights)
    if everybody.pairs is None or everybody.persons is None:
        raise ScoresTooFew("groups need genuine and impostor comparisons")
    inside = {
        name: _Cell.of(scores.between(own, own), threshold, weights)
        for name, own in members.items()
    }
    groups = [
        cell.result((name,), int(members[name].sum()), joint) for name, cell in inside.items()
    ]
    across = [
        _Cell.of(scores.between(members[one], members[other]), threshold, weights).result(
            (one, other), int(members[one].sum() + members[other].sum()), joint
        )
        for one, other in couples
    ]
    return GroupReport(
        threshold=threshold,
        unlabelled=int(np.count_nonzero(label == "")),
        everybody=everybody.result((), scores.pairing.people, uncertainty),
        groups=tuple(groups),
        across=tuple(across),
        differentials=_differentials(groups, alpha, uncertainty.confidence),
        rule=tuple(
            result
            for name, cell in inside.items()
            for result in (
                apply_rule(name, "FMR", cell.pairs, everybody.pairs, joint),
                apply_rule(name, "FNMR", cell.persons, everybody.persons, joint),
            )
        ),
    )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Cell:
    """The errors of one group, of two together, or of everybody; None without comparisons."""

    pairs: PairShare | None
    persons: PersonShare | None

    @classmethod
    def of(cls, scores: ScoreSet, threshold: float, weights: Weights) -> _Cell:
        pairs, persons, pairing = None, None, scores.pairing
        if pairing is not None and scores.impostor.size:
            start = first_at_or_above(scores.impostor, threshold)
            pairs = PairShare.from_index(start, pairing, weights)
        if pairing is not None and scores.genuine.size:
            stop = first_at_or_above(scores.genuine, threshold)
            persons = PersonShare.before(stop, pairing, weights)
        return cls(pairs, persons)

    def result(self, groups: tuple[str, ...], people: int, uncertainty: Uncertainty) -> GroupResult:
        return GroupResult(
            groups=groups,
            people=people,
            fmr=None if self.pairs is None else self.pairs.estimate(uncertainty),
            fnmr=None if self.persons is None else self.persons.estimate(uncertainty),
        )


def _differentials(
    groups: list[GroupResult], alpha: float, confidence: float
) -> tuple[Differential, ...]:
    fmrs = [group.fmr for group in groups if group.fmr is not None]
    fnmrs = [group.fnmr for group in groups if group.fnmr is not None]
    if not len(fmrs) == len(fnmrs) == len(groups):
        return ()
    fmr, fnmr = GroupRates.of(fmrs), GroupRates.of(fnmrs)
    spans: dict[str, tuple[Span | None, float]] = {
        "FMR, max / min": (max_over_min(fmr), 1.0),
        "FNMR, max / min": (max_over_min(fnmr), 1.0),
        "FMR, max / geometric mean": (max_over_geometric_mean(fmr), 1.0),
        "FNMR, max / geometric mean": (max_over_geometric_mean(fnmr), 1.0),
        f"FDR, alpha {alpha:g}": (fdr(fmr, fnmr, alpha=alpha), 1.0),
        f"GARBE, alpha {alpha:g}": (garbe(fmr, fnmr, alpha=alpha), 0.0),
        f"inequity rate, alpha {alpha:g}": (inequity_rate(fmr, fnmr, alpha=alpha), 1.0),
    }
    few = [
        group.groups[0]
        for group, *rates in zip(groups, fmrs, fnmrs, strict=True)
        if any(rate.method is Method.PERSON_COUNT for rate in rates)
    ]
    basis = Estimate(
        value=0.0,
        low=0.0,
        high=0.0,
        confidence=confidence,
        method=Method.COMBINED,
        n=sum(rate.n for rate in (*fmrs, *fnmrs)),
        people=sum(group.people for group in groups),
        label=f"{FEW_ERR} in {', '.join(few)}" if few else "",
    )
    return tuple(
        _differential(name, span, equality, basis) for name, (span, equality) in spans.items()
    )


def _differential(name: str, span: Span | None, equality: float, basis: Estimate) -> Differential:
    if span is None:
        return Differential(
            name=name, estimate=None, sentence=f"{name}: undefined, for a group shows no error."
        )
    estimate = replace(basis, value=span.value, low=span.low, high=span.high)
    if not span.low <= equality <= span.high:
        told = "the groups differ"
    elif basis.label:
        told = f"cannot tell, {basis.label}"
    else:
        told = "no difference is shown, nor that there is none"
    numbers = f"{span.value:.3g} ({span.low:.3g} to {span.high:.3g}; {equality:g} is equality)"
    return Differential(name=name, estimate=estimate, sentence=f"{name}: {numbers}: {told}.")
