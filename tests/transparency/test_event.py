from __future__ import annotations

import json
import uuid
from dataclasses import fields
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from visavis.errors import InputInvalid, LogMalformed
from visavis.transparency import Event, EventKind

words = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", fullmatch=True)
events = st.builds(
    Event,
    kind=st.sampled_from(EventKind),
    institution=words,
    enrolment_id=st.none() | st.uuids(),
    consent_id=st.none() | st.uuids(),
    attempt_id=st.none() | st.uuids(),
    credential_id=st.none() | st.uuids(),
    kek_id=st.none() | st.binary(min_size=16, max_size=16),
    outcome=st.none() | words,
    reason=st.none() | words,
    purpose=st.none() | words,
    profile=st.none() | words,
    model_digest=st.none() | st.binary(min_size=32, max_size=32),
    record_digest=st.none() | st.binary(min_size=32, max_size=32),
)

EXAMPLE = Event(
    kind=EventKind.VERIFICATION_DECIDED,
    institution="default",
    enrolment_id=uuid.UUID("e4b7ded8-5dd5-4dcd-8c27-59447ce391d4"),
    attempt_id=uuid.UUID("96b94aed-3536-451a-aaf3-1bb4467ed00e"),
    outcome="non_match",
    purpose="payment",
    profile="SP800_63B_4",
    model_digest=bytes(range(32)),
)
ENCODED = (
    b'{"attempt_id":"96b94aed-3536-451a-aaf3-1bb4467ed00e",'
    b'"enrolment_id":"e4b7ded8-5dd5-4dcd-8c27-59447ce391d4",'
    b'"format":"visavis-event-1","institution":"default","kind":"verification.decided",'
    b'"model_digest":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",'
    b'"outcome":"non_match","profile":"SP800_63B_4","purpose":"payment"}'
)


def test_encoding() -> None:
    assert EXAMPLE.encode() == ENCODED
    assert Event.decode(ENCODED) == EXAMPLE


@given(events)
def test_round_trip(event: Event) -> None:
    encoded = event.encode()
    assert Event.decode(encoded) == event
    assert encoded == rfc8785.dumps(json.loads(encoded))


def test_an_event_has_these_fields_and_no_others() -> None:
    """Reviewed. A face, score, claim, locator, name, address or free text must find no place."""
    assert {field.name for field in fields(Event)} == {
        "kind",
        "institution",
        "enrolment_id",
        "consent_id",
        "attempt_id",
        "credential_id",
        "kek_id",
        "outcome",
        "reason",
        "purpose",
        "profile",
        "model_digest",
        "record_digest",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "verification.decided"},
        {"kind": "other"},
        {"kind": None},
        {"institution": None},
        {"institution": ""},
        {"institution": "First National Bank"},
        {"purpose": "Jane Doe"},
        {"purpose": "x" * 65},
        {"purpose": "payment\n"},
        {"purpose": 7},
        {"reason": "<script>"},
        {"outcome": 0.87},
        {"outcome": True},
        {"profile": "Zoë"},
        {"enrolment_id": "e4b7ded8-5dd5-4dcd-8c27-59447ce391d4"},
        {"consent_id": 7},
        {"kek_id": bytes(15)},
        {"model_digest": bytes(31)},
        {"record_digest": "00" * 32},
    ],
)
def test_values_that_do_not_fit(changes: dict[str, Any]) -> None:
    values: dict[str, Any] = {"kind": EventKind.CONSENT_GIVEN, "institution": "default"}
    with pytest.raises(InputInvalid):
        Event(**(values | changes))


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 4000,
        b" " * 5000,
        ENCODED + b"\n",
        ENCODED.replace(b":", b": "),
        ENCODED.replace(b"visavis-event-1", b"visavis-event-2"),
        ENCODED.replace(b'"outcome":"non_match"', b'"score":"non_match"'),
        ENCODED.replace(b'"non_match"', b"0.87"),
        ENCODED.replace(b'"non_match"', b"null"),
        ENCODED.replace(b"verification.decided", b"verification.searched"),
        ENCODED.replace(b"0a0b0c", b"0A0B0C"),
        ENCODED.replace(b"e4b7ded8-", b"E4B7DED8-"),
        ENCODED.replace(b"e4b7ded8-", b"e4b7ded8"),
        ENCODED.replace(b'"purpose":"payment"', b'"purpose":"payment","purpose":"payment"'),
        ENCODED.replace(b"payment", b"\\u0070ayment"),
    ],
)
def test_anything_but_the_canonical_form_is_refused(encoded: bytes) -> None:
    with pytest.raises(LogMalformed):
        Event.decode(encoded)


@given(
    st.dictionaries(
        st.sampled_from([field.name for field in fields(Event)]),
        st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()),
        min_size=1,
    )
)
def test_values_of_other_types_are_refused(changes: dict[str, Any]) -> None:
    encoded = json.dumps(json.loads(ENCODED) | changes, sort_keys=True, separators=(",", ":"))
    try:
        event = Event.decode(encoded.encode())
    except LogMalformed:
        return
    assert event.encode() == encoded.encode()


@given(st.binary(max_size=100))
def test_other_bytes_are_refused(encoded: bytes) -> None:
    with pytest.raises(LogMalformed):
        Event.decode(encoded)
