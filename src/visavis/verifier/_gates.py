"""How large a face must be, by what it is used for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visavis.errors import FaceTooSmall

if TYPE_CHECKING:
    from visavis.face import Face

__all__ = ["EYES_TO_COMPARE", "EYES_TO_ENROL", "require_eye_distance"]

EYES_TO_COMPARE = 40
"""Pixels between the eyes' centres to verify or compare. Below about this, the chip is enlarged
from too few pixels; to be replaced by what the robustness curves say (DESIGN section 8)."""

EYES_TO_ENROL = 60
"""The same to enrol: a reference is used for years. ICAO Doc 9303 advises 90 for passports."""


def require_eye_distance(face: Face, *, at_least: int) -> None:
    """Refuses a face of too few pixels.

    Raises:
        FaceTooSmall: the eyes' centres are closer together than `at_least` pixels.
    """
    if face.eye_distance < at_least:
        raise FaceTooSmall(
            f"the eyes are {face.eye_distance:.0f} pixels apart; at least {at_least} are needed"
        )
