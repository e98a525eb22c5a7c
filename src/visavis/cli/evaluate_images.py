"""``visavis evaluate images``: from a set of pictures to a report."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from visavis.cli._output import errors, print_json
from visavis.errors import InputInvalid

if TYPE_CHECKING:
    from visavis.evaluation.protocols import PairList, PictureSet, Test

__all__ = ["images"]


def images(
    *,
    where: Annotated[
        str, typer.Argument(metavar="DIR", help="PERSON/PICTURE below a folder, or a pattern.")
    ],
    out: Annotated[Path, typer.Option(help="The folder that the report is written to.")],
    pairs: Annotated[
        Path | None, typer.Option(help="The pictures to compare: CSV, or LFW's pairs.txt.")
    ] = None,
    all_pairs: Annotated[
        bool, typer.Option("--all-pairs", help="Compare every picture with every other.")
    ] = False,
    samples_per_side: Annotated[
        int | None, typer.Option(min=1, max=16, help="Fuse so many pictures on each side.")
    ] = None,
    groups: Annotated[
        Path | None, typer.Option(help="CSV: people's folders, then columns of their labels.")
    ] = None,
    group_column: Annotated[
        list[str] | None, typer.Option(help="A column of labels; all by default. Repeatable.")
    ] = None,
    group_fmr: Annotated[
        str, typer.Option(help="The FMR at whose threshold groups are compared.")
    ] = "1e-3",
    gates: Annotated[
        bool, typer.Option("--gates", help="Leave out what the gates would refuse in use.")
    ] = False,
    centred: Annotated[
        bool, typer.Option("--centred", help="Take the face at the centre, as LFW means it.")
    ] = False,
    fmr: Annotated[
        list[str] | None, typer.Option(help="A false match rate to report; repeatable.")
    ] = None,
    pack: Annotated[str, typer.Option(help="The model pack.")] = "dlib",
    title: Annotated[str, typer.Option(help="The report's heading.")] = "A set of pictures",
    processes: Annotated[int, typer.Option(min=1, help="Processes that embed.")] = (
        os.cpu_count() or 1
    ),
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the encrypted embeddings for the next run.")
    ] = False,
    home: Annotated[
        Path | None, typer.Option(envvar="VISAVIS_HOME", help="visavis's data folder.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Report how far a pack can be trusted on a set of pictures, each person a folder.

    An interrupted run goes on where it stopped; embeddings lie on the disk only encrypted, and are
    deleted at the end. The report names no person and no picture.

    Exit status: 0 done, 2 error.
    """
    from visavis.cli._picture_sets import embed  # noqa: PLC0415 - slow to import
    from visavis.cli.evaluate_scores import command_line, summary  # noqa: PLC0415
    from visavis.evaluation.protocols import PairList, PictureSet, picture_report  # noqa: PLC0415
    from visavis.evaluation.report import this_run, write_report  # noqa: PLC0415

    with errors(as_json=as_json):
        if (pairs is not None) + all_pairs + (samples_per_side is not None) != 1:
            raise InputInvalid("give one of --pairs, --all-pairs and --samples-per-side")
        if groups is not None and samples_per_side is not None:
            raise InputInvalid("groups are not told apart with --samples-per-side")
        pictures, listed = PictureSet.open(where), None
        if pairs is not None:
            pictures, listed = PairList.read(pairs, pictures).restricted(pictures)
        test = _test(
            pictures,
            pairs=listed,
            samples_per_side=samples_per_side,
            gates=gates,
            groups=groups,
            columns=group_column or [],
            group_fmr=group_fmr,
            fmrs=fmr,
        )
        embedded = embed(
            pictures,
            pack=pack,
            home=home,
            centred=centred,
            run=out,
            processes=processes,
            keep=keep,
        )
        run = this_run(command_line(), model_digest=embedded.model)
        report = picture_report(embedded, test, title=title, run=run)
        write_report(report, out)
    if as_json:
        print_json({"report": str(out / "report.html"), **summary(report)})
        return
    for point in report.points:
        state = "established" if point.at.established else "provisional"
        typer.echo(f"FMR {point.at.asked} ({state}): FNMR {point.fnmr}")
    typer.echo(f"written: {out / 'report.html'}")


def _test(
    pictures: PictureSet,
    *,
    pairs: PairList | None,
    samples_per_side: int | None,
    gates: bool,
    groups: Path | None,
    columns: list[str],
    group_fmr: str,
    fmrs: list[str] | None,
) -> Test:
    """What is asked for, read and checked before the long work."""
    from visavis.evaluation import parse_rate  # noqa: PLC0415 - slow to import
    from visavis.evaluation.protocols import Test, read_labels  # noqa: PLC0415

    for rate in (*(fmrs or []), group_fmr):
        parse_rate(rate)
    return Test(
        pairs=pairs,
        samples_per_side=samples_per_side,
        gates=gates,
        labels=None if groups is None else read_labels(groups, pictures, columns=columns),
        group_fmr=group_fmr,
        fmrs=fmrs,
    )
