"""``visavis enrol``: a person who is there and agrees gets a claim."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from visavis.cli._output import errors, print_json
from visavis.cli._photos import inputs, open_photos
from visavis.cli._vault import Home, Json, Keys, Store, opened
from visavis.models import find_pack
from visavis.verifier import GivenConsent, Verifier

__all__ = ["enrol"]


def enrol(
    *,
    photo: Annotated[list[Path], typer.Argument(help="Photographs of the person, 1 to 5.")],
    purpose: Annotated[str, typer.Option(help="What for, a word such as payment.")],
    consent: Annotated[str, typer.Option(help="The words that the person agreed to.")],
    language: Annotated[str, typer.Option(help="Of these words, as in BCP 47.")] = "en",
    expires: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First day on which the consent has ended."),
    ] = None,
    pack: Annotated[str, typer.Option(help="The model pack.")] = "dlib",
    store: Store = None,
    keys: Keys = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Enrol a person: seal their reference under a new claim, which is printed once.

    The claim is the holder's: hand it over, and keep no copy. Photographs are not kept.
    """
    with (
        errors(as_json=as_json, inputs=inputs(photo, "samples")),
        opened(store, keys, home) as vault,
    ):
        verifier = Verifier.of_pack(find_pack(pack, home=home), home=home)
        given = GivenConsent.to_words(
            consent,
            purpose=purpose,
            language=language,
            expires_on=None if expires is None else expires.date(),
        )
        enrolment = verifier.enrol(vault, samples=open_photos(photo, "samples"), consent=given)
    content = {
        "claim": enrolment.claim.reveal(),
        "enrolment_id": str(enrolment.enrolment_id),
        "consent_id": str(enrolment.consent_id),
    }
    if as_json:
        print_json(content)
        return
    for name, value in content.items():
        typer.echo(f"{name}: {value}")
