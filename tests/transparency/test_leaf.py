from __future__ import annotations

import hashlib

import pytest

from visavis.errors import LogMalformed
from visavis.transparency import Event, EventKind, Opening

EVENT = Event(kind=EventKind.CONSENT_GIVEN, institution="default")


def test_a_leaf_commits_to_blinding_and_event() -> None:
    opening = Opening.of(EVENT)
    assert opening.event == EVENT.encode()
    assert len(opening.blinding) == 32
    assert opening.leaf == hashlib.sha256(opening.blinding + EVENT.encode()).digest()
    assert opening.read() == EVENT


def test_the_same_event_never_gives_the_same_leaf() -> None:
    openings = [Opening.of(EVENT) for _ in range(100)]
    assert len({opening.leaf for opening in openings}) == 100
    assert len({opening.blinding for opening in openings}) == 100


def test_blinding_and_event_cannot_flow_into_each_other() -> None:
    opening = Opening.of(EVENT)
    shifted = Opening(opening.blinding + opening.event[:1], opening.event[1:])
    with pytest.raises(LogMalformed):
        _ = shifted.leaf


def test_an_opening_that_is_none() -> None:
    with pytest.raises(LogMalformed):
        Opening(bytes(32), b"{}").read()


def test_repr_does_not_show_the_blinding() -> None:
    opening = Opening.of(EVENT)
    assert "blinding" not in repr(opening)
