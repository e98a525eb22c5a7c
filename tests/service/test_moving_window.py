"""So many uses in any stretch of time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from visavis.service._moving_window import MovingWindow


def test_the_oldest_use_makes_room() -> None:
    now = [0.0]
    window = MovingWindow(2, 60.0, clock=lambda: now[0])
    assert window.use("a") == 0.0
    now[0] = 10.0
    assert window.use("a") == 0.0
    assert window.use("a") == 50.0
    assert window.use("b") == 0.0  # another's
    now[0] = 59.9
    assert 0.0 < window.use("a") < 0.11
    now[0] = 60.0
    assert window.use("a") == 0.0
    assert window.use("a") == 10.0


@given(
    amount=st.integers(1, 5),
    seconds=st.floats(0.5, 10.0),
    pauses=st.lists(st.floats(0.0, 5.0), max_size=60),
)
def test_never_more_in_any_stretch(amount: int, seconds: float, pauses: list[float]) -> None:
    now, counted = 0.0, list[float]()
    window = MovingWindow(amount, seconds, clock=lambda: now)
    for pause in pauses:
        now += pause
        recent = [one for one in counted if one + seconds > now]
        wait = window.use("a")
        assert (wait == 0.0) == (len(recent) < amount)
        if wait == 0.0:
            counted.append(now)
