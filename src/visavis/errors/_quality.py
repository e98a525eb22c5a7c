"""Errors about samples that show a face too badly to be used."""

from __future__ import annotations

from visavis.errors._base import Error

__all__ = [
    "QualityBlurred",
    "QualityCropped",
    "QualityTooBright",
    "QualityTooDark",
    "QualityTurnedAway",
    "QualityUnevenLight",
]


class QualityTooDark(Error):
    """There is too little light on the face."""

    code = "quality.too_dark"


class QualityTooBright(Error):
    """Too much of the face is over-exposed."""

    code = "quality.too_bright"


class QualityUnevenLight(Error):
    """One side of the face is much darker than the other."""

    code = "quality.uneven_light"


class QualityBlurred(Error):
    """The face is out of focus, moved, or has fewer details than its size could show."""

    code = "quality.blurred"


class QualityTurnedAway(Error):
    """The face looks too far to the side, up or down."""

    code = "quality.turned_away"


class QualityCropped(Error):
    """A part of the face lies outside the picture."""

    code = "quality.cropped"
