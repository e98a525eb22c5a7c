"""A report for people: one self-contained page, light and dark, printable, without scripts."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from visavis.evaluation.report._det_figure import det_figure
from visavis.evaluation.report._group_section import group_section
from visavis.evaluation.report._histogram_figure import histogram_figure
from visavis.evaluation.report._point_sections import attempts_table, points_table, sentences
from visavis.evaluation.report._style import STYLE
from visavis.evaluation.report._tags import caution, figure, items, section, table
from visavis.evaluation.report._wording import count, interval, number, percent

if TYPE_CHECKING:
    from visavis.evaluation.report._report import Report

__all__ = ["report_html"]

_EER_MEANS = {
    "rocch": "on the convex hull of the ROC curve",
    "interpolated": "between neighbouring points of the curve",
    "fvc2000": "middle of both rates next to the crossing (FVC2000)",
}
_UNKNOWN = (
    "Nobody noted whose scores these are, so every interval says <b>independence assumed: too "
    "narrow</b>. Comparisons that share a person are not independent: the truth may lie outside, "
    "and no operating point counts as established."
)

_READING = (
    (
        "Words and measures are those of ISO/IEC 2382-37 and ISO/IEC 19795-1. A comparison matches "
        "at <code>score \N{GREATER-THAN OR EQUAL TO} threshold</code>."
    ),
    (
        "<b>FMR</b>: share of impostor comparisons that match. <b>FNMR</b>: share of genuine "
        "comparisons that do not."
    ),
    (
        "An FMR is <b>established</b> where so many distinct pairs of people were compared that 10 "
        "are expected to match falsely; else it is <b>provisional</b>."
    ),
    (
        "Where people are known, intervals come from drawing people, with all their comparisons, "
        "again and again (subject bootstrap); where too few people err, from their number."
    ),
    "The report holds aggregates: nothing in it says who looks like whom.",
)


def report_html(report: Report) -> str:
    """The page. It holds all that it shows, and its own policy forbids it to load anything."""
    body = (
        _head(report)
        + section("In short", items(sentences(report)) + _warnings(report))
        + section("Operating points", points_table(report) + attempts_table(report))
        + section("Detection error trade-off (DET)", _det(report))
        + section("The scores", _scores(report))
        + section("The whole curve in one number", _numbers(report))
        + "".join(group_section(groups, order) for order, groups in enumerate(report.groups))
        + _failures(report)
        + section("Where this comes from", _run(report))
        + section("How to read it", items(_READING))
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(report.title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n{body}</body>\n</html>\n"
    )


def _head(report: Report) -> str:
    facts = [
        ("genuine comparisons", count(report.genuine), "of a person with themselves"),
        ("impostor comparisons", count(report.impostor), "of two people"),
        (
            "people",
            "unknown" if report.people is None else count(report.people),
            "" if report.pairs is None else f"{count(report.pairs)} pairs were compared",
        ),
    ]
    if report.eer:
        rate = report.eer[0]
        told = f"{interval(rate.estimate)}, {rate.method}"
        facts.append(("equal error rate", percent(rate.estimate.value), told))
    cards = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}<small>{escape(more)}</small></dd></div>"
        for name, value, more in facts
    )
    return (
        f"<header><h1>{escape(report.title)}</h1>\n"
        f'<p class="muted">Data set: {escape(report.data_set)}</p></header>\n'
        f'<dl class="facts">{cards}</dl>\n'
    )


def _warnings(report: Report) -> str:
    told = [escape(note) for note in report.notes]
    if report.people is None:
        told.insert(0, _UNKNOWN)
    return "".join(map(caution, told))


def _det(report: Report) -> str:
    return figure(
        det_figure(report),
        "As the threshold rises, fewer impostors are accepted (left) and more genuine people are "
        "refused (up). The band holds the FNMR at each FMR; where it fills the height, the test "
        "says nothing. Where the sample shows no error there is no curve. The points with their "
        "thresholds are in det.csv.",
    )


def _scores(report: Report) -> str:
    return figure(
        histogram_figure(report, scale="linear"),
        "A comparison matches at or above its threshold.",
    ) + figure(
        histogram_figure(report, scale="log"),
        "The same on a logarithmic axis: the few scores in the tails decide about errors.",
    )


def _numbers(report: Report) -> str:
    rows = [
        (
            f"EER, {_EER_MEANS[rate.method]} (<code>{rate.method}</code>)",
            percent(rate.estimate.value),
            interval(rate.estimate),
        )
        for rate in report.eer
    ]
    others = (
        ("min-Cllr: the least cost that any rising map of the scores has", report.min_cllr, " bit"),
        ("Cllr after logistic calibration on these scores", report.calibrated_cllr, " bit"),
        (
            "Cllr of the scores as they are, if they are natural-log likelihood ratios",
            report.cllr,
            " bit",
        ),
        ("d&prime;: standard deviations between the two means", report.d_prime, ""),
    )
    rows += [(name, number(value) + unit, "-") for name, value, unit in others if value is not None]
    return table(("measure", "value", "interval"), rows, classes=("", "rate", "short"))


def _failures(report: Report) -> str:
    if report.fta is None and not report.failures:
        return ""
    text = ""
    if report.fta is not None:
        text += (
            f"<p>Failure-to-acquire rate: <b>{percent(report.fta.value)}</b> "
            f"({interval(report.fta)}) of {count(report.fta.n)} samples.</p>\n"
        )
    reasons: dict[str, list[int]] = {}
    for failure in report.failures:
        reasons.setdefault(failure.reason, []).append(failure.number)
    if reasons:
        text += table(
            ("reason", "samples", "their numbers"),
            [
                (f"<code>{escape(reason)}</code>", count(len(found)), ", ".join(map(str, found)))
                for reason, found in sorted(reasons.items(), key=lambda item: -len(item[1]))
            ],
            classes=("short", "rate", ""),
        )
    return section("Samples that could not be used", text)


def _run(report: Report) -> str:
    run = report.run
    rows = [
        ("command", f"<code>{escape(run.command)}</code>"),
        ("date", escape(run.date)),
        ("machine", escape(run.machine)),
        ("visavis", escape(run.version)),
        (
            "model",
            "scores were given"
            if run.model_digest is None
            else f"<code>{escape(run.model_digest)}</code>",
        ),
    ]
    body = "".join(f'<tr><th scope="row">{name}</th><td>{value}</td></tr>' for name, value in rows)
    return f'<div class="wide"><table class="run"><tbody>{body}</tbody></table></div>\n'
