"""Uploads are counted by day and use, up to a limit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.records.house import TODAY, House
from visavis.errors import InputInvalid
from visavis.records import count_upload, list_uploads


def test_uploads_are_counted_up_to_a_limit(house: House) -> None:
    tomorrow = TODAY + timedelta(days=1)
    with house.store.transaction() as t:
        let = [count_upload(t, "default", use="enrolment", on=TODAY, limit=2) for _ in range(4)]
        assert let == [True, True, False, False]
        assert count_upload(t, "default", use="comparison", on=TODAY, limit=2)
        assert count_upload(t, "default", use="enrolment", on=tomorrow, limit=2)
        assert not count_upload(t, "default", use="other", on=TODAY, limit=0)
    with house.store.snapshot() as s:
        counts = list_uploads(s, "default")
    assert counts == {
        (TODAY, "enrolment"): 2,
        (TODAY, "comparison"): 1,
        (tomorrow, "enrolment"): 1,
    }
    with pytest.raises(InputInvalid), house.store.transaction() as t:
        count_upload(t, "default", use="two words", on=TODAY, limit=2)
