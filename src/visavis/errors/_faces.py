"""Errors about faces and their comparison."""

from __future__ import annotations

from visavis.errors._base import Error

__all__ = [
    "FaceNone",
    "FaceSeveral",
    "FaceTooSmall",
    "NonMatch",
    "OperatingPointAbsent",
]


class FaceNone(Error):
    """No face was found."""

    code = "face.none"


class FaceSeveral(Error):
    """A second face is at least half as large as the largest: whose is meant is not clear."""

    code = "face.several"


class FaceTooSmall(Error):
    """The eyes are closer together than the limit for this use."""

    code = "face.too_small"


class OperatingPointAbsent(Error):
    """The model card has no threshold for this FMR and these counts of samples; none is made up."""

    code = "operating_point.absent"


class NonMatch(Error):
    """Raised by ``Decision.require_match`` only: a non-match itself is a normal outcome."""

    code = "decision.non_match"
