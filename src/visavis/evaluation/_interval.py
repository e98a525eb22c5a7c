"""Which interval a measured share deserves, and the plain one where nobody knows whose scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from visavis.evaluation._binomial import clopper_pearson_bounds
from visavis.evaluation._bootstrap import FEWEST_PEOPLE, Resampled
from visavis.evaluation._estimate import INDEPENDENCE_ASSUMED, Estimate, Method, Uncertainty
from visavis.evaluation._planning import FEWEST_PAIRS

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FEW_ERR", "Crowd", "independent_share", "subject_share"]

FEW_ERR: Final = "too few people err for a bootstrap: bound by the number of people"
"""The label of an interval that only counts people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """How many people stand behind a share.

    Attributes:
        people: people who took part.
        erring: people, or pairs of people, with an error. From 10 on, and of 40 people or more, the
            number may stand for a larger one.
        passing: people, or pairs of people, with a comparison that was no error; likewise.
    """

    people: int
    erring: int
    passing: int

    @property
    def varies(self) -> bool:
        """Whether so many err, and so many do not, that drawing people shows how the share varies.

        Otherwise only their number can be used.
        """
        return self.people >= FEWEST_PEOPLE and min(self.erring, self.passing) >= FEWEST_PAIRS


def independent_share(errors: int, n: int, uncertainty: Uncertainty) -> Estimate:
    """A share of comparisons whose people are unknown: exact if they were independent."""
    low, high = clopper_pearson_bounds(errors, n, confidence=uncertainty.confidence)
    return Estimate(
        value=errors / n,
        low=low,
        high=high,
        confidence=uncertainty.confidence,
        method=Method.CLOPPER_PEARSON,
        n=n,
        people=None,
        label=INDEPENDENCE_ASSUMED,
    )


def subject_share(
    value: float,
    *,
    n: int,
    crowd: Crowd,
    resample: Callable[[], Resampled],
    bound: Callable[[int, float], float],
    confidence: float,
) -> Estimate:
    """The bootstrap where enough people err (and enough do not), else a bound that counts them.

    Args:
        value: the share of errors.
        n: comparisons.
        crowd: how many people err and how many do not.
        resample: draws people, if it comes to that.
        bound: upper bound of the share of those who err, from their number and a one-sided
            confidence.
        confidence: of the two-sided interval.
    """
    if crowd.varies:
        sample = resample()
        if sample.defined:
            low, high = sample.interval(confidence)
            return Estimate(
                value=value,
                low=low,
                high=high,
                confidence=confidence,
                method=Method.SUBJECT_BOOTSTRAP,
                n=n,
                people=crowd.people,
            )
    low, high = 0.0, 1.0
    if crowd.erring < FEWEST_PAIRS and crowd.erring <= crowd.passing:
        high = bound(crowd.erring, confidence)
    elif crowd.passing < FEWEST_PAIRS:
        low = 1.0 - bound(crowd.passing, confidence)
    else:
        each = (1.0 + confidence) / 2.0
        low, high = 1.0 - bound(crowd.passing, each), bound(crowd.erring, each)
    return Estimate(
        value=value,
        low=max(0.0, min(low, value)),
        high=min(1.0, max(high, value)),
        confidence=confidence,
        method=Method.PERSON_COUNT,
        n=n,
        people=crowd.people,
        label=FEW_ERR,
    )
