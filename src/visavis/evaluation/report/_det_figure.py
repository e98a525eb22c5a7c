"""The DET curve on probit axes, with the band of its intervals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from visavis.evaluation._rate import parse_rate
from visavis.evaluation.report._svg import BAND, GENUINE, GRID, INK, MUTED, PAPER, sheet
from visavis.evaluation.report._wording import percent, power_of_ten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from visavis.evaluation.report._report import Report

__all__ = ["det_figure"]

_TICKS: Final = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.99)
_LEAST: Final = 1e-6
_LEAST_FNMR: Final = 1e-4
_MOST_FMR: Final = 0.5
_AS_PERCENT: Final = 0.01


def det_figure(report: Report) -> str:
    """FNMR over FMR. Full circles mark operating points that are established, empty ones others.

    The axes end a decade below what one comparison is worth, at the lowest at an FMR of 1e-6.
    """
    left = max(_LEAST, _decade_below(report.impostor))
    bottom = max(_LEAST_FNMR, _decade_below(report.genuine))
    det = report.det
    shown = (det.fmr >= left) & (det.fmr <= _MOST_FMR)
    most = max(float(det.fnmr[shown].max(initial=0.0)), 0.4)
    top = next(tick for tick in (*_TICKS, 0.999) if tick > min(most, 0.98))
    label = "DET curve: false non-match rate over false match rate, both on probit axes"
    with sheet(name="det", label=label, height=5.0) as drawing:
        axes = drawing.axes
        _frame(axes, (left, _MOST_FMR), (bottom, top))
        if det.band is not None:
            axes.fill_between(
                _probit(det.band.fmr),
                _probit(np.clip(det.band.low, bottom / 10, 0.9999)),
                _probit(np.clip(det.band.high, bottom / 10, 0.9999)),
                color=BAND,
                linewidth=0,
                label=f"{percent(det.band.confidence)} interval of the FNMR",
            )
        ends = _probit(np.array([bottom / 10, 0.6]))
        axes.plot(ends, ends, color=MUTED, linewidth=0.8, linestyle=(0, (2, 3)), label="FMR = FNMR")
        real = (det.fmr > 0) & (det.fnmr > 0)
        if np.any(real):
            axes.plot(
                _probit(det.fmr[real]),
                _probit(det.fnmr[real]),
                color=GENUINE,
                linewidth=1.8,
                label="DET",
            )
        for established in (True, False):
            marked = [
                (float(parse_rate(point.at.asked)), point.fnmr.value)
                for point in report.points
                if point.at.established is established and 0 < point.fnmr.value < 1
            ]
            if marked:
                x, y = np.array(marked).T
                axes.plot(
                    _probit(x),
                    _probit(y),
                    linestyle="none",
                    marker="o",
                    markersize=6,
                    markeredgecolor=GENUINE,
                    markerfacecolor=GENUINE if established else PAPER,
                    label="operating point, " + ("established" if established else "provisional"),
                )
        axes.legend(loc="upper right", fontsize=8.5)
        return drawing.svg()


def _frame(axes: Axes, x: tuple[float, float], y: tuple[float, float]) -> None:
    for axis, (low, high), name in (
        (axes.xaxis, x, "FMR: impostors accepted"),
        (axes.yaxis, y, "FNMR: genuine refused"),
    ):
        ticks = [tick for tick in _TICKS if low <= tick <= high]
        axis.set_ticks(list(_probit(np.array(ticks))), [_tick(tick) for tick in ticks])
        axis.set_tick_params(length=0)
        axis.set_label_text(name)
    axes.set_xlim(*_probit(np.array(x)))
    axes.set_ylim(*_probit(np.array(y)))
    axes.grid(color=GRID)
    axes.spines[:].set_color(INK)
    axes.spines[:].set_linewidth(0.6)


def _tick(rate: float) -> str:
    return percent(rate) if rate >= _AS_PERCENT else power_of_ten(rate)


def _decade_below(count: int) -> float:
    return float(10.0 ** math.floor(-math.log10(max(count, 2))))


def _probit(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.special import ndtri  # noqa: PLC0415 - slow to import

    values: NDArray[np.float64] = ndtri(rates)
    return values
