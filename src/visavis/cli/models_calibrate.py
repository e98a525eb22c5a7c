"""``visavis models calibrate``: a pack's operating points from sets of pictures."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from visavis.cli._output import errors, print_json
from visavis.errors import InputInvalid
from visavis.models import card_toml, find_pack, with_card

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visavis.evaluation import Estimate
    from visavis.evaluation.protocols import CalibratedCell
    from visavis.evaluation.protocols._embedded_set import EmbeddedSet
    from visavis.models import OperatingPoint

__all__ = ["calibrate"]


def calibrate(
    *,
    images: Annotated[
        list[str] | None,
        typer.Option(help="A set: PERSON/PICTURE below a folder, or a pattern. Repeatable."),
    ] = None,
    centred: Annotated[
        list[str] | None,
        typer.Option(help="A set whose pictures are centred on their person, such as LFW."),
    ] = None,
    pack: Annotated[str, typer.Option(help="The model pack.")] = "dlib",
    out: Annotated[
        Path, typer.Option(help="A manifest, whose card is replaced; or a new file for the cells.")
    ] = Path("card.toml"),
    details: Annotated[
        Path | None, typer.Option(help="A JSON file for what each set says about each cell.")
    ] = None,
    gates: Annotated[
        bool, typer.Option("--gates", help="Leave out what the gates would refuse in use.")
    ] = False,
    processes: Annotated[int, typer.Option(min=1, help="Processes that embed.")] = (
        os.cpu_count() or 1
    ),
    run: Annotated[
        Path | None, typer.Option(help="Folder for encrypted embeddings of an unfinished run.")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the encrypted embeddings for the next run.")
    ] = False,
    home: Annotated[
        Path | None,
        typer.Option(envvar="VISAVIS_HOME", help="visavis's data folder."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure a pack's thresholds and write its model card.

    Exit status: 0 done, 2 error.
    """
    with errors(as_json=as_json):
        named = [(where, False) for where in images or []]
        named += [(where, True) for where in centred or []]
        if not named:
            raise InputInvalid("give at least one set with --images or --centred")
        find_pack(pack, home=home)  # before minutes of work
        sets = _embed(
            named,
            pack=pack,
            home=home,
            run=run or out.parent / ".visavis-run",
            processes=processes,
            keep=keep,
        )
        cells = _calibrate(sets, gates=gates)
        if not cells:
            raise InputInvalid("these sets have too few people, or too few pictures of each")
        _write_card(out, cells)
        if details is not None:
            _write(details, json.dumps(_details(sets, cells, gates=gates), indent=1) + "\n")
    if as_json:
        print_json({"card": str(out), "cells": len(cells)})
        return
    for cell in cells:
        point = cell.point
        state = "established" if point.established else "provisional"
        typer.echo(
            f"{point.reference_samples} x {point.probe_samples}, FMR {point.fmr:e} ({state}): "
            f"threshold {point.threshold:.5f}, FNMR {cell.sets[0].fnmr}; {point.note}"
        )
    typer.echo(f"written: {out}")


def _embed(
    named: Sequence[tuple[str, bool]],
    *,
    pack: str,
    home: Path | None,
    run: Path,
    processes: int,
    keep: bool,
) -> list[EmbeddedSet]:
    from visavis.cli._picture_sets import embed  # noqa: PLC0415 - slow to import
    from visavis.evaluation.protocols import PictureSet  # noqa: PLC0415

    found = [(PictureSet.open(where), central) for where, central in named]
    sets = [
        embed(
            pictures,
            pack=pack,
            home=home,
            centred=central,
            run=run / str(position),
            processes=processes,
            keep=keep,
        )
        for position, (pictures, central) in enumerate(found)
    ]
    with contextlib.suppress(OSError):  # it was kept, or holds something else
        run.rmdir()
    return sets


def _calibrate(sets: Sequence[EmbeddedSet], *, gates: bool) -> list[CalibratedCell]:
    from visavis.cli._progress import progress_bar  # noqa: PLC0415 - slow to import
    from visavis.evaluation.protocols import calibrate as measure  # noqa: PLC0415

    with progress_bar("calibrating") as progress:
        return measure(sets, gates=gates, progress=progress)


def _write_card(out: Path, cells: Sequence[CalibratedCell]) -> None:
    points = [cell.point for cell in cells]
    if out.exists():
        _write(out, with_card(out.read_text(encoding="utf-8"), points))
    else:
        _write(out, card_toml(points))


def _write(path: Path, text: str) -> None:
    """The whole file or nothing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".visavis-") as draft:
            (Path(draft) / path.name).write_text(text, encoding="utf-8", newline="\n")
            (Path(draft) / path.name).replace(path)
    except OSError as error:
        raise InputInvalid(f"the file cannot be written: {error.strerror}") from None


def _details(
    sets: Sequence[EmbeddedSet], cells: Sequence[CalibratedCell], *, gates: bool
) -> dict[str, Any]:
    from visavis.cli.evaluate_scores import command_line  # noqa: PLC0415 - slow to import
    from visavis.evaluation.report import this_run  # noqa: PLC0415

    return {
        "run": asdict(this_run(command_line(), model_digest=sets[0].model)),
        "gates": gates,
        "sets": [
            {
                "data_set": each.pictures.name,
                "pictures": len(each.samples),
                "people": each.pictures.people,
                "failures_to_acquire": len(each.failures(gates=False)),
                "failures_with_gates": len(each.failures(gates=True)),
            }
            for each in sets
        ],
        "cells": [_cell(cell) for cell in cells],
    }


def _cell(cell: CalibratedCell) -> dict[str, Any]:
    point = cell.point
    return {
        "reference_samples": point.reference_samples,
        "probe_samples": point.probe_samples,
        "fmr": f"{point.fmr:e}",
        "established": point.established,
        "threshold": point.threshold,
        "sets": [
            {
                "data_set": each.data_set,
                "people": each.own.threshold.people,
                "person_pairs": each.own.pairs,
                "comparisons": each.own.threshold.n,
                "established": each.own.established,
                "own_threshold": [
                    each.own.threshold.value,
                    each.own.threshold.low,
                    each.own.threshold.high,
                ],
                "asks": each.asks,
                "fmr_at_the_threshold_of_the_own_set": _rate(each.unchecked, point),
                "fmr_at_the_threshold": _rate(each.fmr, point),
                "fnmr": None
                if each.fnmr is None
                else [each.fnmr.value, each.fnmr.low, each.fnmr.high],
                "genuine_people": None if each.fnmr is None else each.fnmr.people,
            }
            for each in cell.sets
        ],
    }


def _rate(found: Estimate, point: OperatingPoint) -> dict[str, object]:
    """A realised FMR beside the one that the cell is for."""
    return {
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "method": found.method.value,
        "ratio": found.value / float(point.fmr),
    }
