"""``visavis evaluate scores``: from score files to a report."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from visavis.cli._output import errors, print_json
from visavis.evaluation import parse_rate
from visavis.evaluation.files import Columns, Layout, People, read_scores
from visavis.evaluation.report import groups_by_label, measure_report, this_run, write_report

if TYPE_CHECKING:
    from visavis.evaluation.report import Groups, Report

__all__ = ["command_line", "scores", "summary"]

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
    groups: Annotated[
        Path | None, typer.Option(help="CSV: ids of people, then columns of their labels.")
    ] = None,
    group_column: Annotated[
        list[str] | None, typer.Option(help="A column of labels; all by default. Repeatable.")
    ] = None,
    group_fmr: Annotated[
        str, typer.Option(help="The FMR at whose threshold groups are compared.")
    ] = "1e-3",
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
    names = {f"files[{number}]": str(file) for number, file in enumerate(files)}
    with errors(as_json=as_json, inputs=names):
        for rate in (*(fmr or []), group_fmr):  # before the long work
            parse_rate(rate)
        people = People()
        read = read_scores(
            files,
            layout=layout,
            with_people=with_people,
            columns=Columns(score=score_column, label=label_column, first=first, second=second),
            people=people,
        )
        measured: list[Groups] = []
        notes = []
        if groups is not None:
            labels = people.labels(groups, columns=group_column or [])
            measured, note = groups_by_label(read, labels, fmr=group_fmr)
            notes.append(note)
        report = measure_report(
            read,
            title=title,
            data_set=data_set,
            fmrs=fmr or None,
            groups=measured,
            notes=notes,
            run=this_run(command_line()),
        )
        write_report(report, out)
    if as_json:
        print_json({"report": str(out / "report.html"), **summary(report)})
    else:
        for point in report.points:
            state = "established" if point.at.established else "provisional"
            typer.echo(f"FMR {point.at.asked} ({state}): FNMR {point.fnmr}")
        if not report.points:
            typer.echo("too few impostor comparisons to say anything about an FMR")
        typer.echo(f"written: {out / 'report.html'}")


def command_line() -> str:
    """The command line as it was typed, but for the program's folder."""
    return shlex.join(["visavis", *sys.argv[1:]])


def summary(report: Report) -> dict[str, object]:
    """What is printed of a report as JSON."""
    return {
        "genuine": report.genuine,
        "impostor": report.impostor,
        "people": report.people,
        "fnmr_at_fmr": {
            point.at.asked: [point.fnmr.value, point.fnmr.low, point.fnmr.high]
            for point in report.points
        },
    }
