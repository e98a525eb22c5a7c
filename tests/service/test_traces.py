"""Traces: a span a request and one a stage, and nothing of anybody in them."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, NoReturn

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.service.desk import opened, settings_in, text
from visavis.errors import SettingsInvalid
from visavis.service._traces import Spans
from visavis.settings import load_settings

if TYPE_CHECKING:
    from io import StringIO
    from pathlib import Path

    from opentelemetry.sdk.trace import ReadableSpan

    from visavis.verifier import Verifier

_CANARY = "canary-4711"
_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
_PARENT = {"traceparent": f"00-{_TRACE}-00f067aa0ba902b7-01", "tracestate": f"who={_CANARY}"}
_NAMES = {
    "http.request.method",
    "http.route",
    "http.response.status_code",
    "visavis.request_id",
    "visavis.code",
    "visavis.institution",
    "visavis.credential_id",
}


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


def _requests(spans: InMemorySpanExporter) -> list[ReadableSpan]:
    return [span for span in spans.get_finished_spans() if span.name[:1].isupper()]


def _stages(spans: InMemorySpanExporter, request: ReadableSpan) -> list[str]:
    assert request.context is not None
    return [
        span.name
        for span in spans.get_finished_spans()
        if span.parent is not None and span.parent.span_id == request.context.span_id
    ]


def test_a_request_is_a_span_and_so_are_its_stages(
    tmp_path: Path, verifier: Verifier, spans: InMemorySpanExporter, sample: bytes, probe: bytes
) -> None:
    traces = Spans(SimpleSpanProcessor(spans))
    with opened(settings_in(tmp_path), verifier, traces=traces) as desk:
        enrolled = desk.enrol(sample)
        answer = desk.verify(enrolled, probe, headers=_PARENT)
        desk.client.get("/healthz")
        desk.client.get("/nothing/here")
    enrolment, verification, nothing = _requests(spans)
    assert enrolment.name == "POST /v1/enrolments"
    assert verification.name == "POST /v1/verifications"
    assert nothing.name == "GET none"
    assert set(_stages(spans, enrolment)) == {"decode", "detect", "embed", "store"}
    stages = _stages(spans, verification)
    assert [one for one in stages if one != "store"] == [
        "decode", "detect", "embed", "open", "decide",
    ]  # fmt: skip
    # the credential, the attempt, and its outcome with the leaf
    assert stages.count("store") == 3
    assert verification.parent is not None
    assert f"{verification.parent.trace_id:032x}" == _TRACE
    assert verification.attributes is not None
    assert verification.attributes["visavis.request_id"] == answer.headers["X-Request-Id"]
    assert verification.attributes["http.response.status_code"] == 200
    assert nothing.attributes is not None
    assert nothing.attributes["visavis.code"] == "route.unknown"


def test_no_canary_is_in_a_trace(
    tmp_path: Path, verifier: Verifier, spans: InMemorySpanExporter, sample: bytes, probe: bytes
) -> None:
    others = InMemorySpanExporter()  # of whoever set a provider up for the whole process
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(others))
    trace.set_tracer_provider(provider)
    traces = Spans(SimpleSpanProcessor(spans))
    with opened(settings_in(tmp_path), verifier, traces=traces) as desk:
        enrolled = desk.enrol(sample)
        desk.verify(enrolled, probe, nonce=_CANARY, headers=_PARENT)
        desk.verify(enrolled, probe, purpose=_CANARY, terminal=_CANARY)
        desk.verify(enrolled, _CANARY.encode())
        desk.verify({**enrolled, "claim": _CANARY}, probe)
        desk.ask("GET", f"/v1/enrolments/{enrolled['enrolment_id']}", scope="enrol")
        for path in (f"/{_CANARY}", f"/v1/enrolments/{_CANARY}", f"/version?{_CANARY}"):
            desk.ask("GET", path, scope="enrol", headers={"baggage": f"a={_CANARY}"})
        desk.client.request(_CANARY.upper(), "/version")
        desk.service.vaults.of = _broken  # type: ignore[method-assign]
        assert desk.verify(enrolled, probe).json()["code"] == "service.failed"
        keys = list(desk.keys.values())
    told = spans.get_finished_spans()
    written = "".join(span.to_json() for span in told)
    canaries = [_CANARY, _CANARY.upper(), enrolled["claim"], enrolled["enrolment_id"], *keys]
    canaries += [text(sample)[:60], text(probe)[:60]]
    assert [one for one in canaries if one in written] == []
    assert {name for span in told for name in span.attributes or {}} == _NAMES
    assert [span for span in told if span.events or span.links or span.status.description] == []
    assert others.get_finished_spans() == ()


def _broken(institution: str) -> NoReturn:
    raise RuntimeError(f"{_CANARY} {institution}")


def test_the_log_has_the_traces_id(
    tmp_path: Path, verifier: Verifier, spans: InMemorySpanExporter, log: StringIO
) -> None:
    traces = Spans(SimpleSpanProcessor(spans))
    with opened(settings_in(tmp_path), verifier, traces=traces) as desk:
        desk.client.get("/version", headers=_PARENT)
        desk.client.get("/version", headers={"traceparent": "nonsense"})
        desk.client.get("/healthz", headers=_PARENT)
    ids = [json.loads(line)["trace_id"] for line in log.getvalue().splitlines()]
    assert ids[0] == _TRACE
    assert len(ids[1]) == 32
    assert ids[1] != _TRACE
    assert ids[2] is None


def test_an_address_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAVIS_SERVICE__TRACES", "collector:4318")
    with pytest.raises(SettingsInvalid, match=r"service\.traces"):
        load_settings()


def test_without_the_extra_the_service_says_what_is_missing() -> None:
    program = (
        "import sys; sys.modules['opentelemetry.exporter.otlp.proto.http.trace_exporter'] = None\n"
        "from visavis.service._traces import Spans\n"
        "from visavis.errors import ServiceSetUp\n"
        "try: Spans.to('http://127.0.0.1:9/v1/traces')\n"
        "except ServiceSetUp as error: assert 'visavis[otel]' in error.detail\n"
        "else: sys.exit(1)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
