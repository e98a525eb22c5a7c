"""``visavis enrol``: a person who is there and agrees gets a claim."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from visavis.cli._claim import Qr, hand_over, qr_file
from visavis.cli._output import errors
from visavis.cli._photos import inputs, open_photos
from visavis.cli._vault import (
    Home,
    Institution,
    Json,
    Keys,
    Pack,
    Store,
    loaded_verifier,
    opened,
    settings,
)

__all__ = ["enrol"]


def enrol(
    *,
    photo: Annotated[list[Path], typer.Argument(help="Photographs of the person, 1 to 5.")],
    purpose: Annotated[str, typer.Option(help="What for, a word such as payment.")],
    consent: Annotated[str, typer.Option(help="The words that the person agreed to.")],
    language: Annotated[str | None, typer.Option(help="Of these words, as in BCP 47.")] = None,
    expires: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First day on which the consent has ended."),
    ] = None,
    qr: Qr = None,
    pack: Pack = None,
    store: Store = None,
    keys: Keys = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """Enrol a person: seal their reference under a new claim, which is printed once.

    The claim is the holder's: hand it over, and keep no copy. Photographs are not kept.
    """
    with errors(as_json=as_json, inputs=inputs(photo, "samples")):
        chosen = settings(
            store=store, keys=keys, home=home, institution=institution, pack=pack, language=language
        )
        from visavis.verifier import GivenConsent  # noqa: PLC0415 - slow to import

        given = GivenConsent.to_words(
            consent,
            purpose=purpose,
            language=chosen.language,
            expires_on=None if expires is None else expires.date(),
        )
        with opened(chosen) as vault, qr_file(qr) as draw:
            enrolment = loaded_verifier(chosen).enrol(
                vault, samples=open_photos(photo, "samples"), consent=given
            )
            hand_over(
                enrolment.claim,
                as_json=as_json,
                enrolment_id=enrolment.enrolment_id,
                consent_id=enrolment.consent_id,
            )
            draw(enrolment.claim)
