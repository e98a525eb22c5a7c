"""How often intervals hold the truth: a small version always, the full one as evidence."""

from __future__ import annotations

import csv
import platform
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.stats import binom

from tests.evaluation.crossed import Law
from visavis.evaluation import Method, Uncertainty, clopper_pearson, fmr, fnmr, fnmr_at_fmrs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from visavis.evaluation import ScoreSet

EVIDENCE = Path(__file__).resolve().parents[2] / "docs" / "evidence"
FEWEST = 0.90  # coverage below which a way of making intervals is refused
PREAMBLE = """\
# Coverage of the 95 % intervals

Made by `make evidence` on {date} ({machine}); 1,000 draws of people in each simulated test.

Every person is compared with every other once and three times with themselves. *Share* is the share
of the variance of scores that people's effects make. *Coverage* is that of the interval as
reported: where too few people err, that is the person-count bound, which over-covers. *Above* is
how often the truth lay above the upper end (0.025 is nominal). *Bootstrap* is how often the subject
bootstrap was used, and its coverage then; where that is seldom, those are the tests that happened
to show many errors, so the last column need not be near 0.95 there. A row whose coverage is below
{fewest:.2f} fails the run: such intervals are refused.

| people | share | tests | quantity | coverage | above | bootstrap | covers then |
| ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: |"""

INDEPENDENT = """
Clopper-Pearson on independent trials, exactly (the sum over all counts whose interval holds the
rate):

| trials | rate 0.1 | rate 0.01 | rate 0.001 |
| ---: | ---: | ---: | ---: |"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One interval of one simulated test."""

    quantity: str
    covered: bool
    bootstrap: bool
    above: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Coverage of one quantity in one cell."""

    people: int
    share: float
    quantity: str
    tests: int
    covered: int
    missed_above: int
    bootstrap: int
    bootstrap_covered: int

    @property
    def coverage(self) -> float:
        return self.covered / self.tests


def measure(law: Law, scores: ScoreSet, resamples: int) -> Iterator[Outcome]:
    """Every kind of interval of one test, against the truth of the law."""
    how = Uncertainty(resamples=resamples)

    def outcome(quantity: str, truth: float, low: float, high: float, method: Method) -> Outcome:
        return Outcome(
            quantity=quantity,
            covered=low <= truth <= high,
            bootstrap=method is Method.SUBJECT_BOOTSTRAP,
            above=truth > high,
        )

    for rate in (0.1, 0.01, 0.001):
        found = fmr(scores, law.threshold(rate), uncertainty=how)
        yield outcome(f"FMR {rate:g}", rate, found.low, found.high, found.method)
    for rate in (0.1, 0.01):
        found = fnmr(scores, law.threshold_for_fnmr(rate), uncertainty=how)
        yield outcome(f"FNMR {rate:g}", rate, found.low, found.high, found.method)
    asked = ("0.1", "0.01", "0.001")
    for text, point in zip(asked, fnmr_at_fmrs(scores, asked, uncertainty=how), strict=True):
        threshold = law.threshold(float(text))
        ends, own = point.fnmr, point.at.threshold
        fnmr_there = law.fnmr(threshold)
        yield outcome(f"FNMR at FMR {text}", fnmr_there, ends.low, ends.high, ends.method)
        yield outcome(f"threshold for FMR {text}", threshold, own.low, own.high, own.method)


def run_cell(law: Law, *, tests: int, resamples: int) -> list[Row]:
    generator = np.random.default_rng([law.people, round(100 * law.share)])
    outcomes: dict[str, list[Outcome]] = {}
    for _ in range(tests):
        for outcome in measure(law, law.draw(generator), resamples):
            outcomes.setdefault(outcome.quantity, []).append(outcome)
    return [
        Row(
            people=law.people,
            share=law.share,
            quantity=quantity,
            tests=tests,
            covered=sum(o.covered for o in found),
            missed_above=sum(o.above for o in found),
            bootstrap=sum(o.bootstrap for o in found),
            bootstrap_covered=sum(o.covered and o.bootstrap for o in found),
        )
        for quantity, found in outcomes.items()
    ]


def clopper_pearson_coverage(trials: int, rate: float) -> float:
    """Exactly: the probability of all counts whose interval holds the rate."""
    counts = np.arange(trials + 1)
    likely = binom.pmf(counts, trials, rate)
    some = counts[likely > 1e-12]
    held = [
        clopper_pearson(int(k), trials).low <= rate <= clopper_pearson(int(k), trials).high
        for k in some
    ]
    return float(likely[some][held].sum())


@pytest.mark.parametrize("rate", [0.003, 0.05, 0.37])
@pytest.mark.parametrize("trials", [30, 400])
def test_clopper_pearson_covers_exactly(trials: int, rate: float) -> None:
    assert clopper_pearson_coverage(trials, rate) >= 0.95 - 1e-9


def test_clopper_pearson_covers_independent_draws() -> None:
    generator = np.random.default_rng(4)
    errors = generator.binomial(1000, 0.01, size=400)
    held = [
        clopper_pearson(int(k), 1000).low <= 0.01 <= clopper_pearson(int(k), 1000).high
        for k in errors
    ]
    assert np.mean(held) >= 0.936


def test_intervals_cover_crossed_people() -> None:
    """200 tests of 40 people: few enough to run always, enough to notice a wrong method."""
    for row in run_cell(Law(people=40, share=0.5), tests=200, resamples=300):
        assert row.coverage >= FEWEST, row


@pytest.mark.evidence
def test_publish_coverage() -> None:
    """Full size, resumable: finished cells stand in coverage.csv; delete it to start anew."""
    table = EVIDENCE / "coverage.csv"
    table.parent.mkdir(parents=True, exist_ok=True)
    rows = read(table)
    for people, tests in ((40, 1000), (100, 1000), (500, 400)):
        for share in (0.2, 0.5, 0.7):
            if not any((row.people, row.share) == (people, share) for row in rows):
                rows += run_cell(Law(people=people, share=share), tests=tests, resamples=1000)
                write(table, rows)
    (EVIDENCE / "coverage.md").write_text(render(rows), encoding="utf-8")
    refused = [row for row in rows if row.coverage < FEWEST]
    assert not refused


def read(table: Path) -> list[Row]:
    if not table.exists():
        return []
    with table.open(encoding="utf-8", newline="") as file:
        return [
            Row(
                people=int(line["people"]),
                share=float(line["share"]),
                quantity=line["quantity"],
                tests=int(line["tests"]),
                covered=int(line["covered"]),
                missed_above=int(line["missed_above"]),
                bootstrap=int(line["bootstrap"]),
                bootstrap_covered=int(line["bootstrap_covered"]),
            )
            for line in csv.DictReader(file)
        ]


def write(table: Path, rows: list[Row]) -> None:
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Row)])
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)


def render(rows: list[Row]) -> str:
    date = datetime.now(UTC).date()
    lines = [PREAMBLE.format(date=date, machine=platform.machine(), fewest=FEWEST)]
    for row in rows:
        then = f"{row.bootstrap_covered / row.bootstrap:.3f}" if row.bootstrap else ""
        lines.append(
            f"| {row.people} | {row.share:g} | {row.tests} | {row.quantity} | {row.coverage:.3f} "
            f"| {row.missed_above / row.tests:.3f} | {row.bootstrap / row.tests:.2f} | {then} |"
        )
    lines.append(INDEPENDENT)
    for trials in (100, 1000, 10_000):
        covered = [f"{clopper_pearson_coverage(trials, rate):.3f}" for rate in (0.1, 0.01, 0.001)]
        lines.append(f"| {trials:,} | {' | '.join(covered)} |")
    return "\n".join(lines) + "\n"
