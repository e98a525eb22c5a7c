"""The operator's page: how much is done, how fast, and what waits. Numbers; nobody's anything."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from visavis import __version__
from visavis.records import (
    count_enrolments,
    count_messages,
    count_waiting,
    list_dead_messages,
    log_size,
)
from visavis.service._html import html_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prometheus_client.samples import Sample
    from starlette.responses import HTMLResponse

    from visavis.records import Snapshot
    from visavis.service._metrics import Metrics

__all__ = ["Kept", "ops_page"]

_SHARES = (0.5, 0.95, 0.99)
_GOOD_BELOW = 500  # statuses from here on are ours to answer for


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What an institution has in the store, in numbers.

    Attributes:
        institution: whose.
        enrolments: how many.
        leaves: of the log, with their place.
        leaves_waiting: without one yet.
        webhooks_waiting: to be delivered.
        webhooks_given_up: after the last try.
    """

    institution: str
    enrolments: int
    leaves: int
    leaves_waiting: int
    webhooks_waiting: int
    webhooks_given_up: int

    @classmethod
    def of(cls, snapshot: Snapshot, institution: str) -> Kept:
        """Count it."""
        given_up = len(list_dead_messages(snapshot, institution))
        return cls(
            institution=institution,
            enrolments=count_enrolments(snapshot, institution),
            leaves=log_size(snapshot, institution),
            leaves_waiting=count_waiting(snapshot, institution),
            webhooks_waiting=count_messages(snapshot, institution),
            webhooks_given_up=given_up,
        )


def ops_page(metrics: Metrics, kept: Kept) -> HTMLResponse:
    """The page; the store's numbers are one institution's, the others this process's."""
    samples = [one for metric in metrics.registry.collect() for one in metric.samples]
    return html_page(
        "visavis: operations",
        [
            f"<h1>visavis {escape(__version__)}</h1>",
            f"<h2>The store, {escape(kept.institution)}</h2>",
            *_table(
                ("what", "now"),
                [
                    ("enrolments", kept.enrolments),
                    ("leaves in the log", kept.leaves),
                    ("leaves without their place yet", kept.leaves_waiting),
                    ("webhooks that wait", kept.webhooks_waiting),
                    ("webhooks given up", kept.webhooks_given_up),
                ],
            ),
            "<p>Below: what this process counted since it started, of all institutions.</p>",
            "<h2>Answers</h2>",
            *_table(
                ("route", "answers", "our failures", *_within()),
                [
                    (route, *counts, *_quantiles(samples, "visavis_answer_seconds", route=route))
                    for route, counts in _answers(samples)
                ],
            ),
            "<h2>Stages of a verification</h2>",
            *_table(
                ("stage", *_within()),
                [
                    (stage, *_quantiles(samples, "visavis_stage_seconds", stage=stage))
                    for stage in _labels(samples, "visavis_stage_seconds_count", "stage")
                ],
            ),
            "<h2>Decisions</h2>",
            *_counted(samples, "visavis_outcomes_total", "profile", "outcome"),
            "<h2>Problems</h2>",
            *_counted(samples, "visavis_problems_total", "code"),
            "<h2>Requests with the threads now</h2>",
            *_counted(samples, "visavis_busy", "workers"),
            "<h2>Upkeep</h2>",
            *_counted(samples, "visavis_upkeep_total", "result"),
        ],
    )


def _within() -> Iterator[str]:
    return (f"{share:.0%} within, s" for share in _SHARES)


def _answers(samples: Iterable[Sample]) -> list[tuple[str, tuple[int, int]]]:
    """For each route how many answers, and how many of them were 5xx."""
    all_, failed = defaultdict[str, int](int), defaultdict[str, int](int)
    for one in samples:
        if one.name == "visavis_answers_total":
            route, count = one.labels["route"], int(one.value)
            all_[route] += count
            failed[route] += count if int(one.labels["status"]) >= _GOOD_BELOW else 0
    return [(route, (all_[route], failed[route])) for route in sorted(all_)]


def _quantiles(samples: Iterable[Sample], name: str, **labels: str) -> Iterator[str]:
    """The smallest bound of a bucket that covers each share: no more is known than that."""
    buckets = sorted(
        (float(one.labels["le"]), one.value)
        for one in samples
        if one.name == f"{name}_bucket" and labels.items() <= one.labels.items()
    )
    total = buckets[-1][1] if buckets else 0
    for share in _SHARES:
        bound = next((bound for bound, count in buckets if count >= share * total), None)
        yield "-" if bound is None or not total else f"{bound:g}"


def _labels(samples: Iterable[Sample], name: str, label: str) -> list[str]:
    return sorted({one.labels[label] for one in samples if one.name == name})


def _counted(samples: Iterable[Sample], name: str, *labels: str) -> Iterator[str]:
    rows = [
        (*(one.labels[label] for label in labels), int(one.value))
        for one in samples
        if one.name == name
    ]
    return _table((*labels, "count"), sorted(rows))


def _table(head: Iterable[str], rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    yield "<table><thead><tr>"
    yield "".join(f"<th>{escape(name)}</th>" for name in head)
    yield "</tr></thead><tbody>"
    for row in rows:
        yield f"<tr>{''.join(f'<td>{escape(str(value))}</td>' for value in row)}</tr>"
    yield "</tbody></table>"
