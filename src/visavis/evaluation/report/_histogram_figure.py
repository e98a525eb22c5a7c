"""How genuine and impostor scores are spread."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np

from visavis.evaluation.report._svg import GENUINE, IMPOSTOR, MUTED, sheet
from visavis.evaluation.report._wording import percent, power_of_ten

if TYPE_CHECKING:
    from visavis.evaluation.report._report import Report

__all__ = ["histogram_figure"]


def histogram_figure(report: Report, *, scale: Literal["linear", "log"]) -> str:
    """The share of scores in each bin, with the thresholds of the operating points.

    Args:
        report: what to draw.
        scale: ``linear`` shows where most scores lie, ``log`` the few in the tails, where errors
            come from.
    """
    drawn = report.histograms
    told = "" if scale == "linear" else ", on a logarithmic axis"
    label = f"Histogram of genuine and impostor scores{told}"
    with sheet(name=f"scores-{scale}", label=label, height=3.1) as drawing:
        axes = drawing.axes
        for counts, size, colour, name, dashes in (
            (drawn.impostor, report.impostor, IMPOSTOR, "impostor", "-"),
            (drawn.genuine, report.genuine, GENUINE, "genuine", (0, (5, 1.5))),
        ):
            share = counts / size
            axes.stairs(share, drawn.edges, fill=True, color=colour, alpha=0.22)
            axes.stairs(
                share, drawn.edges, color=colour, linewidth=1.3, linestyle=dashes, label=name
            )
        axes.set_yscale(scale)
        lowest = min(1 / report.genuine, 1 / report.impostor)
        axes.set_ylim(bottom=0 if scale == "linear" else lowest / 2)
        for point in report.points:
            threshold = point.at.threshold.value
            if drawn.edges[0] <= threshold <= drawn.edges[-1] and math.isfinite(threshold):
                axes.axvline(threshold, color=MUTED, linewidth=0.8, linestyle=(0, (1, 2)))
                axes.annotate(
                    point.at.asked,
                    (threshold, 1.0),
                    xycoords=("data", "axes fraction"),
                    xytext=(2, -2),
                    textcoords="offset points",
                    rotation=90,
                    va="top",
                    fontsize=7.5,
                    color=MUTED,
                )
        axes.set_xlabel("comparison score (dotted: threshold for the FMR written there)")
        axes.set_ylabel("share of the scores")
        axes.margins(x=0)
        axes.tick_params(length=0)
        axes.legend(loc="best", fontsize=8.5)
        written = percent if scale == "linear" else power_of_ten
        axes.yaxis.set_major_formatter(lambda value, _: written(value))
        axes.set_xlim(np.min(drawn.edges), np.max(drawn.edges))
        return drawing.svg()
