"""From an embedded set of pictures to a report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from visavis.errors import InputInvalid, ScoresTooFew
from visavis.evaluation._iso19795_1 import fta
from visavis.evaluation._scores import ScoreSet
from visavis.evaluation.protocols._all_pairs import compare_all
from visavis.evaluation.protocols._folds import fold_accuracy
from visavis.evaluation.protocols._fused_samples import compare_fused
from visavis.evaluation.protocols._streamed_report import streamed_report
from visavis.evaluation.report import Failure, groups_by_label, measure_report

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from visavis.evaluation.protocols._embedded_set import EmbeddedSet
    from visavis.evaluation.protocols._pair_list import PairList
    from visavis.evaluation.report import Groups, Report, Run

__all__ = ["Test", "picture_report", "scores_of_all", "scores_of_pairs"]

_LISTED: Final = 3_000_000
"""Comparisons up to which all scores are kept, 100 MB with their people. More are streamed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Test:
    """What is measured on a set of pictures.

    Attributes:
        pairs: the pictures to compare; None for all with all.
        samples_per_side: fuse so many pictures a side; None to compare single pictures.
        gates: leave out what the gates would refuse in use.
        labels: for each kind of label, the label of each person by number.
        group_fmr: the FMR whose threshold groups are compared at.
        fmrs: operating points; None for powers of ten.
    """

    __test__ = False  # for pytest, which collects what is called so

    pairs: PairList | None = None
    samples_per_side: int | None = None
    gates: bool = False
    labels: Mapping[str, Mapping[int, str]] | None = None
    group_fmr: str = "1e-3"
    fmrs: Sequence[str] | None = None


def picture_report(embedded: EmbeddedSet, test: Test, *, title: str, run: Run) -> Report:
    """Measure a test.

    Raises:
        InputInvalid: groups were asked for where not all scores are kept, or an FMR is no rate.
        ScoresTooFew: no genuine or no impostor comparison is left.
    """
    notes = [_gates_beside(embedded, gates=test.gates)]
    if test.pairs is None and (test.samples_per_side or _all_pairs(embedded, test) > _LISTED):
        if test.labels:
            raise InputInvalid(
                "groups need a list of pairs, or fewer pictures compared with each other"
            )
        report = _streamed(embedded, test, title, run, notes)
    else:
        report = _listed(embedded, test, title, run, notes)
    reasons = embedded.failures(gates=test.gates)
    failed = np.zeros(len(embedded.samples), dtype=np.bool_)
    failed[[number for number, _ in reasons]] = True
    return replace(
        report,
        fta=fta(failed, people=embedded.pictures.person),
        failures=tuple(Failure(number=number + 1, reason=reason) for number, reason in reasons),
    )


def scores_of_pairs(embedded: EmbeddedSet, pairs: PairList, *, gates: bool) -> ScoreSet:
    """The scores of listed pairs of which both pictures are usable.

    Raises:
        ScoresTooFew: none is.
    """
    scores, first, second, _ = _pair_scores(embedded, pairs, gates=gates)
    return ScoreSet.of_pairs(scores, first, second)


def scores_of_all(embedded: EmbeddedSet, *, gates: bool) -> ScoreSet:
    """The scores of every usable picture with every other, all kept.

    Raises:
        InputInvalid: there are too many to keep.
        ScoresTooFew: no picture is usable.
    """
    vectors, person = embedded.vectors(gates=gates)
    if len(vectors) * (len(vectors) - 1) // 2 > _LISTED:
        raise InputInvalid("too many comparisons to keep; give a list of pairs")
    first, second = np.triu_indices(len(vectors), 1)
    scores = (embedded.references(gates=gates) @ vectors.T)[first, second]
    return ScoreSet.of_pairs(scores, person[first], person[second])


def _all_pairs(embedded: EmbeddedSet, test: Test) -> int:
    usable = int(np.count_nonzero(embedded.usable(gates=test.gates)))
    return usable * (usable - 1) // 2


def _streamed(embedded: EmbeddedSet, test: Test, title: str, run: Run, notes: list[str]) -> Report:
    vectors, person = embedded.vectors(gates=test.gates)
    told = f"{embedded.pictures.name}: every picture with every other"
    if test.samples_per_side:
        count = test.samples_per_side
        scores = compare_fused(
            vectors,
            person,
            references=count,
            probes=count,
            seed=11 * count,
            as_references=embedded.references(gates=test.gates),
        )
        told = f"{embedded.pictures.name}: {count} pictures a side, drawn and fused"
    else:
        scores = compare_all(vectors, person, as_references=embedded.references(gates=test.gates))
    return streamed_report(scores, title=title, data_set=told, run=run, fmrs=test.fmrs, notes=notes)


def _listed(embedded: EmbeddedSet, test: Test, title: str, run: Run, notes: list[str]) -> Report:
    told = f"{embedded.pictures.name}: every picture with every other"
    if test.pairs is None:
        scores = scores_of_all(embedded, gates=test.gates)
    else:
        found, first, second, used = _pair_scores(embedded, test.pairs, gates=test.gates)
        scores = ScoreSet.of_pairs(found, first, second)
        told = f"{embedded.pictures.name}: the pairs of a list"
        left = test.pairs.first.size - found.size
        notes.append(f"{left:,} of {test.pairs.first.size:,} pairs have a picture without a face.")
        if test.pairs.fold is not None and np.unique(test.pairs.fold[used]).size > 1:
            mean, error = fold_accuracy(found, first == second, test.pairs.fold[used])
            notes.append(
                f"Accuracy over {np.unique(test.pairs.fold[used]).size} folds, each at the best "
                f"threshold of the others: {mean:.4f} (standard error {error:.4f})."
            )
    groups: list[Groups] = []
    if test.labels:
        groups, note = groups_by_label(scores, test.labels, fmr=test.group_fmr)
        notes.append(note)
    return measure_report(
        scores, title=title, data_set=told, run=run, fmrs=test.fmrs, groups=groups, notes=notes
    )


def _pair_scores(
    embedded: EmbeddedSet, pairs: PairList, *, gates: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Scores, both people of each, and which of the pairs were used."""
    vectors, _ = embedded.vectors(gates=gates)
    usable, person = embedded.usable(gates=gates), embedded.pictures.person
    used = usable[pairs.first] & usable[pairs.second]
    if not np.any(used):
        raise ScoresTooFew("no pair has two usable pictures")
    row = np.cumsum(usable) - 1
    first, second = pairs.first[used], pairs.second[used]
    kept = embedded.references(gates=gates)
    scores = np.einsum("nd,nd->n", kept[row[first]], vectors[row[second]])
    return scores, person[first], person[second], used


def _gates_beside(embedded: EmbeddedSet, *, gates: bool) -> str:
    without, using = (len(embedded.failures(gates=each)) for each in (False, True))
    state = "on" if gates else "off"
    return (
        f"Gates {state}: of {len(embedded.samples):,} pictures {without:,} gave no face; "
        f"with the gates of verification {using:,} would not be used."
    )
