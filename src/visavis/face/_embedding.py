"""What a face looks like to the embedder: one direction in a space of 128 or more dimensions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from visavis.errors import InputInvalid

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Embedding"]


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """A unit vector, and the model that it belongs to. Its ``repr`` shows no number of it.

    An embedding is biometric data: whoever holds it can compare it with any photograph.

    Attributes:
        vector: float32 [d], Euclidean norm 1, read-only.
        model: digest of the model pack; embeddings of different packs are never compared.
    """

    vector: NDArray[np.float32] = field(repr=False)
    model: str

    def __post_init__(self) -> None:
        if self.vector.ndim != 1 or self.vector.dtype != np.float32:
            raise InputInvalid("an embedding is one row of float32")
        self.vector.setflags(write=False)

    @classmethod
    def of(cls, vector: NDArray[np.floating[Any]], *, model: str) -> Embedding:
        """The direction of any vector.

        Raises:
            InputInvalid: a number in it is not finite, or all are zero.
        """
        norm = float(np.linalg.norm(vector))
        if not np.isfinite(norm) or norm == 0.0:
            raise InputInvalid("a vector of zeros, infinities or NaN has no direction")
        return cls((vector / norm).astype(np.float32), model)
