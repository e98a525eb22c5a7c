"""What a restored store is told: records that are read as they were written, or refused."""

from __future__ import annotations

import io
import uuid
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transparency.copies import DAY, event
from visavis.errors import LogCopyDamaged
from visavis.transparency import TOLD, Event, EventKind, Opening, Told
from visavis.transparency._told import read_told

_IDS = st.none() | st.uuids()


@st.composite
def _told(draw: st.DrawFn) -> list[Told]:
    places = sorted(draw(st.sets(st.integers(0, 2**63 - 2), max_size=5)))
    return [
        Told(
            position=place,
            run=place + draw(st.integers(1, 10_000)),
            on=draw(st.dates()),
            opening=Opening.of(
                Event(
                    kind=draw(st.sampled_from(sorted(TOLD))),
                    institution="a" * 63,
                    enrolment_id=draw(_IDS),
                    consent_id=draw(_IDS),
                    credential_id=draw(_IDS),
                    reason=draw(st.none() | st.just("r" * 64)),
                    model_digest=draw(st.none() | st.binary(min_size=32, max_size=32)),
                    record_digest=draw(st.none() | st.binary(min_size=32, max_size=32)),
                )
            ),
        )
        for place in places
    ]


def _read(content: bytes) -> list[Told]:
    return list(read_told(io.BytesIO(content), size=len(content)))


@given(_told())
def test_read_as_written(told: list[Told]) -> None:
    read = _read(b"".join(one.encode() for one in told))
    assert read == told
    for one in read:
        event = one.read()
        known = event.enrolment_id
        assert one.enrolment == (None if known is None else str(known).encode())
        assert [kind for kind in EventKind if one.tells_of(kind)] == [event.kind]


@given(_told(), st.data())
def test_changed_anywhere_it_is_refused(told: list[Told], data: st.DataObject) -> None:
    content = bytearray(b"".join(one.encode() for one in told))
    if not content:
        return
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(LogCopyDamaged):
        _read(bytes(content))


@given(st.binary(min_size=1, max_size=300))
def test_whatever_else_it_is_refused(content: bytes) -> None:
    with pytest.raises(LogCopyDamaged):
        _read(content)


def test_the_end_is_where_the_head_says() -> None:
    one = Told(position=0, run=1, on=DAY, opening=Opening.of(event(EventKind.ENROLMENT_FORGOTTEN)))
    content = one.encode()
    assert list(read_told(io.BytesIO(content * 2), size=len(content))) == [one]
    for size in (len(content) - 1, len(content) + 1, 1):
        with pytest.raises(LogCopyDamaged):
            list(read_told(io.BytesIO(content), size=size))


def test_days_that_are_none_and_events_that_are_too_long() -> None:
    opening = Opening.of(event(EventKind.ENROLMENT_FORGOTTEN, uuid.uuid4()))
    content = Told(position=0, run=1, on=date.min, opening=opening).encode()
    assert _read(content)[0].on == date.min
    long = Opening(blinding=bytes(32), event=b"x" * 1025)
    with pytest.raises(LogCopyDamaged):
        _read(Told(position=0, run=1, on=DAY, opening=long).encode())
