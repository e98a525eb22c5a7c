"""``visavis credentials``: API keys of those who call the service."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from visavis import credentials
from visavis.cli._output import errors, print_json
from visavis.cli._store import opened_store, snapshot
from visavis.cli._vault import Home, Institution, Json, Store, settings
from visavis.credentials import Scope  # noqa: TC001 - typer reads annotations

if TYPE_CHECKING:
    from visavis.records import Credential

__all__ = ["app", "list_all", "new", "revoke"]

_YEAR = 365  # days, as `visavis.credentials.DEFAULT_DAYS`: importing that loads the store

app = typer.Typer(name="credentials", no_args_is_help=True, help="Who may call the service.")


@app.callback()
def _credentials() -> None:
    """Who may call the service."""


@app.command()
def new(
    *,
    scope: Annotated[list[Scope], typer.Option(help="What for; may be given several times.")],
    expires: Annotated[int, typer.Option(help="Days until it expires.")] = _YEAR,
    store: Store = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """Issue an API key. It is shown once, and kept nowhere.

    To replace one without a gap, issue the new one, deploy it, then revoke the old one.
    """
    with errors(as_json=as_json):
        chosen = settings(store=store, home=home, institution=institution)
        with opened_store(chosen) as opened:
            issued = credentials.issue_credential(
                opened,
                institution=chosen.institution,
                scopes=scope,
                now=datetime.now(UTC),
                days=expires,
            )
    if as_json:
        print_json({"key": issued.key.reveal(), **_content(issued.credential)})
        return
    typer.echo(f"key {issued.key.reveal()}")
    typer.echo("It is not shown again.", err=True)
    typer.echo(_line(issued.credential))


@app.command("list")
def list_all(
    *,
    store: Store = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """List an institution's credentials, expired and revoked ones included; no key is shown."""
    with errors(as_json=as_json):
        chosen = settings(store=store, home=home, institution=institution)
        from visavis.records import list_credentials  # noqa: PLC0415 - slow to import

        with snapshot(chosen) as s:
            known = list_credentials(s, chosen.institution)
    if as_json:
        print_json({"credentials": [_content(one) for one in known]})
        return
    for one in known:
        typer.echo(_line(one))


@app.command()
def revoke(
    *,
    credential_id: Annotated[UUID, typer.Option(help="The credential's id.")],
    store: Store = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """Revoke an API key: from now on it lets nobody in."""
    with errors(as_json=as_json):
        chosen = settings(store=store, home=home, institution=institution)
        with opened_store(chosen) as opened:
            credentials.revoke_credential(
                opened,
                institution=chosen.institution,
                credential_id=credential_id,
                now=datetime.now(UTC),
            )
    if as_json:
        print_json({"credential_id": str(credential_id), "revoked": True})
    else:
        typer.echo("revoked")


def _content(credential: Credential) -> dict[str, Any]:
    return {
        "credential_id": str(credential.credential_id),
        "institution": credential.institution,
        "scopes": sorted(credential.scopes),
        "issued_on": credential.issued_on.isoformat(),
        "expires_on": credential.expires_on.isoformat(),
        "revoked_on": None if credential.revoked_on is None else credential.revoked_on.isoformat(),
    }


def _line(credential: Credential) -> str:
    state = f"expires {credential.expires_on}"
    if credential.revoked_on is not None:
        state = f"revoked {credential.revoked_on}"
    return f"{credential.credential_id} {','.join(sorted(credential.scopes))} {state}"
