"""What numbers the embedder computes with."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Precision"]


class Precision(StrEnum):
    """The numbers of an embedder. Embeddings of one are never compared with those of the other."""

    FP32 = "fp32"
    """32-bit floating point, as the weights come."""
    INT8 = "int8"
    """8-bit integers: about half the time, and no operating point, as no card was measured with it.
    For dlib's network only. See ``docs/evidence/int8.json``."""
