"""The DET curve as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from visavis.evaluation.report._report import DetCurve

__all__ = ["det_csv"]


def det_csv(det: DetCurve) -> str:
    """Columns ``threshold, fmr, fnmr, fnmr_low, fnmr_high``; threshold ascending, at last ``inf``.

    The last two hold the interval of the FNMR at that FMR. Between two FMRs of the band they are
    the ends that hold at both, for the FNMR rises where the FMR falls; beyond, 0 and 1.
    """
    low, high = np.zeros_like(det.fmr), np.ones_like(det.fmr)
    if det.band is not None:
        low = np.append(det.band.low, 0.0)[np.searchsorted(det.band.fmr, det.fmr, side="left")]
        high = np.append(1.0, det.band.high)[np.searchsorted(det.band.fmr, det.fmr, side="right")]
    columns = (det.threshold, det.fmr, det.fnmr, low, high)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    text = "".join(",".join(map(repr, row)) + "\n" for row in rows)
    return "threshold,fmr,fnmr,fnmr_low,fnmr_high\n" + text
