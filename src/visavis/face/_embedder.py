"""Chips -> unit vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from visavis.errors import ModelCorrupt
from visavis.models import Normalisation

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["Embedder"]

_UNIT_TOLERANCE = 1e-3
"""How far from 1 the norm of a vector may be that a half-precision network has normalised."""


class Embedder:
    """Runs the embedding network.

    Args:
        network: uint8 [n, height, width, 3] RGB chips -> float32 [n, d].
        normalisation: ``l2``, or ``none`` where the network gives unit vectors already.
    """

    def __init__(
        self,
        network: Callable[[NDArray[np.uint8]], NDArray[np.float32]],
        *,
        normalisation: Normalisation,
    ) -> None:
        self._network = network
        self._normalisation = normalisation

    def raw(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The network's own output.

        Args:
            chips: uint8 [n, height, width, 3], RGB.

        Returns:
            float32 [n, d], not normalised by visavis.

        Raises:
            ModelCorrupt: the network gave something that is no finite number.
        """
        vectors = self._network(chips)
        if not np.isfinite(vectors).all():
            raise ModelCorrupt("the embedder's output is not finite")
        return vectors

    def embed(self, chips: NDArray[np.uint8], *, mirror: bool) -> NDArray[np.float32]:
        """Unit vectors, one a chip.

        Args:
            chips: uint8 [n, height, width, 3], RGB.
            mirror: also embed each chip's mirror image and take the direction between the two.

        Returns:
            float32 [n, d] of Euclidean norm 1.

        Raises:
            ModelCorrupt: the network's output is not finite, or zero, or should have norm 1 and
                has not.
        """
        if not mirror:
            return self._directions(chips)
        both = self._directions(np.concatenate([chips, _mirrored(chips)]))
        return _unit(both[: len(chips)] + both[len(chips) :])

    def _directions(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        vectors = self.raw(chips)
        if self._normalisation is Normalisation.L2:
            return _unit(vectors)
        if np.abs(_norms(vectors) - 1).max() > _UNIT_TOLERANCE:
            raise ModelCorrupt(
                "the embedder gives no unit vectors: output_normalisation must be l2"
            )
        return vectors


def _mirrored(chips: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A channel at a time, in a quarter of the time that numpy takes for pixels of three bytes."""
    mirrored = np.empty_like(chips)
    for channel in range(chips.shape[3]):
        mirrored[..., channel] = chips[:, :, ::-1, channel]
    return mirrored


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    norms = _norms(vectors)
    if (norms == 0).any():
        raise ModelCorrupt("the embedder's output is zero")
    return (vectors / norms).astype(np.float32)


def _norms(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Euclidean norms [n, 1], in a precision in which no square of a float32 overflows."""
    norms: NDArray[np.float64] = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    return norms
