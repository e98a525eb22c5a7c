"""``visavis renew``: a new claim for a holder who is there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from visavis.cli._claim import Qr, hand_over, non_match_exits, qr_file
from visavis.cli._output import errors
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

__all__ = ["renew"]


def renew(
    *,
    photo: Annotated[list[Path], typer.Argument(help="Photographs of the person who is here.")],
    claim: ClaimText = None,
    claim_file: ClaimFile = None,
    enrolment_id: Annotated[
        UUID | None, typer.Option(help="The one that the account concerned has.")
    ] = None,
    qr: Qr = None,
    profile: Profile = None,
    terminal: Terminal = None,
    pack: Pack = None,
    store: Store = None,
    keys: Keys = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """Give a holder a new claim, printed once; the present one works until that is first used.

    Exit status: 0 done, 1 the face does not match, 2 error, also for a claim that is refused.
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
        with (
            non_match_exits(as_json=as_json),
            opened(chosen) as vault,
            qr_file(qr) as draw,
        ):
            renewed = loaded_verifier(chosen).renew(
                vault,
                claim=held,
                probes=open_photos(photo, "probes"),
                enrolment_id=enrolment_id,
                profile=profile_of(chosen),
                terminal=chosen.terminal,
            )
            hand_over(
                renewed.claim,
                as_json=as_json,
                enrolment_id=renewed.enrolment_id,
                consent_id=renewed.consent_id,
            )
            draw(renewed.claim)
