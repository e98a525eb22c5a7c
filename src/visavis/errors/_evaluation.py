"""Errors about comparison scores to be evaluated."""

from __future__ import annotations

from visavis.errors._base import Error

__all__ = [
    "RunMismatch",
    "ScoresInvalid",
    "ScoresSeparated",
    "ScoresTooFew",
]


class RunMismatch(Error):
    """An unfinished evaluation that lies there cannot be gone on with."""

    code = "evaluation.run_mismatch"


class ScoresInvalid(Error):
    """Scores, or the ids that come with them, have the wrong type or shape, or are not finite."""

    code = "scores.invalid"


class ScoresTooFew(Error):
    """There are not enough comparisons (or people) to measure what was asked for."""

    code = "scores.too_few"


class ScoresSeparated(Error):
    """A threshold parts genuine from impostor scores without error: no slope can be fitted."""

    code = "scores.separated"
