"""``visavis evaluate scores``: from score files to a report."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from visavis.cli._output import errors, print_json
from visavis.evaluation.files import Columns, Layout, read_scores
from visavis.evaluation.report import measure_report, this_run, write_report

if TYPE_CHECKING:
    from visavis.evaluation.report import Report

__all__ = ["scores"]

_NAMES = Columns()


def scores(
    *,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE [FILE2]", help="Labelled scores; or genuine, then impostor scores."
        ),
    ],
    out: Annotated[Path, typer.Option(help="The folder that the report is written to.")],
    layout: Annotated[
        Layout | None, typer.Option("--format", help="How the files are laid out.")
    ] = None,
    fmr: Annotated[
        list[str] | None, typer.Option(help="A false match rate to report; repeatable.")
    ] = None,
    with_people: Annotated[
        bool, typer.Option("--people", help="Two more columns say whose scores they are.")
    ] = False,
    score_column: Annotated[str, typer.Option(help="Name of the column of scores.")] = _NAMES.score,
    label_column: Annotated[
        str, typer.Option(help="Name of the column that says which are genuine.")
    ] = _NAMES.label,
    person_columns: Annotated[
        tuple[str, str], typer.Option(help="Names of the columns with the two people.")
    ] = (_NAMES.first, _NAMES.second),
    title: Annotated[str, typer.Option(help="The report's heading.")] = "Comparison scores",
    data_set: Annotated[
        str, typer.Option(help="What was compared, for the reader; name no person.")
    ] = "not described",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Report how far comparison scores can be trusted: report.html, report.json and det.csv.

    Exit status: 0 done, 2 error.
    """
    first, second = person_columns
    with errors(as_json=as_json):
        read = read_scores(
            files,
            layout=layout,
            with_people=with_people,
            columns=Columns(score=score_column, label=label_column, first=first, second=second),
        )
        report = measure_report(
            read, title=title, data_set=data_set, fmrs=fmr, run=this_run(_command())
        )
        write_report(report, out)
    if as_json:
        print_json({"report": str(out / "report.html"), **_summary(report)})
    else:
        for point in report.points:
            state = "established" if point.at.established else "provisional"
            typer.echo(f"FMR {point.at.asked} ({state}): FNMR {point.fnmr}")
        typer.echo(f"written: {out / 'report.html'}")


def _command() -> str:
    """The command line as it was typed, but for the program's folder."""
    return shlex.join(["visavis", *sys.argv[1:]])


def _summary(report: Report) -> dict[str, object]:
    return {
        "genuine": report.genuine,
        "impostor": report.impostor,
        "people": report.people,
        "fnmr_at_fmr": {
            point.at.asked: [point.fnmr.value, point.fnmr.low, point.fnmr.high]
            for point in report.points
        },
    }
