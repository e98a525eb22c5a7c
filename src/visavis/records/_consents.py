"""Consents: what the holder agreed to, in which words, and until when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from visavis.errors import InputInvalid

from ._schema import DIGEST_SIZE, consents, enrolments
from ._statement import Statement
from ._words import check_word

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from ._transaction import Snapshot, Transaction

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}")  # BCP 47, without its rarities


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One consent. The wording itself stays with the institution.

    Attributes:
        consent_id: a random id.
        enrolment_id: whose.
        purpose: one of the institution's purposes.
        wording_digest: 32 bytes, SHA-256 of the words that were agreed to.
        language: of these words, as in BCP 47 (``de-AT``).
        given_on: the day (UTC).
        expires_on: the first day on which it holds no longer, or None.
        withdrawn_on: the day it was withdrawn; it holds no longer, that day included.

    Raises:
        InputInvalid: a value is none of its kind.
    """

    consent_id: UUID
    enrolment_id: UUID
    purpose: str
    wording_digest: bytes
    language: str
    given_on: date
    expires_on: date | None = None
    withdrawn_on: date | None = None

    def __post_init__(self) -> None:
        check_word(self.purpose, what="purpose")
        if len(self.wording_digest) != DIGEST_SIZE:
            raise InputInvalid(f"the wording's digest is {DIGEST_SIZE} bytes")
        if not _LANGUAGE.fullmatch(self.language):
            raise InputInvalid("a language is named as in BCP 47, for instance de-AT")
        if self.expires_on is not None and self.expires_on <= self.given_on:
            raise InputInvalid("a consent expires after the day on which it is given")


def give_consent(transaction: Transaction, consent: Consent) -> None:
    """Keep a consent.

    Raises:
        StoreConflict: the enrolment is unknown, or the id is taken.
    """
    transaction.connection.execute(
        sa.insert(consents),
        {name: getattr(consent, name) for name in Consent.__dataclass_fields__},
    )


def find_consent(
    snapshot: Snapshot, enrolment_id: UUID, *, purpose: str | None, on: date
) -> Consent | None:
    """A consent of this enrolment that holds on this day; None without one.

    To this purpose; where that is None, to any.
    """
    found = _FIND.run(snapshot, {"enrolment": enrolment_id, "wanted": purpose, "day": on})
    return next((Consent(**dict(zip(_FIELDS, row, strict=True))) for row in found), None)


def list_consents(snapshot: Snapshot, enrolment_id: UUID) -> tuple[Consent, ...]:
    """All consents of an enrolment, expired and withdrawn ones included, oldest first."""
    rows = snapshot.connection.execute(
        sa.select(consents)
        .where(consents.c.enrolment_id == enrolment_id)
        .order_by(consents.c.given_on, consents.c.consent_id)
    )
    return tuple(Consent(**row._mapping) for row in rows)  # noqa: SLF001 - its public interface


def withdraw_consent(
    transaction: Transaction, institution: str, consent_id: UUID, *, on: date
) -> UUID | None:
    """Withdraw a consent, for good.

    Returns:
        Whose it was; None if this institution has no such consent, or it was withdrawn before.
    """
    own = sa.select(enrolments.c.enrolment_id).where(enrolments.c.institution == institution)
    withdrawn: UUID | None = transaction.connection.scalar(
        sa.update(consents)
        .where(
            consents.c.consent_id == consent_id,
            consents.c.enrolment_id.in_(own),
            consents.c.withdrawn_on.is_(None),
        )
        .values(withdrawn_on=on)
        .returning(consents.c.enrolment_id)
    )
    return withdrawn


_FIELDS = tuple(Consent.__dataclass_fields__)
_FIND = Statement(
    sa.select(*(consents.c[name] for name in _FIELDS))
    .where(
        consents.c.enrolment_id == sa.bindparam("enrolment"),
        sa.or_(
            sa.bindparam("wanted", type_=sa.String()).is_(None),
            consents.c.purpose == sa.bindparam("wanted", type_=sa.String()),
        ),
        consents.c.given_on <= sa.bindparam("day", type_=sa.Date()),
        consents.c.withdrawn_on.is_(None),
        sa.or_(
            consents.c.expires_on.is_(None),
            consents.c.expires_on > sa.bindparam("day", type_=sa.Date()),
        ),
    )
    .order_by(consents.c.given_on, consents.c.consent_id)
    .limit(1)
)
