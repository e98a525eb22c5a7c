"""A report as files."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from visavis.errors import InputInvalid
from visavis.evaluation.report._csv import det_csv
from visavis.evaluation.report._html import report_html
from visavis.evaluation.report._json import report_json

if TYPE_CHECKING:
    from visavis.evaluation.report._report import Report

__all__ = ["write_report"]


def write_report(report: Report, folder: Path) -> None:
    """Write ``report.html``, ``report.json`` and ``det.csv``; an older report is replaced.

    Nothing is replaced before all three are written.

    Args:
        report: what to say.
        folder: made if it is not there.

    Raises:
        InputInvalid: the folder cannot be written to.
    """
    contents = {
        "report.html": report_html(report),
        "report.json": report_json(report),
        "det.csv": det_csv(report.det),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".report-") as draft:
            for name, text in contents.items():
                (Path(draft) / name).write_text(text, encoding="utf-8", newline="\n")
            for name in contents:
                os.replace(Path(draft) / name, folder / name)  # noqa: PTH105 - says what it does
    except OSError as error:
        raise InputInvalid(f"the report cannot be written: {error.strerror}") from None
