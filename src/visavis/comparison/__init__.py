"""Embeddings -> Decision: fusion, operating points, profiles."""

from visavis.comparison._compare import cosine, decide, fuse
from visavis.comparison._decision import Decision, Outcome
from visavis.comparison._operating_point import MINIMUM_ERRING_PAIRS, OperatingPoint

__all__ = [
    "MINIMUM_ERRING_PAIRS",
    "Decision",
    "OperatingPoint",
    "Outcome",
    "cosine",
    "decide",
    "fuse",
]
