"""Every embedding against every other: a billion comparisons in bounded memory."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from visavis.errors import ScoresInvalid, ScoresTooFew
from visavis.evaluation._meetings import Meetings
from visavis.evaluation._streamed import StreamedScores
from visavis.evaluation.protocols._blocks import COLUMNS, ROWS, BlockScorer

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from visavis.evaluation._people import Codes

    Progress: TypeAlias = Callable[[int, int], None]
    """Told how much of how much is done."""

__all__ = ["compare_all", "tail_size"]

_LARGEST_TAIL: Final = 3_000_000
"""Comparisons kept, of a billion enough for an FMR of 1e-3: 36 MB, three times that while built."""

_SMALLEST_TAIL: Final = 200_000
"""A test of few people keeps all or most: in a draw of them, a few pairs may weigh half of all."""

_LARGEST_FMR: Final = 0.01
_ROOM: Final = 2.5
"""Draws of people need more of the tail than the sample: those drawn often may be look-alikes."""

_GENUINE_AT_ONCE: Final = 65_536


def tail_size(comparisons: int) -> int:
    """How many of the highest impostor scores to keep: for FMR 1e-2 or as many as memory allows."""
    wanted = max(int(_ROOM * _LARGEST_FMR * comparisons), _SMALLEST_TAIL)
    return max(1, min(wanted, comparisons, _LARGEST_TAIL))


def compare_all(
    vectors: NDArray[np.float32],
    person: Codes,
    *,
    keep: int | None = None,
    threads: int = 2,
    progress: Progress | None = None,
    as_references: NDArray[np.float32] | None = None,
) -> StreamedScores:
    """Compare every embedding with every other, by cosine.

    Memory does not grow with the number of comparisons.

    Args:
        vectors: float32 [n, d], unit.
        person: code of the person of each (int32), from 0.
        keep: how many of the highest impostor scores to keep exactly; `tail_size` by default.
        threads: that score blocks.
        progress: told how many blocks of rows are done, and of how many.
        as_references: float32 [n, d], the same pictures where they are embedded otherwise on the
            reference side: the earlier picture of each comparison.

    Raises:
        ScoresInvalid: the arrays do not fit each other.
        ScoresTooFew: fewer than two people.
    """
    if vectors.ndim != 2 or person.shape != vectors.shape[:1]:  # noqa: PLR2004 - rows of numbers
        raise ScoresInvalid("there is not one person for each embedding")
    meetings = Meetings(samples=np.bincount(person).astype(np.int64))
    if meetings.people < 2:  # noqa: PLR2004 - a comparison has two sides
        raise ScoresTooFew("comparing needs two people at least")
    order = np.argsort(person, kind="stable")
    kept = np.ascontiguousarray((vectors if as_references is None else as_references)[order])
    vectors, person = np.ascontiguousarray(vectors[order]), person[order].astype(np.int32)
    ends = np.cumsum(meetings.samples)[person]
    size = tail_size(meetings.comparisons) if keep is None else keep
    starts = range(0, len(vectors), ROWS)
    done = 0

    def work(share: int) -> BlockScorer:
        nonlocal done
        scorer = BlockScorer(keep=size)
        for start in starts[share::threads]:
            _score_rows(scorer, (kept, vectors), person, ends, start)
            done += 1
            if progress is not None:
                progress(done, len(starts))
        return scorer

    with ThreadPoolExecutor(threads) as pool:
        scorer, *others = pool.map(work, range(threads))
    for other in others:
        scorer.merge(other)
    genuine, whose = _genuine(kept, vectors, person, ends)
    up = np.argsort(genuine)
    return StreamedScores(
        genuine=genuine[up],
        person=whose[up],
        tail=scorer.tail.build(),
        meetings=meetings,
        impostor_bins=scorer.bins,
    )


def _score_rows(
    scorer: BlockScorer,
    sides: tuple[NDArray[np.float32], NDArray[np.float32]],
    person: Codes,
    ends: NDArray[np.int64],
    start: int,
) -> None:
    """One block of rows against all people who come after each row's own, in columns' blocks.

    Args:
        scorer: takes them in.
        sides: as references and as probes, in the order of people.
        person: of each.
        ends: where the samples of each one's person end.
        start: of the rows.
    """
    kept, vectors = sides
    rows = slice(start, min(start + ROWS, len(vectors)))
    own = ends[rows]
    for column in range(int(own[0]), len(vectors), COLUMNS):
        columns = slice(column, min(column + COLUMNS, len(vectors)))
        valid = None
        if column < own[-1]:
            valid = np.arange(column, columns.stop) >= own[:, None]
        scorer.score(kept[rows], vectors[columns], person[rows], person[columns], valid=valid)


def _genuine(
    kept: NDArray[np.float32],
    vectors: NDArray[np.float32],
    person: Codes,
    ends: NDArray[np.int64],
) -> tuple[NDArray[np.float32], Codes]:
    """Each sample with those that are 1, 2, 3 ... places after it and of the same person."""
    scores, whose = [np.empty(0, np.float32)], [np.empty(0, np.int32)]
    places = np.arange(len(vectors))
    for distance in range(1, len(vectors)):
        places = places[places + distance < ends[places]]
        if not places.size:
            break
        for start in range(0, places.size, _GENUINE_AT_ONCE):
            here = places[start : start + _GENUINE_AT_ONCE]
            scores.append(np.einsum("nd,nd->n", kept[here], vectors[here + distance]))
            whose.append(person[here])
    return np.concatenate(scores), np.concatenate(whose)
