"""What a receiver accepts."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.records.house import NOW
from visavis.errors import WebhookSignatureInvalid
from visavis.webhooks import check_signature, sign
from visavis.webhooks._signature import parse_key, render_key

_KEY = bytes(range(32))
_TEXT = render_key(_KEY)
_BODY = b'{"kind":"enrolment.disabled"}'


def test_the_form_that_is_documented() -> None:
    expected = hmac.new(_KEY, b"1795348800." + _BODY, hashlib.sha256).hexdigest()
    assert sign(_BODY, key=_KEY, now=NOW) == f"t=1795348800,v1={expected}"
    assert _TEXT == "visw_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    assert parse_key(_TEXT) == _KEY


def test_a_genuine_one_is_accepted_for_five_minutes() -> None:
    header = sign(_BODY, key=_KEY, now=NOW)
    for seconds in (-300, 0, 300):
        check_signature(_BODY, header, key=_TEXT, now=NOW + timedelta(seconds=seconds))
    for seconds in (-301, 301):
        with pytest.raises(WebhookSignatureInvalid):
            check_signature(_BODY, header, key=_TEXT, now=NOW + timedelta(seconds=seconds))


def test_what_is_not_accepted() -> None:
    header = sign(_BODY, key=_KEY, now=NOW)
    later = header.replace("t=1795348800", "t=1795348801")
    for body, one, key in (
        (_BODY + b" ", header, _TEXT),
        (_BODY, later, _TEXT),
        (_BODY, header, render_key(bytes(32))),
        (_BODY, header, _TEXT[:-1]),
        (_BODY, header, _TEXT.removeprefix("visw_")),
        (_BODY, header.upper(), _TEXT),
        (_BODY, header + ",v1=" + "0" * 64, _TEXT),
        (_BODY, header + "\n", _TEXT),
        (_BODY, "", _TEXT),
    ):
        with pytest.raises(WebhookSignatureInvalid):
            check_signature(body, one, key=key, now=NOW)


@given(header=st.text(max_size=90), key=st.text(max_size=60))
def test_any_text_is_refused(header: str, key: str) -> None:
    with pytest.raises(WebhookSignatureInvalid):
        check_signature(_BODY, header, key=_TEXT, now=NOW)
    with pytest.raises(WebhookSignatureInvalid):
        parse_key(key)
