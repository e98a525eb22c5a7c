"""Elements of a page. Arguments are HTML, escaped by whoever knows what is text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["caution", "figure", "items", "section", "table"]


def section(title: str, content: str) -> str:
    """A part of the page with its heading."""
    return f"<section>\n<h2>{title}</h2>\n{content}</section>\n"


def items(told: Iterable[str]) -> str:
    """A list."""
    return "<ul>" + "".join(f"<li>{item}</li>" for item in told) + "</ul>\n"


def caution(text: str) -> str:
    """What a reader must not miss."""
    return f'<p class="caution">{text}</p>\n'


def figure(svg: str, caption: str) -> str:
    """A picture with what it shows."""
    return f'<figure><div class="wide">{svg}</div>\n<figcaption>{caption}</figcaption></figure>\n'


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    classes: Sequence[str],
    caption: str = "",
) -> str:
    """A table whose first column names its rows.

    Args:
        heads: of the columns.
        rows: as many cells each.
        classes: of each column's cells, or nothing.
        caption: what the table holds.
    """
    above = f"<caption>{caption}</caption>" if caption else ""
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = "".join(f"<tr>{_row(row, classes)}</tr>\n" for row in rows)
    return (
        f'<div class="wide"><table>{above}<thead><tr>{head}</tr></thead>\n'
        f"<tbody>{body}</tbody></table></div>\n"
    )


def _row(cells: Sequence[str], classes: Sequence[str]) -> str:
    first, *rest = cells
    text = f'<th scope="row">{first}</th>'
    for cell, name in zip(rest, classes[1:], strict=True):
        text += f'<td class="{name}">{cell}</td>' if name else f"<td>{cell}</td>"
    return text
