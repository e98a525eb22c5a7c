"""What Prometheus is told: counts and durations, and nothing of anybody.

``docs/service.md`` lists every metric; a test holds the two together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from visavis._stages import Stage

__all__ = ["Metrics"]

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """One set of metrics for one application; not the library's global one."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._answers = Counter(
            "visavis_answers",
            "Answers by route and status.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._answer_seconds = Histogram(
            "visavis_answer_seconds",
            "From the first byte of a request to the last of its answer.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._stage_seconds = Histogram(
            "visavis_stage_seconds",
            "Of the stages of a verification: waiting, decode, detect, embed, open, decide, store.",
            ("stage",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._outcomes = Counter(
            "visavis_outcomes",
            "Verifications decided, by profile and outcome.",
            ("profile", "outcome"),
            registry=self.registry,
        )
        self._problems = Counter(
            "visavis_problems",
            "Problems answered, by code: faces not acquired, lock-outs, refusals.",
            ("code",),
            registry=self.registry,
        )
        self.busy = Gauge(
            "visavis_busy",
            "Requests with the threads that look at faces or at records, waiting ones included.",
            ("workers",),
            registry=self.registry,
        )
        self.upkeep = Counter(
            "visavis_upkeep",
            "Pieces of upkeep, by whether they succeeded.",
            ("result",),
            registry=self.registry,
        )

    def answered(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._answers.labels(method, route, str(status)).inc()
        self._answer_seconds.labels(route).observe(seconds)

    def waited(self, seconds: float) -> None:
        """Note how long something waited before it was begun."""
        self._stage_seconds.labels("waiting").observe(seconds)

    def stage(self, name: Stage, began: int, ended: int) -> None:
        """Note how long one stage took, as a listener of `visavis._stages`."""
        self._stage_seconds.labels(name).observe((ended - began) / 1e9)

    def decided(self, *, profile: str, outcome: str) -> None:
        """Count a decision."""
        self._outcomes.labels(profile, outcome).inc()

    def problem(self, code: str) -> None:
        """Count a problem."""
        self._problems.labels(code).inc()

    def render(self) -> bytes:
        """The text that Prometheus reads."""
        return generate_latest(self.registry)
