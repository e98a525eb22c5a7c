"""What the operating points cost, in sentences and in tables."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from visavis.evaluation._attempts import false_match_in_attempts
from visavis.evaluation.report._json import ATTEMPTS
from visavis.evaluation.report._tags import table
from visavis.evaluation.report._wording import count, interval, number, percent, rate_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from visavis.evaluation._estimate import Estimate
    from visavis.evaluation._fnmr_at_fmr import FnmrAtFmr
    from visavis.evaluation.report._report import Report

__all__ = ["attempts_table", "points_table", "sentences"]


def sentences(report: Report) -> Iterator[str]:
    """One for each operating point; or that there is none."""
    for point in report.points:
        doubt = "" if point.at.established else " This FMR is provisional."
        yield (
            f"Where {_rate(point)} impostors is accepted, <b>{percent(point.fnmr.value)}</b> of "
            f"genuine comparisons are refused ({percent(point.fnmr.confidence)} interval "
            f"{interval(point.fnmr)}).{doubt}"
        )
    if not report.points:
        yield "There are too few impostor comparisons to say anything about an FMR of 0.1 or less."


def points_table(report: Report) -> str:
    """Threshold, FNMR and FMR of the sample, each with its interval, and what they rest on."""
    rows = [
        (
            f"{escape(point.at.asked)}<br><small>{_rate(point)}</small>",
            _state(point),
            percent(point.fnmr.value),
            interval(point.fnmr),
            _threshold(point.at.threshold),
            f"{percent(point.at.fmr.value)}<br><small>{interval(point.at.fmr)}</small>",
            _basis(point),
        )
        for point in report.points
    ]
    heads = ("FMR", "state", "FNMR", "its interval", "threshold", "FMR of the sample", "basis")
    classes = ("", "span", "rate", "span", "span", "span", "")
    return table(heads, rows, classes=classes) if rows else ""


def attempts_table(report: Report) -> str:
    """What several attempts of an impostor add up to."""
    if not report.points:
        return ""
    rows = []
    for point in report.points:
        chances = [false_match_in_attempts(point.at.fmr, attempts) for attempts in ATTEMPTS]
        cells = [
            f"{percent(chance.value)}<br><small>{interval(chance)}</small>" for chance in chances
        ]
        rows.append((escape(point.at.asked), *cells))
    return "<h3>What attempts add up to</h3>\n" + table(
        ("FMR", *(f"{attempts} attempts" for attempts in ATTEMPTS)),
        rows,
        classes=("", *("span" for _ in ATTEMPTS)),
        caption="Chance that an impostor is accepted at least once, if attempts are independent; "
        "the interval holds however they depend on each other.",
    )


def _rate(point: FnmrAtFmr) -> str:
    return escape(rate_in_words(point.at.asked))


def _state(point: FnmrAtFmr) -> str:
    return "● established" if point.at.established else "○ provisional"


def _threshold(threshold: Estimate) -> str:
    ends = f"{number(threshold.low)} to {number(threshold.high)}"
    return f"{number(threshold.value)}<br><small>{ends}</small>"


def _basis(point: FnmrAtFmr) -> str:
    people = "" if point.fnmr.people is None else f", {count(point.fnmr.people)} people"
    label = f"<br><small>{escape(point.fnmr.label)}</small>" if point.fnmr.label else ""
    return f"{escape(point.fnmr.method.value)}, n {count(point.fnmr.n)}{people}{label}"
