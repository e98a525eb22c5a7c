"""Error rates of groups of people: pictures, rates, and what can be said of differences."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Literal

from visavis.evaluation.report._group_figure import group_figure
from visavis.evaluation.report._tags import figure, items, section, table
from visavis.evaluation.report._wording import count, interval, number, percent

if TYPE_CHECKING:
    from visavis.evaluation._estimate import Estimate
    from visavis.evaluation.report._report import Groups

__all__ = ["group_section"]

_RATES: tuple[Literal["FMR", "FNMR"], ...] = ("FMR", "FNMR")


def group_section(groups: Groups, order: int) -> str:
    """A section of the page.

    Args:
        groups: the groups of one kind of label.
        order: which of the kinds, from 0: keeps the ids of pictures apart.
    """
    result = groups.result
    pictures = "".join(
        figure(
            group_figure(groups, rate, name=f"groups-{order}-{rate.lower()}"),
            f"{rate} of each group; all intervals hold together.",
        )
        for rate in _RATES
    )
    rows = [
        (
            " and ".join(map(escape, group.groups)),
            count(group.people),
            *_rate(group.fmr),
            *_rate(group.fnmr),
        )
        for group in (*result.groups, *result.across)
    ]
    rates = table(
        ("group", "people", "FMR", "its interval", "FNMR", "its interval"),
        rows,
        classes=("", "span", "rate", "span", "rate", "span"),
        caption=f"At the threshold {number(result.threshold)}; {count(result.unlabelled)} people "
        "have no label.",
    )
    return section(
        f"Groups by {escape(groups.kind)}",
        pictures
        + rates
        + "<h3>How unequal they are (ISO/IEC 19795-10)</h3>\n"
        + items(escape(differential.sentence) for differential in result.differentials)
        + "<h3>No group more than 25 % worse than everybody (NIST SP 800-63A-4)</h3>\n"
        + items(escape(rule.sentence) for rule in result.rule),
    )


def _rate(estimate: Estimate | None) -> tuple[str, str]:
    if estimate is None:
        return "-", "-"
    return percent(estimate.value), interval(estimate)
