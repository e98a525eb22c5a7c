"""The comparison scores of one test, sorted once and shared by every measure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from visavis.errors import InputInvalid, ScoresInvalid
from visavis.evaluation._people import Pairing, encode_people

__all__ = ["Floats", "ScoreSet", "first_at_or_above", "next_above"]

Floats: TypeAlias = NDArray[np.floating[Any]]
"""Scores: float32 or float64."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ScoreSet:
    """Genuine and impostor comparison scores; larger means more alike.

    Made by `without_people`, `of_people` or `of_pairs`.

    Attributes:
        genuine: scores of comparisons of a person with themselves: ascending, read-only, float32
            or float64.
        impostor: scores of comparisons of two people, likewise and of the same dtype.
        pairing: who was compared, in the order of the scores; None if that is unknown.
    """

    genuine: Floats
    impostor: Floats
    pairing: Pairing | None = None

    @classmethod
    def without_people(cls, *, genuine: Floats, impostor: Floats) -> ScoreSet:
        """Scores of which nobody noted whose they are.

        Every interval made from them is labelled ``independence assumed: too narrow``.

        Args:
            genuine: 1-D, float32 or float64, finite, in any order; may be empty.
            impostor: likewise.

        Raises:
            ScoresInvalid: other type or shape, NaN or infinite.
        """
        genuine, impostor = _checked(genuine, impostor)
        return cls(genuine=_frozen(np.sort(genuine)), impostor=_frozen(np.sort(impostor)))

    @classmethod
    def of_people(
        cls,
        *,
        genuine: Floats,
        impostor: Floats,
        genuine_person: NDArray[Any],
        impostor_first: NDArray[Any],
        impostor_second: NDArray[Any],
    ) -> ScoreSet:
        """Scores with the people they belong to.

        Args:
            genuine: 1-D, float32 or float64, finite, in any order; may be empty.
            impostor: likewise.
            genuine_person: id of the person of each genuine comparison: integers or strings.
            impostor_first: id of one person of each impostor comparison.
            impostor_second: id of the other; never the same person.

        Raises:
            ScoresInvalid: other type or shape, NaN or infinite, or an impostor comparison of a
                person with themselves.
        """
        genuine, impostor = _checked(genuine, impostor)
        ids, (person, first, second) = encode_people(
            genuine_person, impostor_first, impostor_second
        )
        if person.shape != genuine.shape or not first.shape == second.shape == impostor.shape:
            raise ScoresInvalid("there is not one id of a person for each side of each score")
        if np.any(first == second):
            raise ScoresInvalid("an impostor comparison is of two different people")
        up, upward = np.argsort(genuine), np.argsort(impostor)
        return cls(
            genuine=_frozen(genuine[up]),
            impostor=_frozen(impostor[upward]),
            pairing=Pairing.of(ids, person=person[up], first=first[upward], second=second[upward]),
        )

    @classmethod
    def of_pairs(cls, scores: Floats, people_a: NDArray[Any], people_b: NDArray[Any]) -> ScoreSet:
        """Scores of pairs; a comparison is genuine where both ids are the same.

        Raises:
            ScoresInvalid: as `of_people`.
        """
        if not scores.shape == people_a.shape == people_b.shape:
            raise ScoresInvalid("there is not one id of a person for each side of each score")
        same = people_a == people_b
        return cls.of_people(
            genuine=scores[same],
            impostor=scores[~same],
            genuine_person=people_a[same],
            impostor_first=people_a[~same],
            impostor_second=people_b[~same],
        )

    def __repr__(self) -> str:
        who = "people unknown" if self.pairing is None else f"{self.pairing.people} people"
        return f"<ScoreSet {self.genuine.size} genuine, {self.impostor.size} impostor, {who}>"

    def between(self, one: NDArray[np.bool_], other: NDArray[np.bool_]) -> ScoreSet:
        """The comparisons of people of one group with people of another, or with their own.

        Args:
            one: for each person's code, whether they are in the one group.
            other: likewise for the other; the same array for comparisons inside one group.

        Returns:
            The impostor comparisons with a side in each group, and the genuine comparisons of
            people who are in both.

        Raises:
            InputInvalid: the people are unknown.
        """
        if self.pairing is None:
            raise InputInvalid("groups need to know who was compared with whom")
        person, first, second = self.pairing.person, self.pairing.first, self.pairing.second
        own = one[person] & other[person]
        kept = (one[first] & other[second]) | (one[second] & other[first])
        return ScoreSet(
            genuine=_frozen(self.genuine[own]),
            impostor=_frozen(self.impostor[kept]),
            pairing=self.pairing.kept(own, kept),
        )


def first_at_or_above(ascending: Floats, threshold: float) -> int:
    """Index of the first score that is accepted: ``score >= threshold``, compared exactly.

    Args:
        ascending: sorted scores, float32 or float64.
        threshold: any float but NaN, never rounded down to the type of the scores.

    Raises:
        InputInvalid: the threshold is NaN.
    """
    if np.isnan(threshold):
        raise InputInvalid("a threshold is a number")
    own = ascending.dtype.type
    with np.errstate(over="ignore"):  # beyond float32 comes infinity, as it should
        bound = own(threshold)
    if float(bound) < threshold:
        bound = np.nextafter(bound, own(np.inf))
    return int(np.searchsorted(ascending, bound, side="left"))


def next_above(score: np.floating[Any]) -> float:
    """The smallest threshold that refuses this score: the next float of the same type.

    For scores of that type ``other >= next_above(score)`` then means ``other > score``.
    """
    with np.errstate(over="ignore"):  # above the largest float comes infinity
        return float(np.nextafter(score, type(score)(np.inf)))


def _checked(genuine: Floats, impostor: Floats) -> tuple[Floats, Floats]:
    for scores in (genuine, impostor):
        if scores.ndim != 1 or scores.dtype not in (np.float32, np.float64):
            raise ScoresInvalid("scores are 1-D arrays of float32 or float64")
        if not np.all(np.isfinite(scores)):
            raise ScoresInvalid("scores are finite numbers; one is NaN or infinite")
    if genuine.dtype != impostor.dtype:
        return genuine.astype(np.float64), impostor.astype(np.float64)
    return genuine, impostor


def _frozen(scores: Floats) -> Floats:
    scores.flags.writeable = False
    return scores
