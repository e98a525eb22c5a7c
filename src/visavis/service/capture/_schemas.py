"""What the capture page and whoever opens its sessions send, and what they are answered."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from visavis.service._answers import Answer
from visavis.service._schemas import Id, Request, Word, Words
from visavis.service.capture._session import Kind, Outcome, State

__all__ = [
    "AgreementGiven",
    "ClaimPresented",
    "HolderResult",
    "HolderSession",
    "LinkOpened",
    "SessionAnswer",
    "SessionRequest",
    "SessionShown",
]

_Language = Annotated[str, Field(pattern=r"^(en|de|es|fr|pt|zh)$")]


class SessionRequest(Request):
    """A holder is to be shown the capture page."""

    kind: Kind
    purpose: Word = Field(description="What the enrolment or verification is for.")
    wording: str | None = Field(
        default=None,
        min_length=1,
        max_length=20_000,
        repr=False,
        description="Enrolment: the words that the holder is asked to agree to.",
    )
    language: _Language = Field(default="en", description="Of the wording.")
    enrolment_id: Id | None = Field(
        default=None, description="Verification: the one that is kept beside the account."
    )
    claim: str | None = Field(
        default=None,
        max_length=512,
        repr=False,
        description="Verification: the holder's, where the caller has read it; else the page asks.",
    )
    transaction: dict[str, Any] | None = Field(
        default=None, repr=False, description="What is to be confirmed; the holder sees it."
    )
    nonce: Words | None = Field(default=None, description="Repeated in the receipt.")
    audience: Words | None = Field(default=None, description="Who shall rely on the receipt.")
    terminal: Word | None = Field(default=None, description="Where this is.")
    return_url: str | None = Field(
        default=None, max_length=2048, description="One of those that are registered."
    )


class SessionAnswer(Answer):
    """A session, and the link to it."""

    session_id: UUID
    link: str = Field(repr=False, description="For the holder alone; it works once.")
    expires_at: dt.datetime


class SessionShown(Answer):
    """What came of a session, for the institution's server. The claim is never in it."""

    session_id: UUID
    kind: Kind
    state: State
    outcome: Outcome | None = None
    code: str | None = Field(default=None, description="Why it failed.")
    enrolment_id: UUID | None = None
    consent_id: UUID | None = None
    receipt: str | None = None


class LinkOpened(Request):
    """The page has the link's token from its own address."""

    token: str = Field(max_length=128, repr=False)
    embedded: bool = False


class AgreementGiven(Request):
    """The holder has agreed to the wording."""

    agreed: Literal[True]
    language: _Language


class ClaimPresented(Request):
    """The holder's claim."""

    claim: str = Field(max_length=512, repr=False)


class HolderSession(Answer):
    """What the page shows."""

    kind: Kind
    institution: str
    purpose: str
    wording: str | None
    language: str
    transaction: dict[str, Any] | None
    claim_wanted: bool
    upload: bool
    return_url: str | None
    finished: bool
    embedders: list[str]


class HolderResult(Answer):
    """What the person is told: passed or failed, and a new claim once."""

    outcome: Outcome
    claim: str | None = Field(default=None, repr=False)
    claim_svg: str | None = Field(default=None, repr=False)
