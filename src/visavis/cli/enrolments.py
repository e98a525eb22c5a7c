"""``visavis enrolments``: the state of one enrolment, by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from visavis import verifier
from visavis.cli._output import errors, print_json
from visavis.cli._store import snapshot
from visavis.cli._vault import Home, Institution, Json, Keys, Store, opened, settings
from visavis.errors import EnrolmentUnknown

if TYPE_CHECKING:
    from visavis.records import Consent

__all__ = ["app", "enable", "show"]

app = typer.Typer(name="enrolments", no_args_is_help=True, help="The state of an enrolment.")


@app.callback()
def _enrolments() -> None:
    """The state of an enrolment."""


@app.command()
def show(
    *,
    enrolment_id: Annotated[UUID, typer.Option(help="The enrolment's id.")],
    store: Store = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """Show an enrolment's state and consents: days and counts, and nothing of the face."""
    with errors(as_json=as_json):
        chosen = settings(store=store, home=home, institution=institution)
        from visavis.records import find_enrolment, list_consents  # noqa: PLC0415 - slow to import

        with snapshot(chosen) as s:
            enrolment = find_enrolment(s, chosen.institution, enrolment_id)
            consents = list_consents(s, enrolment_id)
        if enrolment is None:
            raise EnrolmentUnknown("there is no such enrolment")
    content: dict[str, Any] = {
        "enrolment_id": str(enrolment_id),
        "state": enrolment.state.value,
        "enrolled_on": str(enrolment.enrolled_on),
        "last_used_on": str(enrolment.last_used_on),
        "consecutive_failures": enrolment.consecutive_failures,
        "consents": [_consent(one) for one in consents],
    }
    if as_json:
        print_json(content)
        return
    for name, value in content.items():
        if name != "consents":
            typer.echo(f"{name}: {value}")
    for one in content["consents"]:
        typer.echo("consent: " + ", ".join(f"{name} {value}" for name, value in one.items()))


@app.command()
def enable(
    *,
    enrolment_id: Annotated[UUID, typer.Option(help="The enrolment's id.")],
    store: Store = None,
    keys: Keys = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """Enable an enrolment again, after somebody has looked into its failures."""
    with errors(as_json=as_json):
        chosen = settings(store=store, keys=keys, home=home, institution=institution)
        with opened(chosen) as vault:
            verifier.enable(vault, enrolment_id=enrolment_id)
    if as_json:
        print_json({"enrolment_id": str(enrolment_id), "state": "active"})
    else:
        typer.echo("enabled")


def _consent(consent: Consent) -> dict[str, object]:
    days = ("given_on", "expires_on", "withdrawn_on")
    return {
        "consent_id": str(consent.consent_id),
        "purpose": consent.purpose,
        "language": consent.language,
        "wording_digest": consent.wording_digest.hex(),
        **{name: str(day) for name in days if (day := getattr(consent, name)) is not None},
    }
