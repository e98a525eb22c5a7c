"""Sealed records: an enrolment has one, and a second one while a renewal is pending."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from visavis.errors import InputInvalid, StoreConflict
from visavis.sealing import (
    BODY_OVERHEAD,
    LOCATOR_SIZE,
    MAX_CAPACITY,
    WRAP_SIZE,
    Binding,
    Sealed,
    wrap_kek_id,
)

from ._answers import spend_claims
from ._schema import DIGEST_SIZE, records
from ._statement import Statement

if TYPE_CHECKING:
    from uuid import UUID

    from ._transaction import Snapshot, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecord:
    """A sealed record as it stands in the store.

    Attributes:
        binding: what it is bound to.
        sealed: the sealed bytes.
        pending: whether it is a renewal's that was not used yet.
        version: counts changes; for compare and set.
    """

    binding: Binding
    sealed: Sealed
    pending: bool
    version: int


def find_record(snapshot: Snapshot, institution: str, locator: bytes) -> StoredRecord | None:
    """The record of the claim with this locator; None if the institution has none."""
    found = _FIND.run(snapshot, {"wanted": locator, "institution_wanted": institution})
    for enrolment_id, model_digest, consent_id, pending, version, wrap, body in found:
        binding = Binding(
            institution=institution,
            locator=locator,
            enrolment_id=enrolment_id,
            model_digest=model_digest,
            consent_id=consent_id,
        )
        sealed = Sealed(wrap=wrap, body=body)
        return StoredRecord(binding=binding, sealed=sealed, pending=pending, version=version)
    return None


def list_model_digests(
    snapshot: Snapshot, institution: str, enrolment_id: UUID
) -> tuple[bytes, ...]:
    """What the enrolment's records were made with, a pending one included; empty without any."""
    digests = sa.select(records.c.model_digest).where(
        records.c.enrolment_id == enrolment_id, records.c.institution == institution
    )
    return tuple(bytes(digest) for digest in snapshot.connection.scalars(digests))


def start_renewal(transaction: Transaction, *, binding: Binding, sealed: Sealed) -> None:
    """Keep a second record beside the present one; an earlier renewal that was never used goes.

    Both claims work until the new one is used, see ``complete_renewal``.

    Raises:
        StoreConflict: the locator is taken, or enrolment, key or consent are unknown.
        InputInvalid: the sealed record is not of the form that ``seal`` gives.
    """
    transaction.connection.execute(
        sa.delete(records).where(
            records.c.enrolment_id == binding.enrolment_id,
            records.c.institution == binding.institution,
            records.c.pending,
        )
    )
    spend_claims(transaction, binding.enrolment_id)
    insert_record(transaction, binding=binding, sealed=sealed, pending=True)


def complete_renewal(transaction: Transaction, record: StoredRecord) -> None:
    """The new claim was used: its record takes the place of the old one, which is deleted.

    Nothing to do if the record is not a pending one.

    Raises:
        StoreConflict: it was changed meanwhile, for instance forgotten.
    """
    if not record.pending:
        return
    enrolment_id, locator = record.binding.enrolment_id, record.binding.locator
    connection = transaction.connection
    connection.execute(
        sa.delete(records).where(records.c.enrolment_id == enrolment_id, sa.not_(records.c.pending))
    )
    changed = connection.execute(
        sa.update(records)
        .where(records.c.locator == locator, records.c.pending)
        .values(pending=False, version=records.c.version + 1)
    )
    if changed.rowcount != 1:
        raise StoreConflict("the renewal was completed or undone meanwhile")
    spend_claims(transaction, enrolment_id)


def replace_record(transaction: Transaction, *, binding: Binding, sealed: Sealed) -> None:
    """Keep this record and no other of the enrolment: every claim before is void.

    Raises:
        StoreConflict: the locator is taken, or enrolment, key or consent are unknown.
        InputInvalid: the sealed record is not of the form that ``seal`` gives.
    """
    transaction.connection.execute(
        sa.delete(records).where(
            records.c.enrolment_id == binding.enrolment_id,
            records.c.institution == binding.institution,
        )
    )
    insert_record(transaction, binding=binding, sealed=sealed, pending=False)


def insert_record(
    transaction: Transaction, *, binding: Binding, sealed: Sealed, pending: bool
) -> None:
    """Put a record into the table."""
    sizes = (len(sealed.wrap), len(binding.locator), len(binding.model_digest))
    if sizes != (WRAP_SIZE, LOCATOR_SIZE, DIGEST_SIZE) or not (
        BODY_OVERHEAD < len(sealed.body) <= BODY_OVERHEAD + MAX_CAPACITY
    ):
        raise InputInvalid("not a sealed record: a part of it has another length")
    transaction.connection.execute(
        sa.insert(records),
        {
            "locator": binding.locator,
            "enrolment_id": binding.enrolment_id,
            "institution": binding.institution,
            "pending": pending,
            "kek_id": wrap_kek_id(sealed.wrap),
            "model_digest": binding.model_digest,
            "consent_id": binding.consent_id,
            "version": 0,
            "wrap": sealed.wrap,
            "body": sealed.body,
        },
    )


_FIND = Statement(
    sa.select(
        records.c.enrolment_id,
        records.c.model_digest,
        records.c.consent_id,
        records.c.pending,
        records.c.version,
        records.c.wrap,
        records.c.body,
    ).where(
        records.c.locator == sa.bindparam("wanted"),
        records.c.institution == sa.bindparam("institution_wanted"),
    )
)
