"""Embeddings -> Decision: fusion, operating points, profiles."""

from visavis.comparison._choose import operating_point
from visavis.comparison._compare import cosine, decide, fuse
from visavis.comparison._decision import Decision, Outcome
from visavis.models import OperatingPoint

__all__ = [
    "Decision",
    "OperatingPoint",
    "Outcome",
    "cosine",
    "decide",
    "fuse",
    "operating_point",
]
