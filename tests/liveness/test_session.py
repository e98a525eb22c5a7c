from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from visavis.errors import InputInvalid, LivenessExpired, LivenessFinished
from visavis.liveness import LIFETIME, Mode, Session, SessionState

_OPENED = datetime(2026, 11, 22, 12, tzinfo=UTC)
_NONCE = bytes(range(32))


def _at(seconds: float) -> datetime:
    return _OPENED + timedelta(seconds=seconds)


def _session(mode: Mode = Mode.LIGHT_AND_TURNS) -> Session:
    return Session(UUID(int=1), "enrolment", mode, _OPENED)


def _revealed(mode: Mode = Mode.LIGHT_AND_TURNS) -> Session:
    session = _session(mode).challenged(_NONCE, now=_at(1))
    for place in range(len(session.challenge.steps)):
        session, _ = session.reveal(now=_at(2 + place))
    return session


def test_a_session_from_opening_to_outcome() -> None:
    session = _session().challenged(_NONCE, now=_at(1))
    steps = []
    for place in range(9):
        session, step = session.reveal(now=_at(2 + place))
        steps.append(step)
    assert tuple(steps) == session.challenge.steps
    assert session.revealed == (2, 3, 4, 5, 6, 7, 8, 9, 10)
    session = session.end(now=_at(12)).settled(passed=True, now=_at(13))
    assert session.state is SessionState.PASSED
    assert session.ended == 12
    assert not session.counts_as_failure


def test_no_challenge_before_it_is_bound_and_none_twice() -> None:
    with pytest.raises(InputInvalid):
        _ = _session().challenge
    with pytest.raises(InputInvalid):
        _session().challenged(_NONCE, now=_at(1)).challenged(bytes(32), now=_at(2))
    with pytest.raises(InputInvalid):
        Session(UUID(int=1), "", Mode.TURNS_ONLY, _OPENED)
    with pytest.raises(InputInvalid):
        Session(UUID(int=1), "enrolment", Mode.TURNS_ONLY, datetime(2026, 11, 22))  # noqa: DTZ001


def test_the_outcome_is_final() -> None:
    session = _revealed().end(now=_at(20)).settled(passed=False, now=_at(21))
    assert session.counts_as_failure
    for use in (
        lambda: session.settled(passed=True, now=_at(22)),
        lambda: session.challenged(_NONCE, now=_at(22)),
        lambda: session.reveal(now=_at(22)),
        lambda: session.end(now=_at(22)),
        lambda: session.abandoned(now=_at(22)),
    ):
        with pytest.raises(LivenessFinished):
            use()


def test_three_minutes_and_no_longer() -> None:
    late = _at(LIFETIME.total_seconds() + 0.001)
    assert _revealed().end(now=_at(180)).settled(passed=True, now=_at(180)).state == "passed"
    for use in (
        lambda: _session().challenged(_NONCE, now=late),
        lambda: _revealed().end(now=late),
        lambda: _revealed().end(now=_at(20)).settled(passed=True, now=late),
    ):
        with pytest.raises(LivenessExpired):
            use()
    expired = _revealed().abandoned(now=late)
    assert expired.state is SessionState.EXPIRED
    assert expired.counts_as_failure


@pytest.mark.parametrize("session", [_session(), _revealed()])
def test_who_leaves_has_failed(session: Session) -> None:
    left = session.abandoned(now=_at(30))
    assert left.state is SessionState.ABANDONED
    assert left.counts_as_failure


def test_a_session_passes_only_after_its_last_step() -> None:
    with pytest.raises(InputInvalid):
        _revealed().settled(passed=True, now=_at(20))
    with pytest.raises(InputInvalid):
        _session().challenged(_NONCE, now=_at(1)).end(now=_at(2))
    with pytest.raises(InputInvalid):
        _revealed().reveal(now=_at(20))
    with pytest.raises(InputInvalid):
        _revealed().end(now=_at(20)).end(now=_at(21))


def test_the_clock_goes_forward() -> None:
    session, _ = _session().challenged(_NONCE, now=_at(1)).reveal(now=_at(5))
    with pytest.raises(InputInvalid):
        session.reveal(now=_at(4))


def test_a_stored_session_is_the_same_session() -> None:
    session = _revealed()
    assert Session(**asdict(session)) == session
    assert Session(**asdict(session)).challenge == session.challenge


def test_its_repr_hides_the_nonce() -> None:
    assert "nonce" not in repr(_revealed())
    assert _NONCE.hex() not in repr(_revealed())
