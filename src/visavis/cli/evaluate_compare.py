"""``visavis evaluate compare``: does one system err less than another on the same pairs?"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from visavis.cli._output import errors, print_json
from visavis.errors import Error, InputInvalid

if TYPE_CHECKING:
    from visavis.evaluation import Estimate, ScoreSet

__all__ = ["compare"]

_SYSTEMS = 2


def compare(
    *,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE FILE]", help="Labelled scores of two systems, with people."),
    ] = None,
    images: Annotated[
        str | None, typer.Option(help="A set of pictures, for two packs instead of two files.")
    ] = None,
    pack: Annotated[
        list[str] | None, typer.Option(help="A model pack; twice, with --images.")
    ] = None,
    pairs: Annotated[
        Path | None, typer.Option(help="The pictures to compare; all by default.")
    ] = None,
    centred: Annotated[
        bool, typer.Option("--centred", help="Take the face at the centre, as LFW means it.")
    ] = False,
    fmr: Annotated[list[str] | None, typer.Option(help="A false match rate; repeatable.")] = None,
    run: Annotated[
        Path, typer.Option(help="Folder for encrypted embeddings of an unfinished run.")
    ] = Path(".visavis-run"),
    processes: Annotated[int, typer.Option(min=1, help="Processes that embed.")] = (
        os.cpu_count() or 1
    ),
    home: Annotated[
        Path | None, typer.Option(envvar="VISAVIS_HOME", help="visavis's data folder.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say how much the FNMR of two systems differs, each at its own threshold for an FMR.

    The same people are drawn for both, so what is hard for both cancels out. Pictures without a
    face for one system are left out of both, and counted.

    Exit status: 0 done, 2 error.
    """
    from visavis.evaluation import paired_difference  # noqa: PLC0415 - slow to import

    left_out: int | None = None
    with errors(as_json=as_json):
        if images is None:
            one, other = _read(files or [])
        else:
            one, other, left_out = _embed(
                images,
                pack or [],
                pairs=pairs,
                centred=centred,
                run=run,
                processes=processes,
                home=home,
            )
        found = {each: paired_difference(one, other, each) for each in fmr or ["1e-3"]}
    if as_json:
        content = {each: _content(difference) for each, difference in found.items()}
        print_json({"fnmr_difference_at_fmr": content, "pictures_left_out": left_out})
        return
    if left_out is not None:
        typer.echo(f"{left_out} pictures without a face for one of them are left out of both.")
    for each, difference in found.items():
        typer.echo(f"FMR {each}: FNMR of the first less that of the second {difference}")
        typer.echo(_verdict(difference))


def _read(files: list[Path]) -> tuple[ScoreSet, ScoreSet]:
    from visavis.evaluation.files import People, read_scores  # noqa: PLC0415 - slow to import

    if len(files) != _SYSTEMS:
        raise InputInvalid("give two files of scores, or --images and two packs")
    people = People()  # one for both, or the order of the lines would say who is who
    read = []
    for path in files:
        try:
            read.append(read_scores([path], with_people=True, people=people))
        except Error as error:
            error.input = str(path)
            raise
    return read[0], read[1]


def _embed(
    images: str,
    packs: list[str],
    *,
    pairs: Path | None,
    centred: bool,
    run: Path,
    processes: int,
    home: Path | None,
) -> tuple[ScoreSet, ScoreSet, int]:
    from visavis.cli._picture_sets import embed  # noqa: PLC0415 - slow to import
    from visavis.evaluation.protocols import PairList, PictureSet  # noqa: PLC0415
    from visavis.evaluation.protocols._embedded_set import both_usable  # noqa: PLC0415
    from visavis.evaluation.protocols._picture_report import scores_of_all, scores_of_pairs  # noqa: PLC0415
    from visavis.models import find_pack  # noqa: PLC0415

    if len(packs) != _SYSTEMS:
        raise InputInvalid("with --images, give --pack twice")
    for name in packs:
        find_pack(name, home=home)
    pictures, listed = PictureSet.open(images), None
    if pairs is not None:
        pictures, listed = PairList.read(pairs, pictures).restricted(pictures)
    one, other = (
        embed(
            pictures,
            pack=name,
            home=home,
            centred=centred,
            run=run / str(position),
            processes=processes,
            keep=False,
        )
        for position, name in enumerate(packs)
    )
    with contextlib.suppress(OSError):  # it holds something else
        run.rmdir()
    one, other = both_usable(one, other)
    scores = [
        scores_of_all(each, gates=False)
        if listed is None
        else scores_of_pairs(each, listed, gates=False)
        for each in (one, other)
    ]
    return scores[0], scores[1], len(one.failures(gates=False))


def _content(difference: Estimate) -> dict[str, object]:
    return {
        "difference": difference.value,
        "low": difference.low,
        "high": difference.high,
        "confidence": difference.confidence,
        "method": difference.method.value,
        "people": difference.people,
        "label": difference.label,
    }


def _verdict(difference: Estimate) -> str:
    if difference.high < 0:
        return "The first errs less."
    if difference.low > 0:
        return "The second errs less."
    return "The test does not tell them apart."
