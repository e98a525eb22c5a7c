"""One picture a family: what fails, what is not found, what the gates refuse, who is let in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from visavis.verifier import ENROL_GATES, VERIFY_GATES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from benchmarks.robustness._conditions import Condition, Family
    from benchmarks.robustness._results import Result, Share

__all__ = ["FOLDER", "draw"]

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "robustness"

_FMR = "1e-3"
_STATED = 1e-3
_LINES = {"front": ("#0b3d91", "-", "o"), "three-quarter": ("#c45500", "--", "s")}
_NOT_FOUND, _REFUSED, _TO_ENROL = "#7a7a7a", "#d9d9d9", "#9a9a9a"


def draw(family: Family, results: Sequence[Result]) -> Path:
    """Draws the results of a family's conditions, in their order, and returns the file."""
    import matplotlib as mpl  # noqa: PLC0415 - slow to import
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    with mpl.rc_context({"svg.hashsalt": family.name, "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(6.8, 4.8), layout="constrained")
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        measured = list(zip(family.conditions, results, strict=True))
        _draw_gates(above, [pair for pair in measured if pair[0].view == "front"], family)
        for view in _LINES if not family.named else ("front",):
            pairs = measured if family.named else [p for p in measured if p[0].view == view]
            if pairs:
                _draw_errors(above, pairs, view, family)
                _draw_false_matches(below, pairs, view, family)
        _label(above, below, family)
        FOLDER.mkdir(parents=True, exist_ok=True)
        file = FOLDER / f"{family.name}.svg"
        figure.savefig(file, metadata={"Date": None, "Creator": "benchmarks.robustness"})
    # Its lines end in spaces, which Git would complain of.
    lines = file.read_text().splitlines()
    file.write_text("".join(f"{line.rstrip()}\n" for line in lines))
    return file


def _draw_gates(axes: Axes, pairs: list[tuple[Condition, Result]], family: Family) -> None:
    if family.named:
        return
    places = [condition.place for condition, _ in pairs]
    verify = [100 * result.refused(VERIFY_GATES)["any"].value for _, result in pairs]
    enrol = [100 * result.refused(ENROL_GATES)["any"].value for _, result in pairs]
    axes.fill_between(places, verify, color=_REFUSED, label="refused to verify (front)")
    axes.plot(places, enrol, color=_TO_ENROL, linewidth=1, label="refused to enrol (front)")


def _draw_errors(
    axes: Axes, pairs: list[tuple[Condition, Result]], view: str, family: Family
) -> None:
    colour, style, marker = _LINES[view]
    places = [condition.place for condition, _ in pairs]
    shares = [result.fnmr(_FMR) for _, result in pairs]
    values, low, high = _percent(shares)
    name = "FNMR" if family.named else f"FNMR, {view}"
    if family.named:
        errors = [
            [value - end for value, end in zip(values, low, strict=True)],
            [end - value for value, end in zip(values, high, strict=True)],
        ]
        axes.errorbar(places, values, errors, fmt=marker, color=colour, capsize=4, label=name)
        _draw_bars(axes, pairs)
    else:
        axes.fill_between(places, low, high, color=colour, alpha=0.15, linewidth=0)
        axes.plot(places, values, style, marker=marker, markersize=3.5, color=colour, label=name)
        missing = [100 * result.fta().value for _, result in pairs]
        axes.plot(places, missing, ":", marker=marker, markersize=3, color=_NOT_FOUND,
                  label=f"no face found (FTA), {view}")  # fmt: skip


def _draw_bars(axes: Axes, pairs: list[tuple[Condition, Result]]) -> None:
    places = [condition.place for condition, _ in pairs]
    refused = [100 * result.refused(VERIFY_GATES)["any"].value for _, result in pairs]
    missing = [100 * result.fta().value for _, result in pairs]
    axes.bar(places, refused, width=0.5, color=_REFUSED, zorder=0, label="refused to verify")
    shifted = [place + 0.12 for place in places]
    axes.plot(shifted, missing, "x", color=_NOT_FOUND, label="no face found (FTA)")
    axes.set_xticks(places, [condition.label for condition, _ in pairs])


def _draw_false_matches(
    axes: Axes, pairs: list[tuple[Condition, Result]], view: str, family: Family
) -> None:
    colour, style, marker = _LINES[view]
    # A logarithmic axis has no 0: it is drawn at half of the least that can be counted.
    found = [
        (condition.place, max(result.fmr(_FMR), 0.5 / result.false_matches["comparisons"]))
        for condition, result in pairs
        if result.false_matches["comparisons"]
    ]
    line = marker if family.named else f"{style}{marker}"
    axes.plot(*zip(*found, strict=True), line, markersize=3, color=colour)


def _label(above: Axes, below: Axes, family: Family) -> None:
    above.set_title(family.title)
    above.set_ylabel("% of 102 people")
    above.set_ylim(-3, 103)
    above.legend(loc="best", fontsize=7.5)
    below.axhline(_STATED, color="black", linewidth=0.8, linestyle=(0, (1, 2)))
    below.set_yscale("log")
    below.set_ylabel("FMR")
    below.set_ylim(3e-5, 1)
    below.set_xlabel(family.axis)
    for axes in (above, below):
        axes.grid(visible=True, alpha=0.25, linewidth=0.5)


def _percent(shares: Sequence[Share]) -> tuple[list[float], list[float], list[float]]:
    return (
        [100 * share.value for share in shares],
        [100 * share.interval[0] for share in shares],
        [100 * share.interval[1] for share in shares],
    )
