"""Gates: which samples are too bad to be used."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from visavis.errors import FaceTooSmall
from visavis.quality._assess import native_values

if TYPE_CHECKING:
    from visavis.errors import Error
    from visavis.face import Face
    from visavis.quality._component import Component, Quality

__all__ = ["Gate", "GateSet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One component's native value must lie within limits.

    Attributes:
        component: which.
        error: what is raised where it does not.
        at_least: the lowest that passes.
        at_most: the highest that passes.
    """

    component: Component
    error: type[Error]
    at_least: float = -math.inf
    at_most: float = math.inf

    def refusal(self, native: float) -> Error | None:
        """The error for this value of the component, not raised; None where the sample passes."""
        if self.at_least <= native <= self.at_most:
            return None
        name = self.component.value.replace("_", " ")
        if math.isinf(self.at_most):
            limits = f"at least {self.at_least:g}"
        elif math.isinf(self.at_least):
            limits = f"at most {self.at_most:g}"
        else:
            limits = f"{self.at_least:g} to {self.at_most:g}"
        return self.error(f"{name} is {native:.3g}; {limits} is needed")


@dataclass(frozen=True, slots=True, kw_only=True)
class GateSet:
    """What a sample must pass for one use.

    Attributes:
        eyes: the least number of pixels between the eyes' centres, at full resolution.
        gates: what else, the first to be mended first.
    """

    eyes: int
    gates: tuple[Gate, ...]

    def refusals(self, face: Face, quality: Quality) -> tuple[Error, ...]:
        """Every error that keeps the sample out, not raised; empty where it passes.

        Args:
            face: of the sample.
            quality: what `assess` says of it.
        """
        refusals = [
            self._too_small(face),
            *(gate.refusal(quality.components[gate.component].native) for gate in self.gates),
        ]
        return tuple(error for error in refusals if error is not None)

    def require(self, face: Face) -> None:
        """Assesses the face, unless it is too small anyway, and refuses it where a gate does.

        Raises:
            FaceTooSmall: the eyes are closer together than `eyes`.
            Error: ``quality.*``, of the first gate that it does not pass.
        """
        too_small = self._too_small(face)
        if too_small is not None:
            raise too_small
        natives = native_values(face)
        for gate in self.gates:
            error = gate.refusal(natives[gate.component])
            if error is not None:
                raise error

    def _too_small(self, face: Face) -> FaceTooSmall | None:
        if face.eye_distance >= self.eyes:
            return None
        return FaceTooSmall(
            f"the eyes are {face.eye_distance:.0f} pixels apart; at least {self.eyes} are needed"
        )
