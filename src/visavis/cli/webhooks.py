"""``visavis webhooks``: where an institution is told what happened, and what it did not hear."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from visavis.cli._output import errors, print_json
from visavis.cli._store import opened_store, snapshot
from visavis.cli._vault import Home, Institution, Json, Keys, Store, settings
from visavis.errors import KeyringMissing, WebhookUnknown

if TYPE_CHECKING:
    from pathlib import Path

    from visavis.sealing import ServerSecret

__all__ = ["app", "deliver", "list_dead", "register", "remove", "retry"]

app = typer.Typer(name="webhooks", no_args_is_help=True, help="Telling what happened.")


@app.callback()
def _webhooks() -> None:
    """Telling what happened."""


@app.command()
def register(
    *,
    url: Annotated[str, typer.Argument(help="Where to: https://host/path.")],
    store: Store = None,
    keys: Keys = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """Register where webhooks go, instead of the place before, and show the new signing key."""
    with errors(as_json=as_json):
        chosen = settings(store=store, keys=keys, home=home, institution=institution)
        from visavis.webhooks import register_endpoint  # noqa: PLC0415 - slow to import

        secret = _secret(chosen.keys)
        with opened_store(chosen) as opened:
            registered = register_endpoint(
                opened, secret, institution=chosen.institution, url=url, now=datetime.now(UTC)
            )
    if as_json:
        print_json({"url": url, "key": registered.key})
        return
    typer.echo(f"key {registered.key}")
    typer.echo("Whoever receives the webhooks checks them with it. It is not shown again.")


@app.command()
def remove(
    *,
    store: Store = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """Send no more webhooks, and drop those that wait."""
    with errors(as_json=as_json):
        chosen = settings(store=store, home=home, institution=institution)
        from visavis.records import remove_endpoint  # noqa: PLC0415 - slow to import

        with opened_store(chosen) as opened, opened.transaction() as t:
            if not remove_endpoint(t, chosen.institution):
                raise WebhookUnknown("the institution has no endpoint")
    if as_json:
        print_json({"removed": True})
    else:
        typer.echo("removed")


@app.command("list")
def list_dead(
    *,
    store: Store = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """Show the endpoint, how many webhooks wait, and those that were given up."""
    with errors(as_json=as_json):
        chosen = settings(store=store, home=home, institution=institution)
        from visavis.records import (  # noqa: PLC0415 - slow to import
            count_messages,
            find_endpoint,
            list_dead_messages,
        )

        with snapshot(chosen) as s:
            endpoint = find_endpoint(s, chosen.institution)
            waiting = count_messages(s, chosen.institution)
            dead = list_dead_messages(s, chosen.institution)
    url = None if endpoint is None else endpoint.url
    if as_json:
        content = [
            {
                "message_id": str(one.message_id),
                "kind": one.kind,
                "enrolment_id": str(one.enrolment_id),
                "happened_on": one.happened_on.isoformat(),
                "tries": one.tries,
            }
            for one in dead
        ]
        print_json({"url": url, "waiting": waiting, "given_up": content})
        return
    typer.echo(f"{url or 'no endpoint'}, {waiting} waiting, {len(dead)} given up")
    for one in dead:
        typer.echo(f"{one.message_id} {one.kind} {one.happened_on}, {one.tries} tries")


@app.command()
def retry(
    *,
    message_id: Annotated[UUID | None, typer.Option(help="Only this one; all by default.")] = None,
    store: Store = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """Try webhooks again that were given up."""
    with errors(as_json=as_json):
        chosen = settings(store=store, home=home, institution=institution)
        from visavis.records import revive_messages  # noqa: PLC0415 - slow to import

        with opened_store(chosen) as opened, opened.transaction() as t:
            revived = revive_messages(
                t, chosen.institution, now=datetime.now(UTC), message_id=message_id
            )
        if message_id is not None and not revived:
            raise WebhookUnknown("there is no such webhook that was given up")
    if as_json:
        print_json({"retried": revived})
    else:
        typer.echo(f"{revived} will be tried again")


@app.command()
def deliver(
    *, store: Store = None, keys: Keys = None, home: Home = None, as_json: Json = False
) -> None:
    """Deliver what is due now, of every institution. The service does so by itself."""
    with errors(as_json=as_json):
        chosen = settings(store=store, keys=keys, home=home)
        from visavis import webhooks  # noqa: PLC0415 - slow to import

        secret = _secret(chosen.keys)
        with opened_store(chosen) as opened:
            done = webhooks.deliver_all(opened, secret)
    if as_json:
        print_json(
            {
                "delivered": done.delivered,
                "postponed": done.postponed,
                "given_up": done.given_up,
            }
        )
    else:
        typer.echo(f"{done.delivered} delivered, {done.postponed} postponed")


def _secret(keys: Path) -> ServerSecret:
    from visavis import verifier  # noqa: PLC0415 - slow to import

    secret = verifier.read_server_secret(keys)
    if secret is None:
        raise KeyringMissing("there is no server's secret; `visavis receipt keys rotate` makes one")
    return secret
