"""What answers look like. None has a score, a face, or anything to look one up by."""

from __future__ import annotations

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from visavis.service._schemas import CLAIM

__all__ = [
    "Answer",
    "Claimed",
    "ComparisonAnswer",
    "ConsistencyProof",
    "EnrolmentAnswer",
    "EnrolmentShown",
    "Entry",
    "Health",
    "InclusionProof",
    "LogEntries",
    "Problem",
    "StatedPoint",
    "VerificationAnswer",
    "Version",
]


class Answer(BaseModel):
    """An answer's body."""

    model_config = ConfigDict(frozen=True)


class Claimed(Answer):
    """A claim for the holder."""

    claim: str = Field(
        repr=False,
        description="It is kept nowhere: hand it to the holder, and keep no copy.",
        examples=[CLAIM],
    )


class EnrolmentAnswer(Claimed):
    """What comes out of an enrolment."""

    enrolment_id: UUID = Field(description="To keep beside the account.")
    consent_id: UUID = Field(description="To withdraw the consent by.")


class EnrolmentShown(Answer):
    """What is known of an enrolment. Nothing of it is of a face."""

    enrolment_id: UUID
    state: Literal["active", "disabled"] = Field(
        description="Disabled: too many attempts failed; see enablement."
    )
    enrolled_on: dt.date = Field(description="Day (UTC).")
    last_used_on: dt.date = Field(description="Day (UTC).")


class VerificationAnswer(Answer):
    """Match or non-match, and its receipt; never a score, never 'nearly'."""

    outcome: Literal["match", "non-match"]
    reason: Literal["comparison"] | None = Field(
        description="Why it is a non-match: so far, the comparison alone decides."
    )
    enrolment_id: UUID
    purpose: str
    profile: str = Field(description="What was satisfied.", examples=["attended"])
    leaf: str = Field(
        description="SHA-256, hexadecimal: the leaf of this decision in the log, for its proof.",
        pattern="^[0-9a-f]{64}$",
    )
    receipt: str | None = Field(
        description="Signed (JWS), to be checked by who relies on it; null without keys to sign."
    )


class StatedPoint(Answer):
    """How sure a decision is; neither its threshold nor a score."""

    fmr: str = Field(description="The false match rate that was asked for.", examples=["1e-4"])
    fmr_upper: float = Field(description="Upper end of its measured 95 % interval.")
    state: Literal["established", "provisional"] = Field(
        description="Provisional: the data are too few for this rate; rely on fmr_upper."
    )
    reference_samples: int
    probe_samples: int


class ComparisonAnswer(Answer):
    """Match or non-match; no receipt, for nobody made a claim. Nothing of it is kept."""

    outcome: Literal["match", "non-match"]
    channel: Literal["unattested"] = Field(
        description="Nobody vouches for the camera of a browser."
    )
    operating_point: StatedPoint


class Entry(Answer):
    """A leaf of the log: a commitment, of which nobody can read who is meant."""

    index: int
    leaf: str = Field(description="SHA-256, hexadecimal.")


class LogEntries(Answer):
    """Leaves in the order of the log."""

    entries: list[Entry]
    next: int | None = Field(description="Where to go on, or null at the end.")


class InclusionProof(Answer):
    """RFC 9162, section 2.1.3: the leaf is in the tree of the checkpoint."""

    index: int = Field(description="The leaf's place.")
    proof: list[str] = Field(description="Hashes, hexadecimal.")
    checkpoint: str = Field(description="Signed note (C2SP).")


class ConsistencyProof(Answer):
    """RFC 9162, section 2.1.4: the tree of this size begins that of the checkpoint."""

    since: int = Field(description="The older checkpoint's size.")
    proof: list[str] = Field(description="Hashes, hexadecimal.")
    checkpoint: str = Field(description="Signed note (C2SP).")


class Health(Answer):
    """Whether the service works."""

    status: Literal["ok"]


class Version(Answer):
    """Which visavis this is."""

    version: str


class Problem(Answer):
    """RFC 9457. Branch on ``code``; the documentation lists them all."""

    type: Literal["about:blank"]
    title: str
    status: int
    code: str = Field(examples=["face.none"])
    detail: str
    input: str | None = Field(default=None, examples=["probes[0]"])
    request_id: str | None = None
