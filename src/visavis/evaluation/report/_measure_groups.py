"""From labels of people to the groups of a report."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from visavis.errors import InputInvalid
from visavis.evaluation._differentials import MOST_GROUPS
from visavis.evaluation._iso19795_10 import measure_groups
from visavis.evaluation._threshold_at_fmr import threshold_at_fmr
from visavis.evaluation.report._report import Groups

if TYPE_CHECKING:
    from collections.abc import Mapping

    from visavis.evaluation._scores import ScoreSet

__all__ = ["groups_by_label"]

_SMALLEST: Final = 5
"""People of a group: below, its rates are about persons, and no test can tell anything of it."""


def groups_by_label(
    scores: ScoreSet, labels: Mapping[str, Mapping[int, str]], *, fmr: str
) -> tuple[list[Groups], str]:
    """Measure the groups that each kind of label makes, at one threshold for all.

    Args:
        scores: with people, genuine and impostor comparisons.
        labels: for each kind of label, the label of each person by id. Groups of fewer than 5
            people count among everybody only.
        fmr: the FMR of everybody at whose threshold groups are compared, such as ``1e-3``.

    Returns:
        One element for each kind, and what a reader must know about all.

    Raises:
        InputInvalid: no such rate, people unknown, or a kind leaves not 2 to 16 groups.
        ScoresTooFew: no genuine or no impostor comparison.
    """
    at = threshold_at_fmr(scores, fmr, weights="comparisons").threshold.value
    found = []
    for kind, given in labels.items():
        people = Counter(given.values())
        large = {person: name for person, name in given.items() if people[name] >= _SMALLEST}
        groups = len(set(large.values()))
        if not 2 <= groups <= MOST_GROUPS:  # noqa: PLR2004 - one group has no difference
            raise InputInvalid(
                f"{kind}: {groups} groups of {_SMALLEST} people or more; 2 to {MOST_GROUPS} can be "
                "compared"
            )
        found.append(Groups(kind=kind, result=measure_groups(scores, large, at)))
    return found, (
        f"Groups are compared at the threshold for FMR {fmr} of everybody; those of fewer than "
        f"{_SMALLEST} people count among everybody only."
    )
