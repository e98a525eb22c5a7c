"""What the log says about what happened: allow-lists of kinds and fields, and no free text."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from visavis.errors import InputInvalid, LogMalformed

_FORMAT = "visavis-event-1"
_MAX_SIZE = 4096  # bytes: several times what all fields together take

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"))

# Words from lists that visavis or the institution keeps. No spaces, so no names and no sentences.
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")

_REQUIRED = frozenset({"kind", "institution"})
_WORDS = frozenset({"institution", "outcome", "reason", "purpose", "profile"})
_IDS = frozenset({"enrolment_id", "consent_id", "attempt_id", "credential_id"})
_DIGESTS = {"kek_id": 16, "model_digest": 32, "record_digest": 32}  # bytes


class EventKind(StrEnum):
    """What can happen."""

    ENROLMENT_CREATED = "enrolment.created"
    ENROLMENT_REISSUED = "enrolment.reissued"
    """The answer to an enrolment was lost: a fresh claim, and the unused one before is void."""
    ENROLMENT_RENEWAL_STARTED = "enrolment.renewal_started"
    """A second record stands beside the present one, under a new claim."""
    ENROLMENT_RE_ENROLLED = "enrolment.re_enrolled"
    """The same, with a new reference."""
    ENROLMENT_RENEWED = "enrolment.renewed"
    """The new claim was used, and its record took the present one's place."""
    ENROLMENT_FORGOTTEN = "enrolment.forgotten"
    ENROLMENT_DISABLED = "enrolment.disabled"
    ENROLMENT_ENABLED = "enrolment.enabled"
    VERIFICATION_DECIDED = "verification.decided"
    VERIFICATION_DENIED = "verification.denied"
    CONSENT_GIVEN = "consent.given"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    KEY_STARTED = "key.started"
    KEY_ROTATED = "key.rotated"
    KEY_DESTROYED = "key.destroyed"
    CREDENTIAL_ISSUED = "credential.issued"
    CREDENTIAL_REVOKED = "credential.revoked"
    PACK_INSTALLED = "pack.installed"
    PACK_REMOVED = "pack.removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event. What has no field here cannot be logged: no face, score, claim, locator or name.

    Attributes:
        kind: what happened.
        institution: where, by its identifier.
        enrolment_id: of the enrolment concerned.
        consent_id: of the consent concerned.
        attempt_id: of the attempt that was decided or denied.
        credential_id: of the caller's credential concerned.
        kek_id: 16 bytes, of the key-encryption key concerned.
        outcome: ``match`` or ``non_match``.
        reason: an error's or decision's code.
        purpose: one of the institution's purposes.
        profile: the profile that applied.
        model_digest: 32 bytes, of the model pack concerned.
        record_digest: 32 bytes, of the sealed record that was stored.

    Raises:
        InputInvalid: a value is of the wrong type or length, or a word is none.
    """

    kind: EventKind
    institution: str
    enrolment_id: UUID | None = None
    consent_id: UUID | None = None
    attempt_id: UUID | None = None
    credential_id: UUID | None = None
    kek_id: bytes | None = None
    outcome: str | None = None
    reason: str | None = None
    purpose: str | None = None
    profile: str | None = None
    model_digest: bytes | None = None
    record_digest: bytes | None = None

    def __post_init__(self) -> None:
        for name, value in self._given():
            if not _fits(name, value):
                raise InputInvalid(f"not a value for an event's {name}")

    def encode(self) -> bytes:
        """Canonical JSON (RFC 8785), without the fields that have no value.

        All names and values are strings of letters, digits, ``_``, ``.`` and ``-``; for those, what
        Python writes with sorted names is the canonical form.
        """
        content = {name: _to_text(value) for name, value in self._given()}
        content["format"] = _FORMAT
        return _CANONICAL.encode(content).encode()

    @classmethod
    def decode(cls, encoded: bytes) -> Self:
        """Read what ``encode`` wrote, and nothing else.

        Raises:
            LogMalformed: it is no event, or not in its canonical form.
        """
        if len(encoded) > _MAX_SIZE:
            raise LogMalformed("far too long for an event")
        try:
            content = dict(json.loads(encoded))
            if content.pop("format") != _FORMAT:
                raise LogMalformed("an event of a format that this visavis does not know")
            event = cls(**{name: _from_text(name, text) for name, text in content.items()})
            canonical = event.encode() == encoded
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, InputInvalid):
            raise LogMalformed("not an event") from None
        if not canonical:
            raise LogMalformed("an event that is not in its canonical form")
        return event

    def _given(self) -> list[tuple[str, Any]]:
        values = [(name, getattr(self, name)) for name in self.__slots__]
        return [(name, value) for name, value in values if value is not None or name in _REQUIRED]


def _fits(name: str, value: object) -> bool:
    if name in _WORDS:
        return isinstance(value, str) and _WORD.fullmatch(value) is not None
    if name in _IDS:
        return isinstance(value, UUID)
    if name in _DIGESTS:
        return isinstance(value, bytes) and len(value) == _DIGESTS[name]
    return isinstance(value, EventKind)


def _to_text(value: str | UUID | bytes) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _from_text(name: str, text: str) -> Any:  # noqa: ANN401 - each field has its own type
    if name in _IDS:
        return UUID(text)
    if name in _DIGESTS:
        return bytes.fromhex(text)
    return EventKind(text) if name == "kind" else text
