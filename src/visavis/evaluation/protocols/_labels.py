"""Labels of the people of a set of pictures, for error rates by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visavis.evaluation.files._labels import labels_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from visavis.evaluation.protocols._picture_set import PictureSet

__all__ = ["read_labels"]


def read_labels(
    path: Path, pictures: PictureSet, *, columns: Sequence[str] = ()
) -> dict[str, dict[int, str]]:
    """For each kind of label, the label of each person by number.

    Args:
        path: CSV with a header. The first column holds the names of people's folders, every other
            one a kind of label; an empty one is none. People who are not in the set are passed by.
        pictures: the set.
        columns: the kinds that are wanted; all by default.

    Raises:
        InputInvalid: the file is no such CSV, or nobody of the set is in it.
    """
    numbers = {p.parent.name: int(n) for p, n in zip(pictures.paths, pictures.person, strict=True)}
    return labels_of(path, numbers, columns=columns)
