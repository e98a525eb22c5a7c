"""Pictures as inline SVG whose colours are the page's, so that they follow light and dark."""

from __future__ import annotations

import io
import re
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

__all__ = ["BAND", "GENUINE", "GRID", "IMPOSTOR", "INK", "MUTED", "PAPER", "Sheet", "sheet"]

# Stand-ins that are exchanged for variables of the style sheet: a colour nobody else uses each.
INK: Final = "#010101"
MUTED: Final = "#020202"
GRID: Final = "#030303"
PAPER: Final = "#040404"
GENUINE: Final = "#050505"
IMPOSTOR: Final = "#060606"
BAND: Final = "#070707"
_VARIABLES: Final = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    GRID: "var(--line)",
    PAPER: "var(--paper)",
    GENUINE: "var(--genuine)",
    IMPOSTOR: "var(--impostor)",
    BAND: "var(--band)",
}
_WIDTH: Final = 6.8  # inches of 72 units
_BELOW: Final = 0.5
_ABOVE: Final = 0.2
_SETTINGS: Final = {
    "svg.fonttype": "none",  # text stays text: it can be read aloud, found and copied
    "svg.hashsalt": "visavis",  # the same report gives the same bytes
    "font.size": 9.5,
    "axes.edgecolor": GRID,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign in a label is one
    "legend.frameon": False,
}


class Sheet:
    """One picture in the making.

    Attributes:
        axes: to draw upon.
    """

    def __init__(self, *, name: str, label: str, height: float, left: float) -> None:
        from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415 - slow
        from matplotlib.figure import Figure  # noqa: PLC0415 - slow to import

        self._name, self._label = name, label
        self._figure = Figure(figsize=(_WIDTH, height))
        # By hand: finding the margins would mean to draw all of it twice.
        self._figure.subplots_adjust(
            left=left / _WIDTH, right=0.985, bottom=_BELOW / height, top=1 - _ABOVE / height
        )
        FigureCanvasSVG(self._figure)
        self.axes: Axes = self._figure.add_subplot()

    def svg(self) -> str:
        """The picture as an element of a page; its ids begin with its name."""
        buffer = io.StringIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        self._figure.savefig(buffer, format="svg", transparent=True, metadata=nothing)
        text = buffer.getvalue()
        text = text[text.index("<svg") :]
        text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
        text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.DOTALL)
        text = re.sub(
            r' id="(?:figure|axes|patch|line2d|text|matplotlib\.axis|xtick|ytick|'
            r'legend|LineCollection|FillBetweenPolyCollection)_\d+"',
            "",
            text,
        )
        text = re.sub(r'id="', f'id="{self._name}-', text)
        text = re.sub(r'xlink:href="#', f'href="#{self._name}-', text)
        text = re.sub(r"url\(#", f"url(#{self._name}-", text)
        text = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", text)
        text = re.sub(r'<svg [^>]*?viewBox="([^"]*)"[^>]*>', self._opening, text, count=1)
        for colour, variable in _VARIABLES.items():
            text = text.replace(colour, variable)
        return text.strip()

    def _opening(self, found: re.Match[str]) -> str:
        label = escape(self._label)
        return f'<svg viewBox="{found[1]}" role="img" aria-label="{label}">'


@contextmanager
def sheet(*, name: str, label: str, height: float, left: float = 0.65) -> Iterator[Sheet]:
    """A sheet to draw on, with this house's settings while that lasts.

    Args:
        name: unique on the page.
        label: what the picture shows, for those who do not see it.
        height: in inches; the width is 6.8.
        left: margin for the labels there, in inches.
    """
    from matplotlib import rc_context  # noqa: PLC0415 - slow to import

    with rc_context(_SETTINGS):
        yield Sheet(name=name, label=label, height=height, left=left)
