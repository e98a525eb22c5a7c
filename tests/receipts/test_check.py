"""What is accepted, and each way to be refused."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, OctKey

from tests.receipts.desk import ISSUER, NOW, STATEMENT, TRANSACTION, Desk
from visavis import Outcome
from visavis.errors import (
    Error,
    InputInvalid,
    ReceiptAudienceWrong,
    ReceiptExpired,
    ReceiptIssuerWrong,
    ReceiptKeyUnknown,
    ReceiptMalformed,
    ReceiptNonceWrong,
    ReceiptSignatureInvalid,
    ReceiptTransactionWrong,
    ReceiptTypeWrong,
)
from visavis.receipts import Question, ReceiptIssuer, check_receipt, parse_key_set


def _part(content: object) -> str:
    raw = json.dumps(content).encode() if not isinstance(content, bytes) else content
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _parts(text: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    header, claims, signature = text.split(".")
    return _content(header), _content(claims), signature


def _content(part: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=="))
    return content


def _signed_by(key: ECKey, header: dict[str, Any], claims: dict[str, Any]) -> str:
    return jws.serialize_compact(header, json.dumps(claims), key, algorithms=["ES256"])


def _current(desk: Desk) -> ECKey:
    return ECKey.import_key(dict(desk.keys._fresh().current.jwk))


def test_a_genuine_receipt_says_what_was_decided(desk: Desk) -> None:
    receipt = desk.check(desk.issue())
    assert receipt.statement == STATEMENT
    assert receipt.issued_at == NOW
    assert receipt.expires_at == NOW + timedelta(minutes=5)
    assert desk.check(desk.issue()).receipt_id != receipt.receipt_id


def test_the_format_is_what_is_documented(desk: Desk) -> None:
    header, claims, _ = _parts(desk.issue())
    kid = desk.keys.listed()[0].kid
    assert header == {"alg": "ES256", "typ": "visavis-match+jwt", "kid": kid}
    assert sorted(claims) == [
        "aud", "channel", "enrolment_id", "exp", "iat", "iss", "jti", "leaf", "liveness", "model",
        "nonce", "operating_point", "outcome", "profile", "purpose", "transaction",
    ]  # fmt: skip
    assert claims["exp"] - claims["iat"] == 300
    assert claims["operating_point"]["state"] == "provisional"
    salted = bytes.fromhex(claims["transaction"]["salt"]) + rfc8785.dumps(TRANSACTION)
    assert claims["transaction"]["sha256"] == hashlib.sha256(salted).hexdigest()
    assert "12.50" not in json.dumps(claims)
    assert _parts(desk.issue(outcome=Outcome.NON_MATCH))[0]["typ"] == "visavis-non-match+jwt"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"audience": "other"}, ReceiptAudienceWrong),
        ({"issuer": "visavis/other"}, ReceiptIssuerWrong),
        ({"nonce": "n-2"}, ReceiptNonceWrong),
        ({"nonce": None}, ReceiptNonceWrong),
        ({"transaction": {**TRANSACTION, "amount": "99.50"}}, ReceiptTransactionWrong),
        ({"transaction": None}, ReceiptTransactionWrong),
        ({"now": NOW + timedelta(minutes=5)}, ReceiptExpired),
        ({"now": NOW - timedelta(seconds=61)}, ReceiptExpired),
        ({"expected": Outcome.NON_MATCH}, ReceiptTypeWrong),
        ({"keys": {"keys": []}}, ReceiptKeyUnknown),
    ],
)
def test_a_receipt_for_another_question_is_refused(
    desk: Desk, changes: dict[str, Any], error: type[Error]
) -> None:
    with pytest.raises(error):
        desk.check(desk.issue(), **changes)


def test_a_non_match_is_never_taken_for_a_match(desk: Desk) -> None:
    text = desk.issue(outcome=Outcome.NON_MATCH)
    with pytest.raises(ReceiptTypeWrong):
        desk.check(text)
    assert desk.check(text, expected=Outcome.NON_MATCH).statement.outcome is Outcome.NON_MATCH
    header, claims, _ = _parts(text)
    forged = _signed_by(_current(desk), {**header, "typ": "visavis-match+jwt"}, claims)
    with pytest.raises(ReceiptMalformed):
        desk.check(forged)


def test_a_question_without_anything_is_answered_to_the_issuer(desk: Desk) -> None:
    issuer = ReceiptIssuer(keys=desk.keys, issuer=ISSUER)
    bare = issuer.issue(STATEMENT, Question(), now=NOW)
    desk.check(bare, audience=ISSUER, nonce=None, transaction=None)
    with pytest.raises(ReceiptTransactionWrong):
        desk.check(bare, audience=ISSUER, nonce=None)


def test_without_a_nonce_none_is_expected(desk: Desk) -> None:
    issuer_only = desk.issue(audience=None, nonce=None)
    desk.check(issuer_only, audience=ISSUER, nonce=None)
    with pytest.raises(ReceiptNonceWrong):
        desk.check(issuer_only, audience=ISSUER)


def test_any_altered_byte_is_noticed(desk: Desk) -> None:
    text = desk.issue()
    for position in range(0, len(text), 7):
        other = "A" if text[position] != "A" else "B"
        with pytest.raises(Error) as caught:
            desk.check(text[:position] + other + text[position + 1 :])
        assert caught.value.code.startswith("receipt.")


def test_forged_receipts(desk: Desk) -> None:
    header, claims, signature = _parts(desk.issue())
    jwks = desk.keys.jwks()
    kid = header["kid"]
    ours = next(key for key in jwks["keys"] if key["kid"] == kid)
    mallory = ECKey.generate_key("P-256")

    unsigned = f"{_part({**header, 'alg': 'none'})}.{_part(claims)}."
    with pytest.raises(ReceiptMalformed):
        desk.check(unsigned)
    with pytest.raises(ReceiptSignatureInvalid):
        desk.check(unsigned + "AA")
    secret = OctKey.import_key(json.dumps(ours).encode())
    confused = jws.serialize_compact(
        {**header, "alg": "HS256"}, json.dumps(claims), secret, algorithms=["HS256"]
    )
    with pytest.raises(ReceiptSignatureInvalid):
        desk.check(confused)
    with pytest.raises(ReceiptSignatureInvalid):
        desk.check(_signed_by(mallory, header, claims))
    own = {"jwk": mallory.as_dict(private=False), "jku": "https://m.example", "x5u": "https://m"}
    with pytest.raises(ReceiptSignatureInvalid):
        desk.check(_signed_by(mallory, header | own, claims))
    with pytest.raises(ReceiptKeyUnknown):
        desk.check(_signed_by(mallory, {**header, **own, "kid": mallory.thumbprint()}, claims))
    with pytest.raises(ReceiptSignatureInvalid):
        desk.check(f"{_part(header)}.{_part({**claims, 'aud': 'other'})}.{signature}")
    with pytest.raises(ReceiptTypeWrong):
        desk.check(_signed_by(_current(desk), {**header, "typ": "at+jwt"}, claims))


def test_a_key_set_with_other_kinds_of_keys_confuses_nobody(desk: Desk) -> None:
    header, claims, _ = _parts(text := desk.issue())
    (ours,) = (key for key in desk.keys.jwks()["keys"] if key["kid"] == header["kid"])
    octet = {"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0", "kid": header["kid"]}
    desk.check(text, keys={"keys": [octet, ours, {"kty": "future"}]})
    for keys in (
        {"keys": [octet]},
        {"keys": [ours, ours]},
        {"keys": [{**ours, "use": "enc"}]},
        {"keys": [{**ours, "alg": "ES384"}]},
        {"keys": [{**ours, "x": "AAAA"}]},
        {"keys": [{**ours, "d": "AAAA"}]},
        {"keys": "none"},
        {},
    ):
        with pytest.raises(ReceiptKeyUnknown):
            desk.check(text, keys=keys)
    secret = OctKey.import_key(octet)
    forged = jws.serialize_compact(
        {**header, "alg": "HS256"}, json.dumps(claims), secret, algorithms=["HS256"]
    )
    with pytest.raises(ReceiptSignatureInvalid):
        desk.check(forged, keys={"keys": [octet]})


@pytest.mark.parametrize(
    "claim",
    ["iss", "aud", "iat", "exp", "jti", "outcome", "enrolment_id", "leaf", "operating_point"],
)
def test_a_receipt_that_lacks_something_is_malformed(desk: Desk, claim: str) -> None:
    header, claims, _ = _parts(desk.issue())
    del claims[claim]
    with pytest.raises(ReceiptMalformed):
        desk.check(_signed_by(_current(desk), header, claims))


def test_a_receipt_that_lives_too_long_is_malformed(desk: Desk) -> None:
    header, claims, _ = _parts(desk.issue())
    with pytest.raises(ReceiptMalformed):
        desk.check(_signed_by(_current(desk), header, {**claims, "exp": claims["exp"] + 1}))


def test_extensions_are_refused(desk: Desk) -> None:
    header, claims, signature = _parts(desk.issue())
    for extra in ({"crit": ["exp"]}, {"b64": False}):
        with pytest.raises(ReceiptMalformed):
            desk.check(f"{_part(header | extra)}.{_part(claims)}.{signature}")


_TEXT = st.text(max_size=200) | st.from_regex(r"[A-Za-z0-9_-]{0,40}(\.[A-Za-z0-9_-]{0,40}){0,4}")
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(text=_TEXT)
def test_any_text_is_refused(text: str) -> None:
    _refused(text)


@given(header=_JSON, claims=_JSON)
def test_any_header_and_claims_are_refused(header: object, claims: object) -> None:
    _refused(f"{_part(header)}.{_part(claims)}.AAAA")
    _refused(f"{_part({'alg': 'ES256', 'kid': header})}.{_part(claims)}.AAAA")


def _refused(text: str) -> None:
    with pytest.raises(Error) as caught:
        check_receipt(
            text, keys={"keys": []}, issuer=ISSUER, audience="shop", nonce=None, transaction=None,
            now=NOW,
        )  # fmt: skip
    assert caught.value.code.startswith("receipt.")


def test_a_deeply_nested_or_long_text_is_malformed(desk: Desk) -> None:
    deep = _part(b"[" * 4000 + b"]" * 4000)
    for text in (f"{deep}.AA.AA", "A" * 100_000, f"{_part(b'{' * 3000)}.AA.AA"):
        with pytest.raises(ReceiptMalformed):
            desk.check(text)


def test_what_is_no_key_set(desk: Desk) -> None:
    assert parse_key_set(json.dumps(desk.keys.jwks()).encode()) == desk.keys.jwks()
    for content in (b"", b"[]", b"{}", b'{"keys": 1}', b'{"keys": [], "keys": []}', b"\xff"):
        with pytest.raises(InputInvalid):
            parse_key_set(content)


@pytest.mark.parametrize("words", ["", "x" * 257, "a\nb", "\u00e9"])
def test_words_that_a_receipt_does_not_repeat(desk: Desk, words: str) -> None:
    for changes in ({"audience": words}, {"nonce": words}):
        with pytest.raises(InputInvalid):
            desk.issue(**changes)  # type: ignore[arg-type]
