"""``visavis status``: how things stand, in numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer

from visavis import verifier
from visavis.cli._output import errors, print_json
from visavis.cli._vault import Home, Json, Keys, Store, opened, settings
from visavis.cli.log import checkpoint_content

if TYPE_CHECKING:
    from visavis.sealing import Epoch
    from visavis.verifier import InstitutionStatus

__all__ = ["status"]


def status(
    *, store: Store = None, keys: Keys = None, home: Home = None, as_json: Json = False
) -> None:
    """Show counts, epochs and the log of every institution. No person is told apart."""
    with errors(as_json=as_json):
        chosen = settings(store=store, keys=keys, home=home)
        from visavis.records import STORE_VERSION, list_institutions  # noqa: PLC0415 - slow

        with opened(chosen) as vault, vault.store.snapshot() as s:
            found = [
                verifier.institution_status(s, one.institution, key_ring=vault.key_ring)
                for one in list_institutions(s)
            ]
        limit = chosen.epoch_days
    institutions = [_content(one, limit=limit) for one in found]
    if as_json:
        print_json({"store_version": STORE_VERSION, "institutions": institutions})
        return
    typer.echo(f"store version {STORE_VERSION}")
    for one in institutions:
        _print(one)


def _content(status: InstitutionStatus, *, limit: int) -> dict[str, Any]:
    epochs = [_epoch(epoch) for epoch in status.epochs]
    signed = status.checkpoint
    return {
        "institution": status.institution,
        "enrolments": status.enrolments,
        "epochs": epochs,
        "rotation_due": epochs[-1]["age_days"] >= limit,
        "unrotated": status.unrotated,
        "leaves": status.leaves,
        "waiting": status.waiting,
        "checkpoint": None if signed is None else checkpoint_content(signed),
    }


def _epoch(epoch: Epoch) -> dict[str, Any]:
    return {
        "epoch": epoch.number,
        "created": epoch.created.isoformat(),
        "age_days": (datetime.now(UTC) - epoch.created).days,
        "destroyed": None if epoch.destroyed is None else epoch.destroyed.isoformat(),
    }


def _print(one: dict[str, Any]) -> None:
    typer.echo(f"institution {one['institution']}: {one['enrolments']} enrolments")
    for epoch in one["epochs"]:
        state = "destroyed" if epoch["destroyed"] else f"{epoch['age_days']} days old"
        typer.echo(f"  epoch {epoch['epoch']}: {state}")
    if one["rotation_due"]:
        typer.echo("  the current epoch is old: run `visavis keys rotate`, then `keys destroy`")
    if one["unrotated"]:
        typer.echo(
            f"  {one['unrotated']} records have an older key: `visavis keys rotate --resume`"
        )
    signed = one["checkpoint"]
    last = "no checkpoint" if signed is None else f"last checkpoint of size {signed['size']}"
    typer.echo(f"  log: {one['leaves']} leaves, {one['waiting']} waiting, {last}")
