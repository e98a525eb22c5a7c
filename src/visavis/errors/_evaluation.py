"""Errors about what is to be evaluated, and the files that hold it."""

from __future__ import annotations

from visavis.errors._base import Error

__all__ = [
    "PresentationsMalformed",
    "PresentationsUnreadable",
    "ScoresColumnMissing",
    "ScoresInvalid",
    "ScoresLayoutUnknown",
    "ScoresMalformed",
    "ScoresReaderMissing",
    "ScoresSeparated",
    "ScoresTooFew",
    "ScoresUnreadable",
]


class ScoresInvalid(Error):
    """Scores, or the ids that come with them, have the wrong type or shape, or are not finite."""

    code = "scores.invalid"


class ScoresTooFew(Error):
    """There are not enough comparisons (or people) to measure what was asked for."""

    code = "scores.too_few"


class ScoresSeparated(Error):
    """A threshold parts genuine from impostor scores without error: no slope can be fitted."""

    code = "scores.separated"


class ScoresUnreadable(Error):
    """A score file is not there or cannot be read."""

    code = "scores.unreadable"


class ScoresMalformed(Error):
    """A line of a score file does not say what its layout asks for; the detail names the line."""

    code = "scores.malformed"


class ScoresLayoutUnknown(Error):
    """The layout of a score file cannot be told, or does not fit the number of files."""

    code = "scores.layout_unknown"


class ScoresColumnMissing(Error):
    """A score file with named columns lacks one that is needed."""

    code = "scores.column_missing"


class ScoresReaderMissing(Error):
    """A format needs an optional package that is not installed."""

    code = "scores.reader_missing"


class PresentationsUnreadable(Error):
    """The file of a PAD test's presentations is not there or cannot be read."""

    code = "presentations.unreadable"


class PresentationsMalformed(Error):
    """A line of that file does not say what it must; the detail names the line."""

    code = "presentations.malformed"
