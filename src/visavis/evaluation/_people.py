"""Who was compared with whom, as small integers: names and ids travel no further in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from visavis.errors import ScoresInvalid

__all__ = [
    "DENSE_PEOPLE",
    "Codes",
    "Pairing",
    "Weights",
    "encode_people",
    "own_weights",
    "pair_keys",
]

Codes: TypeAlias = NDArray[np.int32]

Weights: TypeAlias = Literal["comparisons", "person-pairs"]
"""What counts as one: each comparison, or each pair of people (and each person) however often they
were compared. A few people with many pictures otherwise speak for everybody."""

DENSE_PEOPLE: Final = 6000
"""Up to here a people x people table is used (144 MB of float32); above, sorting."""

_DIRECT_IDS: Final = 50_000_000  # integer ids below this are looked up in a table, not sorted


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Pairing:
    """The people of each comparison of a `ScoreSet`, in the order of its scores.

    Attributes:
        ids: the ids of all people as they were given, ascending; a person's code is the index.
        person: of each genuine comparison, its person (int32).
        first: of each impostor comparison, one person.
        second: the other.
        person_repeats: how many genuine comparisons that person has in the whole test.
        pair_repeats: how many comparisons that unordered pair has in the whole test.
        partners: for each person, with how many others they were compared (int64).
    """

    ids: NDArray[Any]
    person: Codes
    first: Codes
    second: Codes
    person_repeats: Codes
    pair_repeats: Codes
    partners: NDArray[np.int64]

    @classmethod
    def of(cls, ids: NDArray[Any], *, person: Codes, first: Codes, second: Codes) -> Pairing:
        """Count how often each person and each pair occurs."""
        repeats = np.bincount(person, minlength=ids.size).astype(np.int32)
        pair_repeats = _pair_repeats(first, second, ids.size)
        return cls(
            ids=ids,
            person=_frozen(person),
            first=_frozen(first),
            second=_frozen(second),
            person_repeats=_frozen(repeats[person]),
            pair_repeats=_frozen(pair_repeats),
            partners=_partners(first, second, pair_repeats, ids.size),
        )

    @property
    def people(self) -> int:
        """How many people there are."""
        return self.ids.size

    @property
    def pairs(self) -> int:
        """How many distinct pairs of people were compared."""
        return int(self.partners.sum()) // 2

    def kept(self, genuine: NDArray[np.bool_], impostor: NDArray[np.bool_]) -> Pairing:
        """The comparisons that are marked, all of a pair or none; codes keep their meaning."""
        first, second = self.first[impostor], self.second[impostor]
        pair_repeats = self.pair_repeats[impostor]
        return Pairing(
            ids=self.ids,
            person=_frozen(self.person[genuine]),
            first=_frozen(first),
            second=_frozen(second),
            person_repeats=_frozen(self.person_repeats[genuine]),
            pair_repeats=_frozen(pair_repeats),
            partners=_partners(first, second, pair_repeats, self.people),
        )

    def same_as(self, other: Pairing) -> bool:
        """Whether the same people were compared with each other, equally often."""
        return (
            np.array_equal(self.ids, other.ids)
            and np.array_equal(np.sort(self.person), np.sort(other.person))
            and np.array_equal(
                np.sort(pair_keys(self.first, self.second, self.people)),
                np.sort(pair_keys(other.first, other.second, self.people)),
            )
        )


def encode_people(*columns: NDArray[Any]) -> tuple[NDArray[Any], tuple[Codes, ...]]:
    """Number the people of several columns of ids from 0, in the order of their ids.

    Args:
        columns: 1-D arrays, all of integers or all of strings; the same id means the same person
            in each.

    Returns:
        The ids in order, and each column as codes (int32): the index of each id among them.

    Raises:
        ScoresInvalid: a column has another shape or type.
    """
    kinds = {"s" if column.dtype.kind in "US" else column.dtype.kind for column in columns}
    if any(column.ndim != 1 for column in columns) or not (kinds <= {"i", "u"} or kinds == {"s"}):
        raise ScoresInvalid("ids of people are 1-D arrays, all of integers or all of strings")
    filled = [column for column in columns if column.size]
    if kinds != {"s"} and all(
        int(column.min()) >= 0 and int(column.max()) < _DIRECT_IDS for column in filled
    ):
        present = np.zeros(max((int(c.max()) + 1 for c in filled), default=0), dtype=np.bool_)
        for column in filled:
            present[column] = True
        code = np.cumsum(present, dtype=np.int32) - np.int32(1)
        return np.flatnonzero(present), tuple(code[column] for column in columns)
    ids, codes = np.unique(np.concatenate(columns), return_inverse=True)
    ends = np.cumsum([column.size for column in columns])[:-1]
    return ids, tuple(np.split(codes.astype(np.int32), ends))


def pair_keys(first: Codes, second: Codes, people: int) -> NDArray[np.int64]:
    """One integer for each unordered pair of people (int64)."""
    low = np.minimum(first, second).astype(np.int64)
    return low * people + np.maximum(first, second)


def own_weights(repeats: Codes, weights: Weights) -> NDArray[np.float64] | None:
    """What each comparison counts (float64), or None if all count the same.

    Args:
        repeats: how many comparisons its person or pair has.
        weights: what counts as one.
    """
    if weights == "comparisons" or int(repeats.max(initial=1)) == 1:
        return None
    return 1.0 / repeats


def _pair_repeats(first: Codes, second: Codes, people: int) -> Codes:
    key = pair_keys(first, second, people)
    if people <= DENSE_PEOPLE:
        return np.bincount(key, minlength=people * people).astype(np.int32)[key]
    _, inverse, counts = np.unique(key, return_inverse=True, return_counts=True)
    return counts.astype(np.int32)[inverse]


def _partners(first: Codes, second: Codes, pair_repeats: Codes, people: int) -> NDArray[np.int64]:
    once = 1.0 / pair_repeats
    partners = np.bincount(first, once, minlength=people)
    partners += np.bincount(second, once, minlength=people)
    return np.rint(partners).astype(np.int64)


def _frozen(codes: Codes) -> Codes:
    codes.flags.writeable = False
    return codes
