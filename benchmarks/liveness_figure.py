"""Draws ``docs/liveness/light.svg``: what the light test sees in region traces, without a face."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.liveness_simulation._regions import genuine_traces, replay_traces, taken
from benchmarks.liveness_simulation._script import Script, screen_light
from visavis.liveness import Colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from benchmarks.liveness_simulation._regions import Light

_FILE: Final = Path(__file__).resolve().parents[1] / "docs/liveness/light.svg"

_ASKED: Final = ["red", "cyan", "white", "green", "magenta", "yellow"]
_BEFORE: Final = ["blue", "yellow", "magenta", "red", "green", "orange"]
"""Colours of another session, in the replays."""

_LINES: Final = ("#c22", "#282", "#22c")
"""Of the three channels."""


def main() -> None:
    """Draw it."""
    import matplotlib as mpl  # noqa: PLC0415 - slow to import
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    rng = np.random.default_rng(6)
    script = Script.drawn(rng, colours=6, turns=())
    asked, before = (_screen(script, names) for names in (_ASKED, _BEFORE))
    room = np.array([8.0])
    played = genuine_traces(before, rng, ratio=room)
    columns = {
        "somebody who is there": genuine_traces(asked, rng, ratio=room),
        "a replay": replay_traces(played, asked, rng, scatters=False, mirrors=False),
        "a replay behind glass that mirrors": replay_traces(
            played, asked, rng, scatters=True, mirrors=True
        ),
    }
    with mpl.rc_context({"svg.hashsalt": "liveness", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(9, 4.2), layout="constrained")
        axes = figure.subplots(2, 3, sharex=True, sharey="row")
        for column, (title, light) in enumerate(columns.items()):
            top, bottom = axes[:, column]
            top.set_title(title)
            face, darkness = _signals(taken(light, rng))
            for row, values in ((top, face), (bottom, darkness)):
                _draw(row, script, values)
            bottom.set_xlabel("seconds")
        axes[0, 0].set_ylabel("chroma of the face,\n%")
        axes[1, 0].set_ylabel("dark parts over bright\nones, %")
        _FILE.parent.mkdir(exist_ok=True)
        figure.savefig(_FILE, metadata={"Date": None, "Creator": "benchmarks.liveness_figure"})
    # Its lines end in spaces, which Git would complain of.
    lines = _FILE.read_text().splitlines()
    _FILE.write_text("".join(f"{line.rstrip()}\n" for line in lines))


def _screen(script: Script, names: list[str]) -> NDArray[np.float64]:
    colours = [Colour(name).rgb for name in names]
    return np.array([[screen_light(script, colours, time) for time in script.seen]], np.float64)


def _signals(light: Light) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Per cent from the mean: [frame, 3] each."""
    (face,) = np.log(light.face)
    (dark,) = np.log(light.dark)
    chroma = face - face.mean(axis=1, keepdims=True)
    return tuple(100 * (part - part.mean(axis=0)) for part in (chroma, dark - face))


def _draw(axes: Axes, script: Script, values: NDArray[np.float64]) -> None:
    edges = (*script.shown, script.ended)
    for name, start, end in zip(_ASKED, edges, edges[1:], strict=False):
        axes.axvspan(start, end, color=np.array(Colour(name).rgb) / 255, alpha=0.18, lw=0)
    for channel, line in enumerate(_LINES):
        axes.plot(script.seen, values[:, channel], color=line, lw=1.2)


if __name__ == "__main__":
    main()
