"""What files hold, put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from visavis.errors import ScoresColumnMissing, ScoresMalformed
from visavis.evaluation._scores import Floats, ScoreSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["Table", "named_table", "score_set"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Table:
    """Some comparisons.

    Attributes:
        scores: float32 or float64.
        genuine: which are of a person with themselves.
        people: codes of the first and the second person of each, or None.
    """

    scores: Floats
    genuine: NDArray[np.bool_]
    people: tuple[NDArray[np.int32], NDArray[np.int32]] | None

    def contradiction(self) -> int | None:
        """The first comparison whose people say otherwise than its label, if any."""
        if self.people is None:
            return None
        wrong = (self.people[0] == self.people[1]) != self.genuine
        return int(np.argmax(wrong)) if wrong.any() else None


def named_table(
    scores: Floats,
    genuine: NDArray[np.bool_] | None,
    people: tuple[NDArray[np.int32], NDArray[np.int32]] | None,
) -> Table:
    """Comparisons that are genuine as labelled, or else where both people are the same.

    Raises:
        ScoresColumnMissing: neither is known.
    """
    if genuine is None:
        if people is None:
            raise ScoresColumnMissing("neither a label nor two people say what is genuine")
        genuine = people[0] == people[1]
    return Table(scores=scores, genuine=genuine, people=people)


def score_set(tables: Iterable[Table]) -> ScoreSet:
    """All comparisons of a test.

    Args:
        tables: either all with people or all without.

    Raises:
        ScoresMalformed: there is no comparison.
    """
    genuine, impostor, own, first, second = [], [], [], [], []
    for table in tables:
        true, false = table.genuine, ~table.genuine
        genuine.append(table.scores[true])
        impostor.append(table.scores[false])
        if table.people is not None:
            own.append(table.people[0][true])
            first.append(table.people[0][false])
            second.append(table.people[1][false])
    if not genuine:
        raise ScoresMalformed("there is no score in the file")
    if not own:
        return ScoreSet.without_people(
            genuine=np.concatenate(genuine), impostor=np.concatenate(impostor)
        )
    return ScoreSet.of_people(
        genuine=np.concatenate(genuine),
        impostor=np.concatenate(impostor),
        genuine_person=np.concatenate(own),
        impostor_first=np.concatenate(first),
        impostor_second=np.concatenate(second),
    )
