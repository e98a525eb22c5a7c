"""Embeddings -> Decision: fusion, operating points, profiles."""

from visavis.comparison._capture import fuse_capture
from visavis.comparison._choose import operating_point
from visavis.comparison._compare import cosine, decide, decide_sealed, fuse
from visavis.comparison._decision import Decision, Outcome
from visavis.comparison._profile import (
    ATTENDED,
    PROFILES,
    SP800_63A_4,
    SP800_63B_4,
    Evidence,
    Profile,
)
from visavis.models import OperatingPoint

__all__ = [
    "ATTENDED",
    "PROFILES",
    "SP800_63A_4",
    "SP800_63B_4",
    "Decision",
    "Evidence",
    "OperatingPoint",
    "Outcome",
    "Profile",
    "cosine",
    "decide",
    "decide_sealed",
    "fuse",
    "fuse_capture",
    "operating_point",
]
