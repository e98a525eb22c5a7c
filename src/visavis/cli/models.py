"""``visavis models``: which packs there are, where they come from, and whether they are intact.

Exit status: 0 done, 2 error. With ``--json``, an error is
``{"error": {"code": ..., "detail": ..., "input": ...}}`` on standard output.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from visavis.cli import models_calibrate
from visavis.errors import Error, ModelDigestMismatch, ModelMissing
from visavis.models import (
    FileState,
    add_pack,
    check_files,
    find_pack,
    install,
    locate,
    pack_digest,
    packs,
    remove_pack,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from visavis.models import Detector, Landmarks, Manifest, PackFile

__all__ = ["app"]

app = typer.Typer(
    name="models",
    no_args_is_help=True,
    help="Model packs: list, inspect, install, verify, add your own, remove.",
)

app.command("calibrate")(models_calibrate.calibrate)

_Name = Annotated[str, typer.Argument(help="The pack's name, as `visavis models list` shows it.")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_Home = Annotated[
    Path | None,
    typer.Option(envvar="VISAVIS_HOME", help="visavis's data folder, if not the platform's own."),
]


@app.command("list")
def list_packs(*, as_json: _Json = False, home: _Home = None) -> None:
    """List the packs that visavis knows, and whether their files are there."""
    with _errors(None, as_json=as_json):
        known = packs(home=home)
        if as_json:
            _print_json({"packs": [_summary(pack, home) for pack in known]})
            return
        from rich.table import Table  # noqa: PLC0415 - slow to import

        table = Table("Pack", "Installed", "Licence", "What")
        for pack in known:
            installed = "yes" if _is_installed(pack, home) else "no"
            table.add_row(pack.name, installed, pack.licence, pack.title)
        _print(table)


@app.command()
def show(name: _Name, *, as_json: _Json = False, home: _Home = None) -> None:
    """Show a pack: licence, training data, files, model card."""
    with _errors(name, as_json=as_json):
        pack = find_pack(name, home=home)
        if as_json:
            _print_json(_details(pack, home))
            return
        _print(f"{pack.title} ({pack.name})\n{pack.homepage}\n")
        _print(f"Licence: {pack.licence}\n")
        _print(f"Training data: {pack.training_data.strip()}\n")
        _print("Files (SHA-256, bytes, name):")
        for file in pack.files:
            lack = "" if _is_there(pack, file, home) else " (not installed)"
            _print(f"{file.sha256} {file.size:>11,} {file.name}{lack}")
        _print_card(pack)
        _print(f"Pack digest: {pack_digest(pack)}")


@app.command("install")
def install_pack(
    name: _Name,
    *,
    folder: Annotated[
        Path | None,
        typer.Option("--from", help="Take the files from this folder; use no network."),
    ] = None,
    as_json: _Json = False,
    home: _Home = None,
) -> None:
    """Fetch a pack's files, continuing an interrupted download, and check every one."""
    with _errors(name, as_json=as_json):
        from rich.console import Console  # noqa: PLC0415 - slow to import
        from rich.progress import (  # noqa: PLC0415 - slow to import
            BarColumn,
            DownloadColumn,
            Progress,
            TaskID,
            TextColumn,
            TransferSpeedColumn,
        )

        pack = find_pack(name, home=home)
        bars: dict[str, TaskID] = {}
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
        )
        with Progress(*columns, console=Console(stderr=True), disable=as_json) as progress:

            def draw(file_name: str, done: int, size: int) -> None:
                if file_name not in bars:
                    bars[file_name] = progress.add_task(file_name, total=size)
                progress.update(bars[file_name], completed=done)

            install(pack, home=home, folder=folder, progress=draw)
        if as_json:
            _print_json(_summary(pack, home))
        else:
            _print(f"{name}: every file is there and is the one that the pack pins.")


@app.command()
def add(
    manifest: Annotated[Path, typer.Argument(help="A manifest in TOML.")],
    *,
    as_json: _Json = False,
    home: _Home = None,
) -> None:
    """Add a pack of your own from its manifest. Its files come with `install` afterwards."""
    with _errors(str(manifest), as_json=as_json):
        pack = add_pack(manifest, home=home)
        if as_json:
            _print_json(_summary(pack, home))
        else:
            _print(f"{pack.name} is added. Fetch its files: visavis models install {pack.name}")


@app.command()
def verify(
    name: Annotated[str | None, typer.Argument(help="One pack; by default all of them.")] = None,
    *,
    as_json: _Json = False,
    home: _Home = None,
) -> None:
    """Hash every installed file again, and compare with what its pack pins.

    A file that is not installed is an error only where its pack was named.
    """
    with _errors(name, as_json=as_json):
        chosen = packs(home=home) if name is None else [find_pack(name, home=home)]
        found = [(pack, status) for pack in chosen for status in check_files(pack, home=home)]
        lines = [
            {"pack": pack.name, "file": status.file.name, "state": status.state.value}
            for pack, status in found
        ]
        names = {
            state: ", ".join(status.file.name for _, status in found if status.state is state)
            for state in FileState
        }
        error: Error | None = None
        if names[FileState.CHANGED]:
            error = ModelDigestMismatch(f"not as pinned: {names[FileState.CHANGED]}")
        elif name is not None and names[FileState.MISSING]:
            error = ModelMissing(f"not installed: {names[FileState.MISSING]}")
        if as_json:
            _print_json({"files": lines} | (_error(error, name) if error else {}))
        else:
            for line in lines:
                _print(f"{line['state']:<8} {line['pack']}/{line['file']}")
            if error:
                typer.echo(str(error), err=True)
        if error:
            raise typer.Exit(2)


@app.command()
def remove(name: _Name, *, as_json: _Json = False, home: _Home = None) -> None:
    """Remove a pack of your own with its files, or a built-in pack's downloaded files."""
    with _errors(name, as_json=as_json):
        remove_pack(name, home=home)
        if as_json:
            _print_json({"removed": name})
        else:
            _print(f"{name} is removed.")


@contextmanager
def _errors(about: str | None, *, as_json: bool) -> Iterator[None]:
    try:
        yield
    except Error as error:
        if as_json:
            _print_json(_error(error, about))
        else:
            typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


def _error(error: Error, about: str | None) -> dict[str, object]:
    return {"error": {"code": error.code, "detail": error.detail, "input": about}}


def _print(what: object) -> None:
    from rich.console import Console  # noqa: PLC0415 - slow to import

    # A pack's texts come from strangers: no markup of theirs is obeyed.
    Console(markup=False, highlight=False, emoji=False).print(what, soft_wrap=isinstance(what, str))


def _print_json(content: dict[str, object]) -> None:
    typer.echo(json.dumps(content, indent=2))


def _is_there(pack: Manifest, file: PackFile, home: Path | None) -> bool:
    try:
        locate(pack, file, home=home)
    except ModelMissing:
        return False
    return True


def _is_installed(pack: Manifest, home: Path | None) -> bool:
    return all(_is_there(pack, file, home) for file in pack.files)


def _summary(pack: Manifest, home: Path | None) -> dict[str, object]:
    return {
        "name": pack.name,
        "title": pack.title,
        "licence": pack.licence,
        "installed": _is_installed(pack, home),
        "digest": pack_digest(pack),
    }


def _details(pack: Manifest, home: Path | None) -> dict[str, object]:
    return _summary(pack, home) | {
        "training_data": pack.training_data,
        "homepage": pack.homepage,
        "files": [asdict(file) | {"installed": _is_there(pack, file, home)} for file in pack.files],
        "detectors": [_role(detector) for detector in pack.detectors],
        "landmarks": _role(pack.landmarks),
        "embedder": asdict(pack.embedder) | {"file": pack.embedder.file.name},
        "cells": [
            asdict(cell) | {"fmr": f"{cell.fmr:e}", "established": cell.established}
            for cell in pack.cells
        ],
    }


def _role(role: Detector | Landmarks) -> dict[str, object]:
    return {"kind": role.kind, "files": [file.name for file in role.files]}


def _print_card(pack: Manifest) -> None:
    if not pack.cells:
        _print("Model card: empty. Nobody has calibrated a threshold for this pack.")
        return
    from rich.table import Table  # noqa: PLC0415 - slow to import

    table = Table(
        "References", "Probes", "FMR", "Threshold", "FNMR", "FMR, 95 %", "People", "Standing"
    )
    for cell in pack.cells:
        table.add_row(
            str(cell.reference_samples),
            str(cell.probe_samples),
            f"{cell.fmr:e}",
            f"{cell.threshold:.4f}",
            f"{cell.fnmr:.4f}",
            "{:.1e} to {:.1e}".format(*cell.fmr_interval),
            f"{cell.people:,}",
            "established" if cell.established else "provisional",
        )
    _print(table)
    for text in sorted({f"{cell.data_set}: {cell.note}" for cell in pack.cells}):
        _print(text)
