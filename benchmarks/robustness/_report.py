"""Results -> evidence and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks._evidence import write
from benchmarks.robustness._conditions import FAMILIES
from benchmarks.robustness._measure import FMRS, threshold
from benchmarks.robustness._plots import draw
from benchmarks.robustness._results import Result
from visavis.verifier import ENROL_GATES, VERIFY_GATES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from benchmarks.robustness._measure import Job
    from visavis.quality import GateSet

__all__ = ["report"]


def report(conditions: Mapping[Job, Path], sets: Mapping[str, Path]) -> None:
    """Writes ``docs/evidence/robustness.json`` and a picture for each family."""
    families: dict[str, Any] = {}
    for position, family in enumerate(FAMILIES):
        results = [Result.read(file) for job, file in conditions.items() if job.family == position]
        draw(family, results)
        families[family.name] = {
            "axis": family.axis,
            "conditions": [
                {"view": condition.view, "step": condition.label, **result.content(VERIFY_GATES)}
                for condition, result in zip(family.conditions, results, strict=True)
            ],
        }
    write(
        "robustness",
        {
            "reference": "FRLL, neutral, from the front; gates off unless said otherwise",
            "people": max(job.people for job in conditions),
            "thresholds": {fmr: threshold(fmr) for fmr in FMRS},
            "gates": {"verify": _gates(VERIFY_GATES), "enrol": _gates(ENROL_GATES)},
            "ordinary_pictures": {name: _ordinary(file) for name, file in sets.items()},
            "alterations": families,
        },
    )


def _gates(gates: GateSet) -> dict[str, Any]:
    limits: dict[str, Any] = {"eyes": gates.eyes}
    for gate in gates.gates:
        least, most = max(gate.at_least, -1e9), min(gate.at_most, 1e9)
        limits[f"{gate.error.code}, {gate.component.value}"] = [
            least if least > -1e9 else None,
            most if most < 1e9 else None,
        ]
    return limits


def _ordinary(file: Path) -> dict[str, Any]:
    result = Result.read(file)
    return {
        "pictures": len(result.samples),
        "fta": result.fta().content(),
        "refused": {
            use: {code: share.content() for code, share in result.refused(gates).items()}
            for use, gates in (("verify", VERIFY_GATES), ("enrol", ENROL_GATES))
        },
    }
