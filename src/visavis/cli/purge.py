"""``visavis purge``: retention."""

from __future__ import annotations

from typing import Annotated

import typer

from visavis import verifier
from visavis.cli._output import errors, print_json
from visavis.cli._vault import Home, Institution, Json, Keys, Store, opened, settings

__all__ = ["purge"]


def purge(
    *,
    days: Annotated[
        int | None, typer.Option(help="What was not used for so many days is forgotten.")
    ] = None,
    store: Store = None,
    keys: Keys = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """Forget what nobody has used for years, and close attempts that nobody ended.

    To be run every day. May be interrupted and run again.
    """
    with errors(as_json=as_json):
        chosen = settings(
            store=store, keys=keys, home=home, institution=institution, retention_days=days
        )
        with opened(chosen) as vault:
            purged = verifier.purge(vault, unused_days=chosen.retention_days)
            tended = verifier.tend(vault)
    if as_json:
        print_json(
            {
                "days": chosen.retention_days,
                "enrolments": purged.enrolments,
                "openings": purged.openings,
                "abandoned": tended.abandoned,
                "wiped": tended.wiped,
            }
        )
        return
    typer.echo(
        f"{purged.enrolments} enrolments forgotten that were not used for {chosen.retention_days} "
        f"days, {purged.openings} old leaves shut, {tended.abandoned} abandoned attempts closed"
    )
    if not tended.wiped:
        typer.echo("deleted rows are not wiped yet: docs/store.md says where they are", err=True)
