"""From MTCNN's box to the square that dlib's landmark predictor was trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from visavis.face._detection import Detection

__all__ = ["dlib_square", "whole_pixels"]

# Fitted on 60 photographs on which both detectors found the same face: where the centre of dlib's
# square lies, in widths and heights of MTCNN's box, and its side, in their mean.
_ACROSS, _DOWN, _SIDE = 0.441, 0.512, 0.873


def dlib_square(detection: Detection) -> tuple[int, int, int, int]:
    """Left, top, right, bottom in whole pixels, inclusive."""
    width, height = detection.right - detection.left, detection.bottom - detection.top
    x, y = detection.left + _ACROSS * width, detection.top + _DOWN * height
    half = _SIDE * (width + height) / 4
    return round(x - half), round(y - half), round(x + half), round(y + half)


def whole_pixels(detection: Detection) -> tuple[int, int, int, int]:
    """The pixels that the box covers: left, top, right, bottom, inclusive.

    A box from 3 to 5 covers the pixels 3 and 4. For `Mmod` these are dlib's own rectangles.
    """
    left, top = round(detection.left), round(detection.top)
    return left, top, round(detection.right) - 1, round(detection.bottom) - 1
