"""``visavis store``: the store as a whole."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from visavis import verifier
from visavis.cli._output import errors, print_json
from visavis.cli._store import copy_folder
from visavis.cli._vault import Home, Institution, Json, Keys, Store, settings

__all__ = ["app", "replay", "upgrade"]

app = typer.Typer(name="store", no_args_is_help=True, help="The store as a whole.")


@app.callback()
def _store() -> None:
    """The store as a whole."""


@app.command()
def upgrade(
    *, store: Store = None, keys: Keys = None, home: Home = None, as_json: Json = False
) -> None:
    """Bring a store of an older visavis up to date, in one transaction. Make a backup before.

    Keys that the older visavis did not have are made beside the key ring.
    """
    with errors(as_json=as_json):
        chosen = settings(store=store, keys=keys, home=home)
        from visavis.records import STORE_VERSION, upgrade_store  # noqa: PLC0415 - slow to import
        from visavis.verifier import make_missing_keys  # noqa: PLC0415

        upgrade_store(chosen.store)
        if chosen.keys.exists():
            make_missing_keys(chosen.keys)
    if as_json:
        print_json({"version": STORE_VERSION})
    else:
        typer.echo(f"the store is of version {STORE_VERSION}")


@app.command()
def replay(
    *,
    copy: Annotated[
        Path | None, typer.Option(help="The copy's folder; by default the one of log.copies.")
    ] = None,
    store: Store = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """Tell a restored store what happened since its backup, from its log's copy. Needs no key ring.

    For each institution, before anything else is done with the store. All of it or nothing; done
    again, it does nothing.
    """
    with errors(as_json=as_json):
        chosen = settings(store=store, home=home, institution=institution)
        folder = copy_folder(chosen, copy)
        from visavis.records import open_store  # noqa: PLC0415 - slow to import

        with open_store(chosen.store) as opened:
            done = verifier.replay(opened, chosen.institution, copy=folder, now=datetime.now(UTC))
    if as_json:
        print_json(dataclasses.asdict(done))
        return
    if not done.leaves:
        typer.echo("the store is not older than the copy: nothing to do")
        return
    typer.echo(
        f"{done.leaves} leaves put back; forgotten {done.forgotten}, withdrawn {done.withdrawn}, "
        f"revoked {done.revoked}, disabled {done.disabled}, enabled {done.enabled}"
    )
    typer.echo(
        f"lost: what {done.untold} of these leaves stand for, such as enrolments since the backup "
        f"(their holders enrol anew), and the claims of {done.replaced} enrolments (disabled)"
    )
