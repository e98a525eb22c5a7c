"""Issuing and revoking API keys, each with its leaf in the institution's log."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from visavis.errors import CredentialUnknown, InputInvalid
from visavis.records import Credential, append_leaf, insert_credential
from visavis.records import revoke_credential as revoke
from visavis.transparency import Event, EventKind

from ._api_key import ApiKey

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime
    from uuid import UUID

    from visavis.records import Store

    from ._principal import Scope

__all__ = ["DEFAULT_LIFETIME", "IssuedCredential", "issue_credential", "revoke_credential"]

DEFAULT_LIFETIME = timedelta(days=365)
"""A year: long enough to be planned for, short enough that somebody remembers how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCredential:
    """A new credential, and its key.

    Attributes:
        key: for the caller. It is kept nowhere, and cannot be had again.
        credential: what is kept.
    """

    key: ApiKey = field(repr=False)
    credential: Credential


def issue_credential(
    store: Store,
    *,
    institution: str,
    scopes: Collection[Scope],
    now: datetime,
    lifetime: timedelta = DEFAULT_LIFETIME,
) -> IssuedCredential:
    """Issue an API key. To replace one, issue the new one, deploy it, then revoke the old one.

    Args:
        store: where.
        institution: for whom its caller acts.
        scopes: what it is for, one at least.
        now: with a time zone.
        lifetime: whole days until it expires.

    Raises:
        InputInvalid: there is no scope, or the lifetime is below a day.
        StoreConflict: the institution is unknown.
    """
    if lifetime < timedelta(days=1):
        raise InputInvalid("a credential lives for a day at least")
    today = _day(now)
    try:
        expires_on = today + timedelta(days=lifetime.days)
    except OverflowError:
        raise InputInvalid("a lifetime beyond the calendar") from None
    key = ApiKey.generate()
    credential = Credential(
        credential_id=uuid.uuid4(),
        institution=institution,
        scopes=frozenset(scope.value for scope in scopes),
        issued_on=today,
        expires_on=expires_on,
    )
    with store.transaction() as t:
        insert_credential(t, credential, digest=key.digest())
        event = Event(
            kind=EventKind.CREDENTIAL_ISSUED,
            institution=institution,
            credential_id=credential.credential_id,
        )
        append_leaf(t, event, on=today)
    return IssuedCredential(key=key, credential=credential)


def revoke_credential(
    store: Store, *, institution: str, credential_id: UUID, now: datetime
) -> None:
    """Revoke an API key: from now on it lets nobody in.

    Raises:
        CredentialUnknown: the institution has none such, or it was revoked before.
    """
    with store.transaction() as t:
        if not revoke(t, institution, credential_id, on=_day(now)):
            raise CredentialUnknown("there is no such credential that still holds")
        event = Event(
            kind=EventKind.CREDENTIAL_REVOKED,
            institution=institution,
            credential_id=credential_id,
        )
        append_leaf(t, event, on=_day(now))


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()
