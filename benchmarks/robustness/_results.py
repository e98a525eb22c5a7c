"""What was measured of one condition, and the shares that are drawn."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from benchmarks.robustness._measure import FMRS, threshold
from visavis.evaluation import clopper_pearson

if TYPE_CHECKING:
    from pathlib import Path

    from visavis.quality import Component, GateSet

__all__ = ["Result", "Share"]


@dataclass(frozen=True)
class Share:
    """So many of so many, with the 95 % interval of Clopper and Pearson.

    Attributes:
        count: how many.
        of: of how many; people, one comparison each.
    """

    count: int
    of: int

    @cached_property
    def interval(self) -> tuple[float, float]:
        """Both ends; everything is possible where nothing was tried."""
        if not self.of:
            return 0.0, 1.0
        estimate = clopper_pearson(self.count, self.of)
        return estimate.low, estimate.high

    @property
    def value(self) -> float:
        """The share, not a number where nothing was tried."""
        return self.count / self.of if self.of else float("nan")

    def content(self) -> dict[str, Any]:
        """For the evidence."""
        low, high = self.interval
        return {"count": self.count, "of": self.of, "interval": [round(low, 4), round(high, 4)]}


@dataclass(frozen=True)
class Result:
    """Everybody's sample in one condition.

    Attributes:
        samples: one a person: an error's code, or a score, a distance and native values.
        false_matches: how many of how many comparisons with others, by FMR.
    """

    samples: list[dict[str, Any]]
    false_matches: dict[str, int]

    @classmethod
    def read(cls, file: Path) -> Result:
        """What `measure` wrote."""
        return cls(**json.loads(file.read_text()))

    @property
    def _acquired(self) -> list[dict[str, Any]]:
        return [sample for sample in self.samples if "natives" in sample]

    def fta(self) -> Share:
        """No face found, or several."""
        return Share(len(self.samples) - len(self._acquired), len(self.samples))

    def fnmr(self, fmr: str) -> Share:
        """False non-matches among the faces found, gates off."""
        return _non_matches(self._acquired, fmr)

    def fnmr_behind(self, gates: GateSet, fmr: str) -> Share:
        """False non-matches among the faces found that pass the gates."""
        passed = [sample for sample in self._acquired if not _refusals(sample, gates)]
        return _non_matches(passed, fmr)

    def refused(self, gates: GateSet) -> dict[str, Share]:
        """Faces found that the gates refuse: by the error's code, and ``any``."""
        counts: dict[str, int] = {"any": 0}
        for sample in self._acquired:
            codes = _refusals(sample, gates)
            counts["any"] += bool(codes)
            for code in codes:
                counts[code] = counts.get(code, 0) + 1
        return {code: Share(count, len(self._acquired)) for code, count in counts.items()}

    def fmr(self, fmr: str) -> float:
        """The rate of false matches that came of the threshold for this one."""
        comparisons = self.false_matches["comparisons"]
        return self.false_matches[fmr] / comparisons if comparisons else float("nan")

    def natives(self, component: Component) -> list[float]:
        """Of the faces found."""
        return [sample["natives"][component.value] for sample in self._acquired]

    def content(self, gates: GateSet) -> dict[str, Any]:
        """For the evidence."""
        return {
            "fta": self.fta().content(),
            "fnmr": {fmr: self.fnmr(fmr).content() for fmr in FMRS},
            "fmr": {fmr: round(self.fmr(fmr), 6) for fmr in FMRS},
            "impostor_comparisons": self.false_matches["comparisons"],
            "refused_to_verify": {
                code: share.content() for code, share in self.refused(gates).items()
            },
            "fnmr_behind_the_gates": {fmr: self.fnmr_behind(gates, fmr).content() for fmr in FMRS},
        }


def _non_matches(samples: list[dict[str, Any]], fmr: str) -> Share:
    limit = threshold(fmr)
    return Share(sum(sample["score"] < limit for sample in samples), len(samples))


def _refusals(sample: dict[str, Any], gates: GateSet) -> list[str]:
    codes = ["face.too_small"] if sample["eyes"] < gates.eyes else []
    for gate in gates.gates:
        native = sample["natives"][gate.component.value]
        if not gate.at_least <= native <= gate.at_most:
            codes.append(gate.error.code)
    return codes
