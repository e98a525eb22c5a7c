"""``visavis init``: make a store and a key ring."""

from __future__ import annotations

import typer

from visavis.cli._output import errors, print_json
from visavis.cli._vault import Home, Json, Keys, Store, places
from visavis.verifier import Vault

__all__ = ["init"]


def init(
    *, store: Store = None, keys: Keys = None, home: Home = None, as_json: Json = False
) -> None:
    """Make a store and a key ring, with one institution, ``default``. Nothing is overwritten."""
    with errors(as_json=as_json):
        url, path = places(store, keys, home)
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
