"""What the service offers is documented, and what is documented is offered."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.service.desk import opened, settings_in
from tests.service.test_credentials import ROUTES
from visavis.service._metrics import Metrics
from visavis.service._problem import STATUS

if TYPE_CHECKING:
    from visavis.verifier import Verifier

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


def test_a_session_is_opened_as_it_is_printed(tmp_path: Path, verifier: Verifier) -> None:
    """The curl lines above it run whole in test_thirty_seconds; this one needs its setting."""
    (allowed,) = re.findall(r"^\$ export VISAVIS_SERVICE__RETURN_URLS='(.*?)'", _PAGE, re.MULTILINE)
    (body,) = re.findall(r"/v1/sessions -H .*? -d '(\{.*?\})'", _PAGE, re.DOTALL)
    settings = settings_in(tmp_path, return_urls=tuple(json.loads(allowed)))
    with opened(settings, verifier) as desk:
        answer = desk.ask("POST", "/v1/sessions", scope="enrol", json=json.loads(body))
    assert answer.status_code == 201, answer.text
    assert set(answer.json()) == {"session_id", "link", "expires_at"}
