"""OpenTelemetry traces, where an operator asks for them: a span a request, and one a stage.

Only what stands in `Spans.request` is told, as the log has a list of its fields: ids that are
random, words of the program's, and the institution. No exception's text, no address as it was
asked for, and of a caller's trace context the ``traceparent`` alone (W3C), for ``tracestate`` and
``baggage`` carry a caller's text.

The provider is our own, not the process's global one: other libraries' spans, which repeat
addresses and messages, do not come here.
"""

from __future__ import annotations

import contextlib
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Self, TypeVar

from visavis import __version__
from visavis._stages import listening
from visavis.errors import ServiceSetUp
from visavis.service._asgi import (
    TRACE_ID,
    caller,
    header,
    is_start,
    known_method,
    problem_code,
    request_id,
    route,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from opentelemetry.sdk.trace import SpanProcessor
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from visavis._stages import Stage

__all__ = ["Spans", "Tracing", "carried"]

_T = TypeVar("_T")
_PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked every few seconds by machines; their spans would bury the others."""

_OURS = 500


class Spans:
    """Makes spans. Nothing of OpenTelemetry is loaded before there is one."""

    def __init__(self, processor: SpanProcessor) -> None:
        """Begin with what takes finished spans."""
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - only where it is on
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415

        resource = Resource.create({"service.name": "visavis", "service.version": __version__})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("visavis", __version__)

    @classmethod
    def to(cls, endpoint: str) -> Self:
        """Spans that are sent to this address (OTLP over HTTP), in the background.

        Raises:
            ServiceSetUp: the extra ``visavis[otel]`` is not installed.
        """
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
                OTLPSpanExporter,
            )
            from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
        except ImportError:
            raise ServiceSetUp(
                "service.traces needs OpenTelemetry: pip install 'visavis[otel]'"
            ) from None
        return cls(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))

    @contextlib.contextmanager
    def request(self, scope: Scope, status: Callable[[], int]) -> Iterator[None]:
        """One request, whose stages are heard.

        Args:
            scope: the request's; it is told its trace's id.
            status: of the answer, once there is one.
        """
        from opentelemetry.trace import SpanKind, StatusCode  # noqa: PLC0415 - as above
        from opentelemetry.trace.propagation.tracecontext import (  # noqa: PLC0415
            TraceContextTextMapPropagator,
        )

        parent = (header(scope, b"traceparent") or b"").decode("latin-1")
        context = TraceContextTextMapPropagator().extract({"traceparent": parent})
        method = known_method(scope)
        with (
            self._tracer.start_as_current_span(
                method,
                context,
                kind=SpanKind.SERVER,
                record_exception=False,
                set_status_on_exception=False,
            ) as span,
            listening(self._stage),
        ):
            scope[TRACE_ID] = f"{span.get_span_context().trace_id:032x}"
            try:
                yield
            finally:
                known = caller(scope)
                span.update_name(f"{method} {route(scope)}")
                told: dict[str, str | int | None] = {
                    "http.request.method": method,
                    "http.route": route(scope),
                    "http.response.status_code": status(),
                    "visavis.request_id": request_id(scope),
                    "visavis.code": problem_code(scope),
                    "visavis.institution": None if known is None else known.institution,
                    "visavis.credential_id": None if known is None else str(known.credential_id),
                }
                span.set_attributes({key: one for key, one in told.items() if one is not None})
                if not 0 < status() < _OURS:
                    span.set_status(StatusCode.ERROR)

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()

    def _stage(self, name: Stage, began: int, ended: int) -> None:
        self._tracer.start_span(name, start_time=began).end(ended)


class Tracing:
    """Makes a span of every request but machines' own."""

    def __init__(self, app: ASGIApp, *, traces: Spans) -> None:
        self._app = app
        self._traces = traces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in _PROBES:
            await self._app(scope, receive, send)
            return
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if is_start(message):
                status = int(message["status"])
            await send(message)

        with self._traces.request(scope, lambda: status):
            await self._app(scope, receive, sending)


def carried(work: Callable[[], _T]) -> Callable[[], _T]:
    """The work, done in the present context wherever a thread does it: its stages are heard."""
    return partial(copy_context().run, work)
