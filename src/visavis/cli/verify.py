"""``visavis verify``: is this the person who enrolled and got this claim?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from visavis.cli._output import NON_MATCH, errors, point_content, print_json
from visavis.cli._photos import inputs, open_photos
from visavis.cli._vault import (
    ClaimFile,
    ClaimText,
    Home,
    Institution,
    Json,
    Keys,
    Pack,
    Profile,
    Store,
    Terminal,
    loaded_verifier,
    opened,
    profile_of,
    read_claim,
    settings,
)
from visavis.comparison import Outcome

if TYPE_CHECKING:
    from visavis.verifier import Verification

__all__ = ["verify"]


def verify(
    *,
    photo: Annotated[list[Path], typer.Argument(help="Photographs of the person who is here.")],
    purpose: Annotated[str, typer.Option(help="What for; the holder has consented to it.")],
    claim: ClaimText = None,
    claim_file: ClaimFile = None,
    enrolment_id: Annotated[
        UUID | None, typer.Option(help="The one that the account concerned has.")
    ] = None,
    profile: Profile = None,
    terminal: Terminal = None,
    pack: Pack = None,
    store: Store = None,
    keys: Keys = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """Verify a person against the reference that their claim opens.

    A claim on the command line can be read by others on this machine while the command runs;
    --claim-file and --claim - keep it away from them.

    Exit status: 0 match, 1 non-match, 2 error, also for a claim that is refused.
    """
    with errors(as_json=as_json, inputs=inputs(photo, "probes")):
        held = read_claim(claim, claim_file)
        chosen = settings(
            store=store,
            keys=keys,
            home=home,
            institution=institution,
            pack=pack,
            profile=profile,
            terminal=terminal,
        )
        with opened(chosen) as vault:
            verification = loaded_verifier(chosen).verify(
                vault,
                claim=held,
                probes=open_photos(photo, "probes"),
                purpose=purpose,
                enrolment_id=enrolment_id,
                profile=profile_of(chosen),
                terminal=chosen.terminal,
            )
    if as_json:
        print_json(_content(verification))
    else:
        point = verification.decision.operating_point
        state = "established" if point.established else "provisional"
        typer.echo(
            f"{verification.outcome.value}: {verification.purpose}, {verification.profile}, "
            f"FMR {point.fmr:e} ({state})"
        )
    if verification.outcome is not Outcome.MATCH:
        raise typer.Exit(NON_MATCH)


def _content(verification: Verification) -> dict[str, object]:
    point = verification.decision.operating_point
    return {
        "outcome": verification.outcome.value,
        "enrolment_id": str(verification.enrolment_id),
        "purpose": verification.purpose,
        "profile": verification.profile,
        "operating_point": point_content(point),
        "established": point.established,
        "reference_samples": point.reference_samples,
        "probe_samples": point.probe_samples,
        "model": verification.decision.model,
        "leaf": verification.leaf.hex(),
    }
