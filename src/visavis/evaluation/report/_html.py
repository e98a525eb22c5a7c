"""A report for people: one self-contained page, light and dark, printable, without scripts."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from visavis.evaluation.report._report import Report

__all__ = ["report_html"]


def report_html(report: Report) -> str:
    """The page; it asks nothing of the network."""
    rows = "".join(
        f"<tr><td>{escape(point.at.asked)}<td>{escape(str(point.fnmr))}" for point in report.points
    )
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(report.title)}</title>"
        f"<h1>{escape(report.title)}</h1><p>{escape(report.data_set)}<table>{rows}</table>\n"
    )
