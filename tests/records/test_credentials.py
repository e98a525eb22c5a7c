"""Credentials are found by the digest of their key, and end on their day."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.records.house import TODAY, House
from visavis.errors import InputInvalid, StoreConflict
from visavis.records import (
    Credential,
    find_credential,
    insert_credential,
    list_credentials,
    revoke_credential,
)

if TYPE_CHECKING:
    from visavis.records import Store

_DIGEST = hashlib.sha256(b"a key").digest()


def _credential() -> Credential:
    return Credential(
        credential_id=uuid.uuid4(),
        institution="default",
        scopes=frozenset({"verify", "enrol"}),
        issued_on=TODAY,
        expires_on=TODAY + timedelta(days=1),
    )


def _insert(store: Store, credential: Credential, digest: bytes = _DIGEST) -> None:
    with store.transaction() as t:
        insert_credential(t, credential, digest=digest)


def test_what_was_kept_is_found(house: House) -> None:
    credential = _credential()
    _insert(house.store, credential)
    with house.store.snapshot() as s:
        assert find_credential(s, _DIGEST) == (credential, _DIGEST)
        assert find_credential(s, bytes(32)) is None
        assert list_credentials(s, "default") == (credential,)
        assert list_credentials(s, "other") == ()
    assert credential.holds(on=TODAY)
    assert not credential.holds(on=TODAY + timedelta(days=1))


def test_it_is_revoked_once_and_by_its_institution(house: House) -> None:
    credential = _credential()
    _insert(house.store, credential)
    with house.store.transaction() as t:
        assert not revoke_credential(t, "other", credential.credential_id, on=TODAY)
        assert revoke_credential(t, "default", credential.credential_id, on=TODAY)
        assert not revoke_credential(t, "default", credential.credential_id, on=TODAY)
    with house.store.snapshot() as s:
        (revoked,) = list_credentials(s, "default")
    assert revoked == replace(credential, revoked_on=TODAY)
    assert not revoked.holds(on=TODAY)


def test_what_is_no_credential(house: House) -> None:
    credential = _credential()
    with pytest.raises(InputInvalid):
        _insert(house.store, credential, b"short")
    for wrong in (
        replace(credential, scopes=frozenset()),
        replace(credential, expires_on=TODAY),
    ):
        with pytest.raises(InputInvalid):
            _insert(house.store, wrong)
    with pytest.raises(StoreConflict):
        _insert(house.store, replace(credential, institution="other"))
    _insert(house.store, credential)
    with pytest.raises(StoreConflict):
        _insert(house.store, replace(credential, credential_id=uuid.uuid4()))
