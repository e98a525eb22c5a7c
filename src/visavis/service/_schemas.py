"""What requests look like. Every one refuses fields that it does not know.

Beside the answers and the settings the only place that knows pydantic.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from visavis.verifier import MAX_SAMPLES

__all__ = [
    "CLAIM",
    "ComparisonFields",
    "ComparisonRequest",
    "ConsentGiven",
    "EnrolmentFields",
    "EnrolmentRequest",
    "Picture",
    "RenewalFields",
    "RenewalRequest",
    "Request",
    "VerificationFields",
    "VerificationRequest",
]

CLAIM = "vis1_<64 characters>_<7 characters>"
"""How examples write a claim: nothing that a secret scanner takes for one."""

_ENROLMENT = "6f1d2c9e-6a3b-4c53-9a7e-0a4b8f1c2d3e"


def _bytes_of(value: object) -> bytes:
    """Strict base64 (RFC 4648, section 4): nothing but its alphabet, and padded."""
    if not isinstance(value, str) or not value.isascii():
        raise ValueError("base64")
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        raise ValueError("base64") from None


def _text(value: object) -> object:
    """Of a date or an id in JSON: pydantic would take numbers for dates, too."""
    if value is not None and not isinstance(value, str):
        raise ValueError("text")
    return value


Picture = Annotated[
    bytes,
    BeforeValidator(_bytes_of),
    WithJsonSchema(
        {
            "type": "string",
            "contentEncoding": "base64",
            "description": "The content of a JPEG, PNG or WebP file.",
        }
    ),
]
Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
Id = Annotated[UUID, BeforeValidator(_text)]
Date = Annotated[dt.date, BeforeValidator(_text)]
Words = Annotated[str, Field(min_length=1, max_length=256, pattern=r"^[ -~]+$")]
Pictures = Annotated[tuple[Picture, ...], Field(min_length=1, max_length=MAX_SAMPLES)]


class Request(BaseModel):
    """A request's body, or its part of JSON."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class ConsentGiven(Request):
    """What the holder agreed to."""

    purpose: Word = Field(description="One of the institution's purposes, a word.")
    wording: str = Field(
        min_length=1,
        max_length=20_000,
        repr=False,
        description="The words agreed to. Their SHA-256 is kept, the words are not.",
    )
    language: str = Field(
        pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}$",
        description="Of these words, as in BCP 47.",
    )
    expires_on: Date | None = Field(
        default=None, description="The first day (UTC) on which it holds no longer."
    )


class EnrolmentFields(Request):
    """Somebody who is there and agrees is to be enrolled."""

    consent: ConsentGiven

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "consent": {
                        "purpose": "payment",
                        "wording": "I agree that my face confirms my payments.",
                        "language": "en",
                    }
                }
            ]
        }
    )


class EnrolmentRequest(EnrolmentFields):
    """The same, with the pictures in base64."""

    samples: Pictures = Field(
        repr=False, description="Pictures of the person; two or three different ones are advised."
    )


class VerificationFields(Request):
    """Is this the person who enrolled?"""

    enrolment_id: Id = Field(description="The one that the institution keeps beside the account.")
    claim: str = Field(max_length=512, repr=False, description="What the holder carries.")
    purpose: Word = Field(description="What for; the holder has consented to it.")
    transaction: dict[str, Any] | None = Field(
        default=None,
        repr=False,
        description="What is to be confirmed. The receipt carries its salted hash.",
    )
    nonce: Words | None = Field(default=None, description="Repeated in the receipt.")
    audience: Words | None = Field(
        default=None, description="Who shall rely on the receipt; else the institution itself."
    )
    terminal: Word | None = Field(
        default=None, description="Where this is; failures are counted by it, too."
    )

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "enrolment_id": _ENROLMENT,
                    "claim": CLAIM,
                    "purpose": "payment",
                    "transaction": {"amount": "12.50", "currency": "EUR", "payee": "Harbour Books"},
                    "nonce": "8c1f0a",
                }
            ]
        }
    )


class VerificationRequest(VerificationFields):
    """The same, with the pictures in base64."""

    probes: Pictures = Field(repr=False, description="Pictures of the person who is here.")


class RenewalFields(Request):
    """The holder wants a new claim, and has the present one."""

    claim: str = Field(max_length=512, repr=False, description="The present one.")
    terminal: Word | None = Field(
        default=None, description="Where this is; failures are counted by it, too."
    )

    model_config = ConfigDict(json_schema_extra={"examples": [{"claim": CLAIM}]})


class RenewalRequest(RenewalFields):
    """The same, with the pictures in base64."""

    probes: Pictures = Field(repr=False, description="Pictures of the person who is here.")


class ComparisonFields(Request):
    """A document's portrait against its living holder; nothing is kept."""

    session_id: Id = Field(
        description="A finished session of the kind comparison, whose pictures are the probes."
    )

    model_config = ConfigDict(json_schema_extra={"examples": [{"session_id": _ENROLMENT}]})


class ComparisonRequest(ComparisonFields):
    """The same, with the pictures in base64."""

    references: Pictures = Field(repr=False, description="The document's portrait.")
    probes: Pictures | None = Field(
        default=None, repr=False, description="Always refused: they come from the session alone."
    )
