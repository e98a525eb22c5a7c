"""``visavis init``: make a store and a key ring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from visavis.cli._output import errors, print_json
from visavis.cli._vault import Home, Json, Keys, Store, data_folder, places
from visavis.errors import StoreUnwritable
from visavis.verifier import Vault

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["init"]


def init(
    *, store: Store = None, keys: Keys = None, home: Home = None, as_json: Json = False
) -> None:
    """Make a store and a key ring, with one institution, ``default``. Nothing is overwritten."""
    with errors(as_json=as_json):
        url, path = places(store, keys, home)
        if store is None:
            _make(data_folder(home))
        vault = Vault.create(url, keys=path)
        vault.close()
    if as_json:
        print_json({"institution": vault.institution, "keys": str(path)})
        return
    typer.echo(f"institution {vault.institution}, key ring {path}")
    typer.echo(
        "Losing the key ring loses every enrolment: keep a backup of its folder, and keep it apart "
        "from backups of the store."
    )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnwritable(f"the data folder cannot be made: {error.strerror}") from None
