"""Ids of people as small integers, in the order in which they are brought."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from visavis.errors import ScoresColumnMissing
from visavis.evaluation.files._labels import labels_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

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
        codes = (self._codes.setdefault(name, len(self._codes)) for name in names)
        return np.fromiter(codes, dtype=np.int32, count=len(names))

    def labels(self, path: Path, *, columns: Sequence[str] = ()) -> dict[str, dict[int, str]]:
        """For each kind of label, the label of each person by number.

        Args:
            path: CSV with a header. The first column holds ids of people, every other one a kind of
                label; an empty one is none. People who took no part are passed by.
            columns: the kinds that are wanted; all by default.

        Raises:
            ScoresColumnMissing: no file named people.
            InputInvalid: the file of labels is no such CSV, or nobody who took part is in it.
        """
        if not self._codes:
            raise ScoresColumnMissing(
                "groups need to know whose the scores are: two columns of people in the file"
            )
        # An id that is no UTF-8 is in no file of labels, which is UTF-8.
        numbers = {name.decode(errors="surrogateescape"): n for name, n in self._codes.items()}
        return labels_of(path, numbers, columns=columns)
