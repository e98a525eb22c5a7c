"""Chips -> unit vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from visavis.errors import ModelCorrupt

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.models import Session

__all__ = ["Embedder"]


class Embedder:
    """Runs the embedding network.

    Args:
        session: takes uint8 [n, height, width, 3] RGB chips and gives float32 [n, d].
        input_name: of the session's only input.
    """

    def __init__(self, session: Session, *, input_name: str) -> None:
        self._session = session
        self._input = input_name

    def raw(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The network's own output.

        Args:
            chips: uint8 [n, height, width, 3], RGB.

        Returns:
            float32 [n, d], not normalised.

        Raises:
            ModelCorrupt: the network gave something that is no finite number.
        """
        (vectors,) = self._session.run(None, {self._input: chips})
        if not np.isfinite(vectors).all():
            raise ModelCorrupt("the embedder's output is not finite")
        return vectors.astype(np.float32, copy=False)

    def embed(self, chips: NDArray[np.uint8], *, mirror: bool) -> NDArray[np.float32]:
        """Unit vectors, one a chip.

        Args:
            chips: uint8 [n, height, width, 3], RGB.
            mirror: also embed each chip's mirror image and take the direction between the two.

        Returns:
            float32 [n, d] of Euclidean norm 1.

        Raises:
            ModelCorrupt: the network's output is not finite, or zero.
        """
        if not mirror:
            return _unit(self.raw(chips))
        both = _unit(self.raw(np.concatenate([chips, chips[:, :, ::-1]])))
        return _unit(both[: len(chips)] + both[len(chips) :])


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    if (norms == 0).any():
        raise ModelCorrupt("the embedder's output is zero")
    unit: NDArray[np.float32] = vectors / norms
    return unit
