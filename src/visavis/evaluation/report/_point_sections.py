"""What the operating points cost, in sentences and in tables."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from visavis.evaluation._attempts import false_match_in_attempts
from visavis.evaluation.report._json import ATTEMPTS
from visavis.evaluation.report._tags import table
from visavis.evaluation.report._wording import interval, number, percent, rate_in_words

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
            "\N{BLACK CIRCLE} established"
            if point.at.established
            else "\N{WHITE CIRCLE} provisional",
            f"<b>{percent(point.fnmr.value)}</b><br><small>{interval(point.fnmr)}</small>",
            _threshold(point.at.threshold),
            f"{percent(point.at.fmr.value)}<br><small>{interval(point.at.fmr)}</small>",
            _basis(point.fnmr),
        )
        for point in report.points
    ]
    heads = ("FMR", "state", "FNMR", "threshold", "FMR of the sample", "basis of the FNMR")
    classes = (*("short" for _ in heads[1:]), "basis")
    told = f"Each with its {percent(report.points[0].fnmr.confidence)} interval." if rows else ""
    return table(heads, rows, classes=classes, caption=told) if rows else ""


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
        classes=("short", *("short" for _ in ATTEMPTS)),
        caption="Chance that an impostor is accepted at least once, if attempts are independent; "
        "the interval holds however they depend on each other.",
    )


def _rate(point: FnmrAtFmr) -> str:
    return escape(rate_in_words(point.at.asked))


def _threshold(threshold: Estimate) -> str:
    ends = f"{number(threshold.low)} to {number(threshold.high)}"
    return f"{number(threshold.value)}<br><small>{ends}</small>"


def _basis(estimate: Estimate) -> str:
    label = f"<br><small>{escape(estimate.label)}</small>" if estimate.label else ""
    return f"{escape(estimate.method.value)}{label}"
