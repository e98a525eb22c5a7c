"""Error rates of groups side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from visavis.evaluation.report._svg import GENUINE, IMPOSTOR, INK, MUTED, sheet
from visavis.evaluation.report._wording import percent

if TYPE_CHECKING:
    from visavis.evaluation.report._report import Groups

__all__ = ["group_figure"]


def group_figure(groups: Groups, rate: Literal["FMR", "FNMR"], *, name: str) -> str:
    """Each group's rate with its interval, and that of everybody as a line.

    Args:
        groups: the groups of one kind of label.
        rate: which rate.
        name: unique on the page.
    """
    result = groups.result
    measured = [
        (" and ".join(group.groups), estimate)
        for group in result.groups
        if (estimate := group.fmr if rate == "FMR" else group.fnmr) is not None
    ]
    whole = result.everybody.fmr if rate == "FMR" else result.everybody.fnmr
    height = 0.8 + 0.34 * max(len(measured), 1)
    left = min(2.5, 0.2 + 0.085 * max((len(text) for text, _ in measured), default=0))
    label = f"{rate} of each group by {groups.kind}, with intervals"
    with sheet(name=name, label=label, height=height, left=left) as drawing:
        axes = drawing.axes
        colour = IMPOSTOR if rate == "FMR" else GENUINE
        for place, (_, estimate) in enumerate(measured):
            axes.plot([estimate.low, estimate.high], [place, place], color=colour, linewidth=2)
            # Not clipped: a rate of 0 is a whole point, too.
            axes.plot(estimate.value, place, "o", markersize=6, color=colour, clip_on=False)
        if whole is not None:
            axes.axvline(whole.value, color=INK, linewidth=0.9, linestyle=(0, (4, 2)))
            axes.annotate(
                f"everybody {percent(whole.value)}",
                (whole.value, 1.0),
                xycoords=("data", "axes fraction"),
                xytext=(4, 2),
                textcoords="offset points",
                fontsize=8,
                color=MUTED,
            )
        axes.set_yticks(range(len(measured)), [text for text, _ in measured])
        axes.set_ylim(len(measured) - 0.5, -0.5)
        axes.set_xlim(left=0)
        axes.xaxis.set_major_formatter(lambda value, _: percent(value))
        axes.tick_params(length=0)
        axes.grid(axis="y", visible=False)
        axes.set_xlabel(rate)
        return drawing.svg()
