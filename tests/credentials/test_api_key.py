"""API keys: their text form, and who gets in with one."""

from __future__ import annotations

import copy
import pickle
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from tests.records.house import NOW, House
from visavis.credentials import (
    API_KEY_PATTERN,
    ApiKey,
    Scope,
    authenticate,
    issue_credential,
    revoke_credential,
)
from visavis.errors import (
    CredentialRefused,
    CredentialScopeMissing,
    CredentialUnknown,
    InputInvalid,
    StoreConflict,
)
from visavis.records._schema import METADATA
from visavis.transparency import EventKind, Opening

if TYPE_CHECKING:
    from visavis.credentials import IssuedCredential

_GOLDEN = "visk_aeaacaqdaqcqmbyibefawdanbyhraeiscmkbkfqxdamrugy4dupb6_ysricwi"


def _issue(house: House, *scopes: Scope, days: int = 30) -> IssuedCredential:
    return issue_credential(
        house.store,
        institution="default",
        scopes=scopes or (Scope.VERIFY,),
        now=NOW,
        lifetime=timedelta(days=days),
    )


def test_the_text_form() -> None:
    key = ApiKey(bytes(range(32)))
    assert key.reveal() == _GOLDEN
    assert ApiKey.parse(_GOLDEN).digest() == key.digest()
    assert re.fullmatch(API_KEY_PATTERN, ApiKey.generate().reveal())
    assert ApiKey.generate().digest() != ApiKey.generate().digest()


def test_it_is_not_shown() -> None:
    key = ApiKey(bytes(range(32)))
    assert repr(key) == "ApiKey(...)"
    for way in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            way(key)


@given(position=st.integers(0, len(_GOLDEN) - 1), character=st.characters())
def test_any_wrong_character_is_noticed(position: int, character: str) -> None:
    wrong = _GOLDEN[:position] + character + _GOLDEN[position + 1 :]
    if wrong == _GOLDEN:
        return
    with pytest.raises(CredentialRefused) as caught:
        ApiKey.parse(wrong)
    assert wrong not in str(caught.value)


@given(text=st.text(max_size=100) | st.from_regex(API_KEY_PATTERN, fullmatch=True))
def test_any_text_is_refused(text: str) -> None:
    with pytest.raises(CredentialRefused):
        ApiKey.parse(text)


def test_a_key_lets_its_caller_in(house: House) -> None:
    issued = _issue(house, Scope.VERIFY, Scope.AUDIT)
    principal = authenticate(house.store, issued.key.reveal(), now=NOW)
    assert principal.credential_id == issued.credential.credential_id
    assert principal.institution == "default"
    assert principal.scopes == {Scope.VERIFY, Scope.AUDIT}
    principal.require(Scope.AUDIT)
    with pytest.raises(CredentialScopeMissing):
        principal.require(Scope.ENROL)


def test_everybody_else_is_refused_alike(house: House) -> None:
    expired, revoked = _issue(house, days=1), _issue(house)
    revoke_credential(
        house.store, institution="default", credential_id=revoked.credential.credential_id, now=NOW
    )
    told = set()
    for presented, now in (
        (expired.key.reveal(), NOW + timedelta(days=1)),
        (revoked.key.reveal(), NOW),
        (ApiKey.generate().reveal(), NOW),
        ("", NOW),
        ("visk_", NOW),
        ("\ud800", NOW),
        (expired.key.reveal().upper(), NOW),
        (expired.key.reveal() + " ", NOW),
        ("a.b.c", NOW),
        ("...", NOW),
    ):
        with pytest.raises(CredentialRefused) as caught:
            authenticate(house.store, presented, now=now)
        told.add(str(caught.value))
    assert len(told) == 1
    authenticate(house.store, expired.key.reveal(), now=NOW)


def test_one_is_replaced_without_a_gap(house: House) -> None:
    old, new = _issue(house), _issue(house)
    for issued in (old, new):
        authenticate(house.store, issued.key.reveal(), now=NOW)
    gone = old.credential.credential_id
    revoke_credential(house.store, institution="default", credential_id=gone, now=NOW)
    authenticate(house.store, new.key.reveal(), now=NOW)
    for institution in ("default", "other"):
        with pytest.raises(CredentialUnknown):
            revoke_credential(house.store, institution=institution, credential_id=gone, now=NOW)


def test_what_is_not_issued(house: House) -> None:
    for scopes, days in (((), 30), ((Scope.VERIFY,), 0), ((Scope.VERIFY,), 10**7)):
        with pytest.raises(InputInvalid):
            issue_credential(
                house.store, institution="default", scopes=scopes, now=NOW,
                lifetime=timedelta(days=days),
            )  # fmt: skip
    with pytest.raises(StoreConflict):
        issue_credential(house.store, institution="other", scopes=[Scope.VERIFY], now=NOW)


def test_the_log_says_so_and_the_key_is_kept_nowhere(house: House) -> None:
    issued = _issue(house)
    key_id = issued.credential.credential_id
    revoke_credential(house.store, institution="default", credential_id=key_id, now=NOW)
    secret = ApiKey.parse(issued.key.reveal())._secret
    with house.store.snapshot() as s:
        everything = {
            table.name: s.connection.execute(sa.select(table)).all()
            for table in METADATA.sorted_tables
        }
    events = [
        Opening(blinding=row.blinding, event=row.event).read() for row in everything["openings"]
    ]
    assert sorted((event.kind, event.credential_id) for event in events) == [
        (EventKind.CREDENTIAL_ISSUED, key_id), (EventKind.CREDENTIAL_REVOKED, key_id),
    ]  # fmt: skip
    for rows in everything.values():
        for value in (value for row in rows for value in row):
            assert not (isinstance(value, bytes) and secret in value)
            assert not (isinstance(value, str) and issued.key.reveal() in value)
    assert issued.key.reveal() not in repr(issued)
