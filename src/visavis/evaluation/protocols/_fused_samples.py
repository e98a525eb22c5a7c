"""Comparisons of several fused samples a side: the cells of a model card.

In each of several seeded draws everybody with enough pictures gives one set of reference samples
and one of probe samples. Sets of two people are compared both ways (impostor); so are the two sets
of one person who has enough pictures for both (genuine). Every pair of people counts alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from visavis.errors import InputInvalid, ScoresTooFew
from visavis.evaluation._meetings import Meetings
from visavis.evaluation._streamed import StreamedScores
from visavis.evaluation.protocols._all_pairs import tail_size
from visavis.evaluation.protocols._blocks import COLUMNS, ROWS, BlockScorer

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from visavis.evaluation._people import Codes

    Fuse: TypeAlias = Callable[
        [NDArray[np.float32], NDArray[np.float32]], tuple[NDArray[np.float32], NDArray[np.float32]]
    ]
    """From samples [n, references, d] and [n, probes, d] to sides whose product is the score."""

__all__ = ["DRAWS", "compare_fused", "fuse_cosine"]

DRAWS = 5
"""Of sets. More would vary the pictures, and not the people, who decide the interval."""


def fuse_cosine(
    references: NDArray[np.float32], probes: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The directions of both means, as `visavis.comparison.fuse`: their product is the cosine."""
    return _direction(references.mean(axis=1)), _direction(probes.mean(axis=1))


def compare_fused(
    vectors: NDArray[np.float32],
    person: Codes,
    *,
    references: int,
    probes: int,
    seed: int,
    draws: int = DRAWS,
    fuse: Fuse = fuse_cosine,
    as_references: NDArray[np.float32] | None = None,
) -> StreamedScores:
    """Score one cell.

    Args:
        vectors: float32 [n, d], unit.
        person: code of the person of each (int32), from 0.
        references: samples fused on the reference side.
        probes: samples fused on the probe side.
        seed: of the draws; the same pictures give the same sets.
        draws: how often sets are drawn.
        fuse: how several samples become one.
        as_references: float32 [n, d], the same pictures where they are embedded otherwise on the
            reference side.

    Returns:
        Scores with people numbered anew, in their order: those with enough pictures for a side.

    Raises:
        InputInvalid: no sample on a side, or no draw.
        ScoresTooFew: fewer than two people have enough pictures.
    """
    if min(references, probes, draws) < 1:
        raise InputInvalid("a cell has at least one sample a side, and one draw")
    kept = vectors if as_references is None else as_references
    counts = np.bincount(person)
    taking_part = np.flatnonzero(counts >= max(references, probes))
    if taking_part.size < 2:  # noqa: PLR2004 - a comparison has two sides
        raise ScoresTooFew("fewer than two people have enough pictures")
    ends = np.cumsum(counts)[taking_part]
    own = np.flatnonzero(counts[taking_part] >= references + probes).astype(np.int32)
    code = np.arange(taking_part.size, dtype=np.int32)
    meetings = Meetings(samples=np.ones(taking_part.size, np.int64), each=2 * draws)
    scorer = BlockScorer(keep=tail_size(meetings.comparisons))
    random, genuine = np.random.default_rng(seed), []
    for _ in range(draws):
        order = np.lexsort((random.random(person.size), person))  # people in order, pictures not
        first = order[(ends - counts[taking_part])[:, None] + np.arange(references)]
        last = order[ends[:, None] - 1 - np.arange(probes)]
        left, right = fuse(kept[first], vectors[last])
        genuine.append(np.einsum("nd,nd->n", left[own], right[own]))
        _score(scorer, left, right, code)
    scores, whose = np.concatenate(genuine), np.tile(own, draws)
    up = np.argsort(scores, kind="stable")
    return StreamedScores(
        genuine=scores[up],
        person=whose[up],
        tail=scorer.tail.build(),
        meetings=meetings,
        impostor_bins=scorer.bins,
    )


def _score(
    scorer: BlockScorer, left: NDArray[np.float32], right: NDArray[np.float32], code: Codes
) -> None:
    """Everybody's left side against everybody else's right side."""
    for row in range(0, code.size, ROWS):
        rows = slice(row, row + ROWS)
        for column in range(0, code.size, COLUMNS):
            columns = slice(column, column + COLUMNS)
            valid = None
            if column < row + ROWS and row < column + COLUMNS:
                valid = code[rows, None] != code[columns]
            scorer.score(left[rows], right[columns], code[rows], code[columns], valid=valid)


def _direction(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit
