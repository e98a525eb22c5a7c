"""What the service offers is documented, and what is documented is offered."""

from __future__ import annotations

import re
from pathlib import Path

from tests.service.test_credentials import ROUTES
from visavis.service._metrics import Metrics
from visavis.service._problem import STATUS

_PAGE = (Path(__file__).parents[2] / "docs" / "service.md").read_text()


def test_every_route_is_documented_with_its_scope() -> None:
    listed = re.findall(r"^\| `([A-Z]+) (/\S+)` \| (\S+) \|", _PAGE, re.MULTILINE)
    documented = {(method, path): scope.strip("`") for method, path, scope in listed}
    assert documented == {route: scope or "none" for route, scope in ROUTES.items()}


def test_every_metric_is_documented() -> None:
    listed = re.findall(r"^\| `(visavis_\w+)` \|", _PAGE, re.MULTILINE)
    assert sorted(listed) == sorted(metric.name for metric in Metrics().registry.collect())


def test_every_status_is_documented() -> None:
    listed = re.findall(r"^\| ([0-9, ]+) \|", _PAGE, re.MULTILINE)
    documented = {int(status) for row in listed for status in row.split(",")}
    assert documented == {int(status) for status in STATUS.values()}
