"""``visavis keys``: rotation, destruction and backup of the key ring."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from visavis import verifier
from visavis.cli._output import ERROR, errors, print_json
from visavis.cli._vault import Home, Institution, Json, Keys, Store, opened, settings
from visavis.errors import InputInvalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from visavis.verifier import Vault

__all__ = ["app", "backup", "destroy", "rotate"]

app = typer.Typer(name="keys", no_args_is_help=True, help="The key ring.")


@app.callback()
def _keys() -> None:
    """The key ring."""


@app.command()
def rotate(
    *,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the current epoch; start no new one.")
    ] = False,
    store: Store = None,
    keys: Keys = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """Start a new epoch, and put its key around every record. No claim is needed.

    May be interrupted; --resume goes on. Then destroy the older epochs: only that ends what was
    forgotten in backups, too.

    Exit status: 0 every record has the new key, 2 some do not open with the key they name.
    """
    with errors(as_json=as_json):
        chosen = settings(store=store, keys=keys, home=home, institution=institution)
        with opened(chosen) as vault:
            if not resume:
                verifier.start_epoch(vault)
            with _progress(vault, hidden=as_json) as progress:
                done = verifier.rotate_keys(vault, progress=progress)
            epoch = vault.key_ring.epochs(vault.institution)[-1].number
    if as_json:
        print_json(
            {
                "epoch": epoch,
                "rotated": done.rotated,
                "refused": done.refused,
                "remaining": done.remaining,
            }
        )
    else:
        typer.echo(f"epoch {epoch}: {done.rotated} records rotated, {done.remaining} remain")
        if done.refused:
            typer.echo(f"{done.refused} records are damaged: they open with no key", err=True)
    if done.remaining:
        raise typer.Exit(ERROR)


@app.command()
def destroy(
    *,
    epoch: Annotated[int, typer.Option(help="The epoch's number, as status shows it.")],
    store: Store = None,
    keys: Keys = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """Destroy an epoch's key, for good: backups that need it are shut.

    Refused for the current epoch, and while a record is sealed with it.
    """
    with errors(as_json=as_json):
        chosen = settings(store=store, keys=keys, home=home, institution=institution)
        with opened(chosen) as vault:
            verifier.destroy_epoch(vault, epoch=epoch)
    if as_json:
        print_json({"epoch": epoch, "destroyed": True})
        return
    typer.echo(f"epoch {epoch} is destroyed here; destroy it in the key ring's backups, too")


@app.command()
def backup(
    *,
    to: Annotated[Path, typer.Option(help="The copy's file, where nothing is yet.")],
    keys: Keys = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Copy the key ring and the logs' signing keys, mode 0600."""
    with errors(as_json=as_json):
        chosen = settings(keys=keys, home=home)
        if chosen.keys_from != "file":
            raise InputInvalid("the key ring is not in a file: whoever keeps it backs it up")
        files = verifier.backup_keys(chosen.keys, destination=to)
    if as_json:
        print_json({"files": [str(path) for path in files]})
        return
    for path in files:
        typer.echo(f"written: {path}")
    typer.echo(
        "Whoever has this copy and a copy of the store needs only a claim. Keep the two apart, and "
        "replace this copy after every rotation: it brings destroyed epochs back."
    )


@contextmanager
def _progress(vault: Vault, *, hidden: bool) -> Iterator[Callable[[int], None]]:
    from rich.console import Console  # noqa: PLC0415 - slow to import
    from rich.progress import (  # noqa: PLC0415 - slow to import
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TimeRemainingColumn,
    )

    from visavis.records import count_unrotated  # noqa: PLC0415 - slow to import

    with vault.store.snapshot() as s:
        current = vault.key_ring.current(vault.institution)
        total = count_unrotated(s, vault.institution, current.kek_id)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=hidden) as bar:
        task = bar.add_task("records", total=total)
        yield lambda done: bar.update(task, completed=done)
