"""Ids of people as small integers, in the order in which they are met."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["People"]


class People:
    """Numbers people as files name them; the names stay here and go no further."""

    def __init__(self) -> None:
        self._codes: dict[bytes, int] = {}

    def __repr__(self) -> str:
        return f"<People {len(self._codes)}>"

    def encode(self, names: Sequence[bytes]) -> NDArray[np.int32]:
        """The number of each name; the same in every file of a test, and in every run."""
        for name in dict.fromkeys(names):
            self._codes.setdefault(name, len(self._codes))
        return np.fromiter(map(self._codes.__getitem__, names), dtype=np.int32, count=len(names))
