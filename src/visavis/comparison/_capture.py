"""The frames of one capture -> one sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from visavis.comparison._compare import fuse
from visavis.errors import FramesDisagree, InputInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visavis.face import Embedding
    from visavis.models import OperatingPoint

__all__ = ["fuse_capture"]

_FEWEST_TO_DROP: Final = 3  # of two that disagree, none is known to be the odd one


def fuse_capture(frames: Sequence[Embedding], *, point: OperatingPoint) -> Embedding:
    """One sample of the frames of one capture: the direction of the mean of those that agree.

    Frames taken in one go are near duplicates. However many they are, they count as one sample:
    compare it at the operating points for one, never at those for as many samples as frames.

    Of three frames or more, the one that agrees least with the others is left out if it does not
    match each of them. All that remain must match each other: the mean of two people's faces would
    match both.

    Args:
        frames: of one capture, of one model.
        point: for one sample each; two frames agree where their cosine reaches its threshold.

    Raises:
        InputInvalid: there is no frame, they belong to different models, or the point is for other
            counts of samples.
        FramesDisagree: frames do not show one person.
    """
    if (point.reference_samples, point.probe_samples) != (1, 1):
        raise InputInvalid("frames agree by the operating point for one sample each")
    fused = fuse(frames)
    vectors = np.stack([frame.vector for frame in frames])
    cosines = (vectors @ vectors.T).astype(np.float64)
    np.fill_diagonal(cosines, 1)
    if (cosines >= point.threshold).all():
        return fused
    odd = int(cosines.sum(axis=1).argmin())
    rest = np.delete(np.delete(cosines, odd, axis=0), odd, axis=1)
    if len(frames) < _FEWEST_TO_DROP or (rest < point.threshold).any():
        raise FramesDisagree("the frames of the capture do not all show one person")
    return fuse([frame for place, frame in enumerate(frames) if place != odd])
