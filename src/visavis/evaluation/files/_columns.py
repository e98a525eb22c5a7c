"""Columns of binary files, checked as strictly as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from visavis.errors import ScoresMalformed
from visavis.evaluation.files._fields import LARGEST_SCORE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.evaluation._scores import Floats

__all__ = ["checked_scores", "checked_truths", "ids"]


def checked_scores(column: NDArray[Any]) -> Floats:
    """Finite numbers up to 1e100: float32 stays, all else becomes float64.

    Raises:
        ScoresMalformed: they are not.
    """
    if column.dtype.kind not in "fiu" or column.dtype.itemsize > np.dtype(np.float64).itemsize:
        raise ScoresMalformed("scores are numbers of 64 bits at most")
    own = np.float32 if column.dtype == np.float32 else np.float64
    scores: Floats = column.astype(own)
    fine = np.abs(scores) <= LARGEST_SCORE  # not so for NaN
    if not fine.all():
        row = int(np.argmin(fine)) + 1
        raise ScoresMalformed(f"row {row}: its score is not a finite number up to 1e100")
    return scores


def checked_truths(column: NDArray[Any]) -> NDArray[np.bool_]:
    """Booleans, or numbers: 1 for genuine, 0 or -1 for impostor.

    Raises:
        ScoresMalformed: they are not.
    """
    if column.dtype.kind not in "bfiu":
        raise ScoresMalformed("labels are booleans or numbers")
    genuine: NDArray[np.bool_] = column == 1
    fine = genuine | (column == 0)
    if column.dtype.kind in "fi":
        fine |= column == -1
    if not fine.all():
        raise ScoresMalformed(f"row {int(np.argmin(fine)) + 1}: its label is not 1, 0 or -1")
    return genuine


def ids(column: NDArray[Any]) -> list[bytes]:
    """Ids of people: integers or text, as bytes.

    Raises:
        ScoresMalformed: they are neither, or one is empty.
    """
    if column.dtype.kind == "U":
        names = [name.encode() for name in column.tolist()]
    elif column.dtype.kind == "S":
        names = column.tolist()
    elif column.dtype.kind in "iu":
        names = [b"%d" % name for name in column.tolist()]
    else:
        raise ScoresMalformed("ids of people are integers or text")
    if not all(names):
        raise ScoresMalformed(f"row {names.index(b'') + 1}: an id of a person is empty")
    return names
