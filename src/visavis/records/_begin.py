"""The first phase of an attempt: find what a claim opens, and count the attempt against it.

Whatever stands against it (no such claim, another enrolment than the one expected, no consent), the
same statements run, and nothing is counted but at the terminal.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING

from ._attempts import Delayed, Disabled, Reserved, Unknown, reserve_attempt
from ._consents import find_consent
from ._records import StoredRecord, find_record

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from ._limits import AttemptLimits
    from ._transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """What somebody presents.

    Attributes:
        institution: where.
        locator: the claim's.
        enrolment_id: the one expected, or None.
        purpose: that the holder must have consented to; None where any consent will do.
        terminal: a word of the institution's for where the attempt is made, if it has one.
    """

    institution: str
    locator: bytes = field(repr=False)
    enrolment_id: UUID | None
    purpose: str | None
    terminal: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What came of it.

    Attributes:
        answer: whether the attempt may go on; ``Unknown`` where there is nothing to compare.
        record: to compare with; None for ``Unknown``.
        enrolment_id: of the claim's enrolment, also where only the consent is missing; else None.
    """

    answer: Reserved | Delayed | Disabled | Unknown
    record: StoredRecord | None
    enrolment_id: UUID | None


def begin_attempt(
    transaction: Transaction, presented: Presented, *, limits: AttemptLimits, now: datetime
) -> Begun:
    """Count an attempt, if it may go on. End the transaction before anything is compared.

    Raises:
        InputInvalid: the time has no zone, or the terminal is no word.
    """
    record = find_record(transaction, presented.institution, presented.locator)
    if record is not None and presented.enrolment_id not in (None, record.binding.enrolment_id):
        record = None
    stranger = uuid.uuid4()
    known = None if record is None else record.binding.enrolment_id
    today = now.astimezone(UTC).date()
    consent = find_consent(transaction, known or stranger, purpose=presented.purpose, on=today)
    if consent is None:
        record = None
    answer = reserve_attempt(
        transaction,
        presented.institution,
        stranger if record is None else record.binding.enrolment_id,
        limits=limits,
        now=now,
        terminal=presented.terminal,
    )
    return Begun(answer=answer, record=record, enrolment_id=known)
