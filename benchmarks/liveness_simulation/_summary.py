"""Records -> the numbers of ``docs/evidence/liveness.json``."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from visavis.evaluation import clopper_pearson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.liveness_simulation._traces import Tries

__all__ = ["attacks", "genuine", "share", "tries", "wrong_person"]


def share(count: int, of: int) -> dict[str, Any]:
    """A count with its two-sided 95 % Clopper-Pearson interval, people being independent."""
    if of == 0:
        return {"count": 0, "of": 0}
    estimate = clopper_pearson(count, of)
    return {"count": count, "of": of, "interval": [round(estimate.low, 6), round(estimate.high, 6)]}


def genuine(records: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Simulated genuine sessions refused, one a person, also by thirds of rendered albedo."""
    refused = [record for record in records if record["reasons"]]
    edges = np.quantile([record["albedo"] for record in records], [0, 1 / 3, 2 / 3, 1])
    strata = []
    for low, high in pairwise(edges):
        last = high == edges[-1]
        inside = [r for r in records if low <= r["albedo"] < high or (last and r["albedo"] == high)]
        strata.append({
            "albedo_of_the_rendered_region": [round(float(low), 3), round(float(high), 3)],
            "refused": share(sum(bool(r["reasons"]) for r in inside), len(inside)),
        })  # fmt: skip
    return {
        "refused": share(len(refused), len(records)),
        "reasons": dict(Counter(reason for record in refused for reason in record["reasons"])),
        "by_albedo": strata,
        "by_coding": _by_coding(records),
        "light": {
            name: [min(values), max(values)]
            for name in ("correlation", "as_good", "unexplained", "contrast", "added")
            if (values := [record["light"][name] for record in records if record["light"]])
        },
    }


def wrong_person(records: Sequence[dict[str, Any]], *, threshold: float) -> dict[str, Any]:
    """Genuine sessions presented for somebody else's enrolment: both tests must let it pass."""
    passed = [record for record in records if not record["reasons"]]
    return {
        "liveness_passed": share(len(passed), len(records)),
        "accepted": share(
            sum(record["scores"]["other"] >= threshold for record in passed), len(records)
        ),
        "own_reference_matched": share(
            sum(record["scores"]["own"] >= threshold for record in passed), len(passed)
        ),
    }


def attacks(records: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Simulated attacks of one species that liveness let pass; as if the comparison always did."""
    passed = [record for record in records if not record["reasons"]]
    return {
        "accepted": share(len(passed), len(records)),
        "reasons": dict(Counter(reason for record in records for reason in record["reasons"])),
        "sessions_by_coding": dict(Counter(record["coding"] for record in records)),
    }


def _by_coding(records: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Refused, by how the camera codes its frames."""
    found = {}
    for coding in sorted({record["coding"] for record in records}):
        inside = [record for record in records if record["coding"] == coding]
        found[coding] = share(sum(bool(record["reasons"]) for record in inside), len(inside))
    return found


def tries(result: Tries, *, orders_of_turns: int) -> dict[str, Any]:
    """Of region traces: the light test alone, and with the order of turns beside it."""
    return {
        "light_test_passed": share(result.passed, result.tries),
        "accepted": share(result.turned, result.tries),
        "orders_of_turns": orders_of_turns,
        "refused": result.refused,
        "quantiles": {
            name: {
                "of": len(values),
                **{
                    str(level): round(float(np.quantile(values, level)), 3)
                    for level in (0.01, 0.25, 0.5, 0.75, 0.99)
                },
            }
            for name, values in result.measured.items()
            if values
        },
    }
