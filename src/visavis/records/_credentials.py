"""Credentials of callers: the digests of their keys, and what they are for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from visavis.errors import InputInvalid

from ._schema import DIGEST_SIZE, credentials
from ._statement import Statement

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from ._transaction import Snapshot, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What is known of an API key; the key itself is with the caller only.

    Attributes:
        credential_id: a random id.
        institution: whose.
        scopes: what it is for.
        issued_on: the day (UTC).
        expires_on: the first day (UTC) on which it is refused.
        revoked_on: the day it was revoked; it is refused, that day included.
    """

    credential_id: UUID
    institution: str
    scopes: frozenset[str]
    issued_on: date
    expires_on: date
    revoked_on: date | None = None

    def holds(self, *, on: date) -> bool:
        """Whether it is neither expired nor revoked."""
        return self.revoked_on is None and on < self.expires_on


def insert_credential(transaction: Transaction, credential: Credential, *, digest: bytes) -> None:
    """Keep a credential and the digest of its key.

    Raises:
        InputInvalid: it expires before it begins, has no scope, or the digest is none.
        StoreConflict: the institution is unknown, or the digest is taken.
    """
    if len(digest) != DIGEST_SIZE:
        raise InputInvalid(f"a key's digest is {DIGEST_SIZE} bytes")
    if not credential.scopes or credential.expires_on <= credential.issued_on:
        raise InputInvalid("a credential has a scope, and expires after the day it is issued")
    transaction.connection.execute(
        sa.insert(credentials),
        {
            "credential_id": credential.credential_id,
            "institution": credential.institution,
            "digest": digest,
            "scopes": " ".join(sorted(credential.scopes)),
            "issued_on": credential.issued_on,
            "expires_on": credential.expires_on,
            "revoked_on": credential.revoked_on,
        },
    )


def find_credential(snapshot: Snapshot, digest: bytes) -> tuple[Credential, bytes] | None:
    """The credential whose key has this digest, and the digest as stored; None without one."""
    for row in _FIND.run(snapshot, {"wanted": digest}):
        credential_id, institution, stored, scopes, issued_on, expires_on, revoked_on = row
        credential = Credential(
            credential_id=credential_id,
            institution=institution,
            scopes=frozenset(scopes.split()),
            issued_on=issued_on,
            expires_on=expires_on,
            revoked_on=revoked_on,
        )
        return credential, stored
    return None


def list_credentials(snapshot: Snapshot, institution: str) -> tuple[Credential, ...]:
    """The institution's credentials, expired and revoked ones included, oldest first."""
    rows = snapshot.connection.execute(
        sa.select(credentials)
        .where(credentials.c.institution == institution)
        .order_by(credentials.c.issued_on, credentials.c.credential_id)
    )
    return tuple(_read(row) for row in rows)


def revoke_credential(
    transaction: Transaction, institution: str, credential_id: UUID, *, on: date
) -> bool:
    """Revoke it, for good; False if the institution has none such, or it was revoked before."""
    revoked = transaction.connection.execute(
        sa.update(credentials)
        .where(
            credentials.c.credential_id == credential_id,
            credentials.c.institution == institution,
            credentials.c.revoked_on.is_(None),
        )
        .values(revoked_on=on)
    )
    return bool(revoked.rowcount)


def _read(row: sa.Row[tuple[object, ...]]) -> Credential:
    return Credential(
        credential_id=row.credential_id,
        institution=row.institution,
        scopes=frozenset(row.scopes.split()),
        issued_on=row.issued_on,
        expires_on=row.expires_on,
        revoked_on=row.revoked_on,
    )


_COLUMNS = credentials.c
_FIND = Statement(
    sa.select(
        _COLUMNS.credential_id,
        _COLUMNS.institution,
        _COLUMNS.digest,
        _COLUMNS.scopes,
        _COLUMNS.issued_on,
        _COLUMNS.expires_on,
        _COLUMNS.revoked_on,
    ).where(_COLUMNS.digest == sa.bindparam("wanted"))
)
