"""Reports of simulated people."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from visavis.evaluation import (
    ScoreSet,
    Uncertainty,
    clopper_pearson,
    measure_groups,
    threshold_at_fmr,
)
from visavis.evaluation.report import Failure, Groups, Report, Run, measure_report
from visavis.evaluation.report._html import report_html

if TYPE_CHECKING:
    from collections.abc import Callable

RUN = Run(
    command="visavis evaluate scores <a> & b",
    date="2026-11-22T04:00:00+00:00",
    machine="a machine",
    version="1.2.3",
)
QUICK = Uncertainty(resamples=200)


def scores_of_people(people: int = 60) -> ScoreSet:
    """Everybody with everybody, four comparisons of each with themselves; a lot of overlap."""
    generator = np.random.default_rng(4)
    first, second = np.triu_indices(people, 1)
    own = np.repeat(np.arange(people), 4)
    return ScoreSet.of_people(
        genuine=generator.normal(2.5, 1.0, own.size),
        impostor=generator.normal(0.0, 1.0, first.size),
        genuine_person=own,
        impostor_first=first,
        impostor_second=second,
    )


@functools.cache
def page(make: Callable[[], Report]) -> str:
    """The page of a report, drawn once."""
    return report_html(make())


@functools.cache
def plain() -> Report:
    """Of scores of which nobody noted whose they are."""
    known = scores_of_people()
    unknown = ScoreSet.without_people(genuine=known.genuine, impostor=known.impostor)
    return measure_report(unknown, title="A <title>", data_set="Simulated & more", run=RUN)


@functools.cache
def full() -> Report:
    """Of people, with groups and failures."""
    scores = scores_of_people()
    threshold = threshold_at_fmr(scores, "1e-2", weights="comparisons").threshold.value
    labels = {person: ["<b>young", "old $x_1$"][person % 2] for person in range(60)}
    groups = measure_groups(scores, labels, threshold, uncertainty=QUICK)
    report = measure_report(
        scores,
        title="Of people",
        data_set="Simulated",
        run=RUN,
        fmrs=["1e-2", "1e-1", "1e-2"],
        groups=[Groups(kind="age", result=groups)],
        notes=["A note."],
        uncertainty=QUICK,
    )
    failures = (Failure(number=7, reason="face.none"), Failure(number=9, reason="face.none"))
    return replace(report, fta=clopper_pearson(2, 300), failures=failures)
