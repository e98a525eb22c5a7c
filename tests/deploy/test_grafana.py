"""The dashboard shows what the service counts, and all of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from visavis.service._metrics import Metrics

_FILE = Path(__file__).parents[2] / "deploy" / "grafana" / "visavis.json"


def _dashboard() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(_FILE.read_text())
    return content


def _series() -> dict[str, set[str]]:
    """The series that Prometheus would have, with their labels."""
    metrics = Metrics()
    metrics.answered(method="GET", route="/", status=200, seconds=1.0)
    metrics.stage("decode", 0, 1_000_000)
    metrics.decided(profile="attended", outcome="match")
    metrics.problem("face.none")
    metrics.busy.labels("faces").set(1)
    metrics.upkeep.labels("failed").inc()
    return {
        sample.name: set(sample.labels)
        for metric in metrics.registry.collect()
        for sample in metric.samples
    }


def _expressions() -> list[str]:
    return [target["expr"] for panel in _dashboard()["panels"] for target in panel["targets"]]


def test_every_series_shown_is_counted_and_every_metric_is_shown() -> None:
    series = _series()
    shown = set(re.findall(r"visavis_\w+", " ".join(_expressions())))
    assert shown <= set(series)
    for metric in Metrics().registry.collect():
        assert any(name.startswith(metric.name) for name in shown), metric.name


def test_every_label_is_one_of_its_series() -> None:
    from_prometheus = {"job", "instance", "le"}
    for expression in _expressions():
        known = set().union(*(_series()[name] for name in re.findall(r"visavis_\w+", expression)))
        used = {
            label.strip()
            for group in re.findall(r"by \(([^)]*)\)", expression)
            for label in group.split(",")
        } | set(re.findall(r"(\w+)=~?\"", expression))
        assert used <= known | from_prometheus, expression


def test_the_panels_have_their_places() -> None:
    panels = _dashboard()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken = [
        (panel["gridPos"]["x"] + x, panel["gridPos"]["y"] + y)
        for panel in panels
        for x in range(panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["h"])
    ]
    assert len(taken) == len(set(taken))
    assert all(0 <= x < 24 for x, _ in taken)
    assert all(panel["title"] and panel["description"] for panel in panels)
