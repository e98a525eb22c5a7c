"""Institutions, and the keys that their records may be sealed with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from visavis.errors import InputInvalid, StoreConflict, StoreKeyInUse
from visavis.sealing import check_institution
from visavis.transparency import VerifierKey

from ._schema import LOG_KEY_SIZE, institutions, keys

if TYPE_CHECKING:
    from datetime import date

    from visavis.sealing import Kek

    from ._transaction import Snapshot, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """Who enrols people.

    Attributes:
        institution: its identifier.
        log_key: what its log's checkpoints are checked with.
        created_on: the day (UTC).
    """

    institution: str
    log_key: VerifierKey
    created_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedKey:
    """A key that records may be sealed with; the key itself is in the key ring only.

    Attributes:
        kek_id: 16 bytes.
        epoch: its number, from 1.
        started_on: the day (UTC) since which it is listed.
    """

    kek_id: bytes
    epoch: int
    started_on: date


def add_institution(
    transaction: Transaction, institution: str, *, log_key: VerifierKey, on: date
) -> None:
    """Add an institution.

    Raises:
        InputInvalid: the identifier is none, or the key's name is too long.
        StoreConflict: it is there already.
    """
    rendered = log_key.render()
    if len(rendered) > LOG_KEY_SIZE:
        raise InputInvalid("the name of the log's key is too long")
    transaction.connection.execute(
        sa.insert(institutions),
        {
            "institution": check_institution(institution),
            "log_key": rendered,
            "created_on": on,
        },
    )


def list_institutions(snapshot: Snapshot) -> tuple[Institution, ...]:
    """Every institution, by its identifier."""
    rows = snapshot.connection.execute(sa.select(institutions).order_by(institutions.c.institution))
    return tuple(
        Institution(
            institution=row.institution,
            log_key=VerifierKey.parse(row.log_key),
            created_on=row.created_on,
        )
        for row in rows
    )


def add_key(transaction: Transaction, kek: Kek, *, on: date) -> bool:
    """List a key, so that records may be sealed with it; False if it was listed before.

    Raises:
        StoreConflict: the institution is unknown, or has another key of this epoch.
    """
    connection = transaction.connection
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    # Rotation and the first enrolments of an epoch come here at once.
    unless_there = insert(keys).on_conflict_do_nothing(index_elements=keys.primary_key.columns)
    added = connection.scalar(
        unless_there.returning(keys.c.epoch),
        {
            "institution": kek.institution,
            "kek_id": kek.kek_id,
            "epoch": kek.epoch,
            "started_on": on,
        },
    )
    return added is not None


def list_keys(snapshot: Snapshot, institution: str) -> tuple[ListedKey, ...]:
    """The institution's keys that records may be sealed with, oldest first."""
    rows = snapshot.connection.execute(
        sa.select(keys).where(keys.c.institution == institution).order_by(keys.c.epoch)
    )
    return tuple(
        ListedKey(kek_id=row.kek_id, epoch=row.epoch, started_on=row.started_on) for row in rows
    )


def remove_key(transaction: Transaction, institution: str, kek_id: bytes) -> None:
    """Take a key off the list: from the commit on, no record is or can be sealed with it.

    Do this before its epoch is destroyed. A transaction that is just storing a record under the
    key either is finished first, and the key is in use, or fails.

    Raises:
        StoreKeyInUse: records are sealed with it.
        StoreConflict: it is not listed.
    """
    delete = sa.delete(keys).where(keys.c.institution == institution, keys.c.kek_id == kek_id)
    try:
        removed = transaction.connection.execute(delete).rowcount
    except sa.exc.IntegrityError:
        raise StoreKeyInUse("records are still sealed with this key; rotate first") from None
    if not removed:
        raise StoreConflict("no such key is listed")
