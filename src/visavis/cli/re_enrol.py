"""``visavis re-enrol``: new samples, and a new claim, for a holder who is there."""

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
    Store,
    Terminal,
    loaded_verifier,
    opened,
    read_claim,
    settings,
)

__all__ = ["re_enrol"]


def re_enrol(
    *,
    photo: Annotated[list[Path], typer.Argument(help="Photographs of the person, 2 to 5.")],
    claim: ClaimText = None,
    claim_file: ClaimFile = None,
    enrolment_id: Annotated[
        UUID | None, typer.Option(help="The one that the account concerned has.")
    ] = None,
    qr: Qr = None,
    terminal: Terminal = None,
    pack: Pack = None,
    previous_pack: Annotated[
        str | None, typer.Option(help="The pack that the present reference was made with.")
    ] = None,
    store: Store = None,
    keys: Keys = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """Give a holder a new reference and a new claim; the present ones work until that is used.

    For a face that has changed, and after a change of the model pack. Enrolment and consent stay.
    Tell the holder, by another way than the claim came.

    Exit status: 0 done, 1 a face does not match, 2 error, also for a claim that is refused.
    """
    with errors(as_json=as_json, inputs=inputs(photo, "samples")):
        held = read_claim(claim, claim_file)
        chosen = settings(
            store=store,
            keys=keys,
            home=home,
            institution=institution,
            pack=pack,
            terminal=terminal,
        )
        with (
            non_match_exits(as_json=as_json),
            opened(chosen) as vault,
            qr_file(qr) as draw,
        ):
            renewed = loaded_verifier(chosen).re_enrol(
                vault,
                claim=held,
                samples=open_photos(photo, "samples"),
                previous=None
                if previous_pack is None
                else loaded_verifier(chosen.model_copy(update={"pack": previous_pack})),
                enrolment_id=enrolment_id,
                terminal=chosen.terminal,
            )
            hand_over(
                renewed.claim,
                as_json=as_json,
                enrolment_id=renewed.enrolment_id,
                consent_id=renewed.consent_id,
            )
            draw(renewed.claim)
