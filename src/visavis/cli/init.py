"""``visavis init``: make a store and a key ring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from visavis.cli._output import errors, print_json
from visavis.cli._vault import Home, Json, Keys, Store, settings
from visavis.errors import StoreUnwritable

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["init"]


def init(
    *, store: Store = None, keys: Keys = None, home: Home = None, as_json: Json = False
) -> None:
    """Make a store and a key ring, with one institution, ``default``. Nothing is overwritten."""
    with errors(as_json=as_json):
        chosen = settings(store=store, keys=keys, home=home)
        if "store" not in chosen.model_fields_set:
            _make(chosen.home)
        from visavis.verifier import Vault  # noqa: PLC0415 - slow to import

        vault = Vault.create(chosen.store, keys=chosen.keys, copies=chosen.log.copies)
        vault.close()
    if as_json:
        print_json({"institution": vault.institution, "keys": str(chosen.keys)})
        return
    typer.echo(f"institution {vault.institution}, key ring {chosen.keys}")
    typer.echo(
        "Losing the key ring loses every enrolment: keep a backup of its folder, and keep it apart "
        "from backups of the store."
    )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnwritable(f"the data folder cannot be made: {error.strerror}") from None
