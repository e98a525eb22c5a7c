"""Leaves, the sequencer, and reading the log back."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from tests.records.house import TODAY
from visavis.errors import LogSignatureInvalid, LogTampered
from visavis.records import (
    append_leaf,
    count_waiting,
    erase_openings,
    find_leaf,
    forget_enrolment,
    read_checkpoints,
    read_log,
    sequence_leaves,
)
from visavis.transparency import (
    Checkpoint,
    Event,
    EventKind,
    SignerKey,
    check_log,
    inclusion_ranges,
    leaf_hash,
    prove,
    verify_inclusion,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from tests.records.house import House
    from visavis.transparency import LogReport

_EVENT = Event(kind=EventKind.PACK_INSTALLED, institution="default")


def _append(house: House, count: int = 1, *, on: date = TODAY) -> list[bytes]:
    with house.store.transaction() as t:
        return [append_leaf(t, _EVENT, on=on) for _ in range(count)]


def _sequence(house: House, *, limit: int = 10_000) -> bytes | None:
    with house.store.transaction() as t:
        return sequence_leaves(t, "default", signer=house.signer, limit=limit)


def _check(house: House, *external: Checkpoint) -> LogReport:
    with house.store.snapshot() as s:
        own = [
            Checkpoint.open(note, verifier=house.signer.verifier)
            for note in read_checkpoints(s, "default")
        ]
        return check_log(read_log(s, "default"), own=own, external=external)


def _edit(house: House, statement: str, **values: object) -> None:
    with house.store.transaction() as t:
        t.connection.execute(sa.text(statement), values)


def test_leaves_get_dense_places_and_a_checkpoint(house: House) -> None:
    assert _sequence(house) is None
    leaves = _append(house, 5)
    with house.store.snapshot() as s:
        assert count_waiting(s, "default") == 5
        assert find_leaf(s, "default", leaves[0]) is None
    first = _sequence(house, limit=3)
    second = _sequence(house, limit=3)
    assert first is not None
    assert second is not None
    assert _sequence(house) == second  # nothing new
    with house.store.snapshot() as s:
        assert sorted(find_leaf(s, "default", leaf) or 0 for leaf in leaves) == [0, 1, 2, 3, 4]
        assert find_leaf(s, "other", leaves[0]) is None
        assert read_checkpoints(s, "default") == (first, second)
        assert count_waiting(s, "default") == 0
        assert [entry.index for entry in read_log(s, "default", start=1, end=4)] == [1, 2, 3]
    report = _check(house)
    report.require_intact()
    assert (report.size, report.opened) == (5, 5)


def test_a_leaf_is_proved_out_of_the_store(house: House) -> None:
    (leaf,) = _append(house)
    _append(house, 20)
    note = _sequence(house)
    assert note is not None
    checkpoint = Checkpoint.open(note, verifier=house.signer.verifier)
    with house.store.snapshot() as s:

        def hashes(start: int, end: int) -> Iterator[bytes]:
            return (leaf_hash(one.leaf) for one in read_log(s, "default", start=start, end=end))

        index = find_leaf(s, "default", leaf)
        assert index is not None
        proof = prove(inclusion_ranges(index, checkpoint.size), hashes)
    verify_inclusion(
        leaf_hash(leaf), index=index, size=checkpoint.size, proof=proof, root=checkpoint.root
    )


def test_leaves_go_with_the_change_they_record(house: House) -> None:
    def fail() -> None:
        with house.store.transaction() as t:
            append_leaf(t, _EVENT, on=TODAY)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with house.store.snapshot() as s:
        assert count_waiting(s, "default") == 0


def test_many_writers_and_several_sequencers_make_one_log(house: House) -> None:
    threads = [
        threading.Thread(target=work, args=(house,))
        for work in (_write_ten, _write_ten, _write_ten, _sequence_ten, _sequence_ten)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _sequence(house)
    report = _check(house)
    report.require_intact()
    assert report.size == 30


def _write_ten(house: House) -> None:
    for _ in range(10):
        _append(house)


def _sequence_ten(house: House) -> None:
    for _ in range(10):
        _sequence(house)


def test_reading_goes_on_after_a_chunk(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visavis.records._log._CHUNK", 4)
    _append(house, 8)
    _sequence(house)
    assert _check(house).size == 8


def test_openings_go_with_forgetting_and_retention_and_the_log_still_adds_up(
    house: House,
) -> None:
    person = house.enrol()
    _append(house, on=TODAY - timedelta(days=1))
    _append(house)
    _sequence(house)
    with house.store.transaction() as t:
        forget_enrolment(t, "default", person.enrolment_id)
        assert erase_openings(t, "other", before=TODAY) == 0
        assert erase_openings(t, "default", before=TODAY) == 1
    report = _check(house)
    report.require_intact()
    assert (report.size, report.opened) == (3, 1)


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE leaves SET position = NULL WHERE position = 4",
        "DELETE FROM checkpoints WHERE size = 5",
        "UPDATE checkpoints SET peaks = (SELECT leaf FROM leaves WHERE position = 1)",
        "UPDATE checkpoints SET size = 6",
    ],
)
def test_nothing_is_signed_over_a_log_that_was_edited(house: House, edit: str) -> None:
    _append(house, 3)
    _sequence(house)
    _append(house, 2)
    _sequence(house)
    _edit(house, "DELETE FROM checkpoints WHERE size = 3")
    _edit(house, edit)
    _append(house)
    with pytest.raises(LogTampered):
        _sequence(house)


def test_another_key_does_not_go_on_with_the_log(house: House) -> None:
    _append(house)
    _sequence(house)
    house.signer = SignerKey.generate(house.signer.verifier.name)
    with pytest.raises(LogSignatureInvalid):
        _sequence(house)


def test_a_leaf_that_was_exchanged_is_found(house: House) -> None:
    _append(house, 4)
    _sequence(house)
    _edit(house, "DELETE FROM openings")
    _edit(house, "UPDATE leaves SET leaf = :leaf WHERE position = 2", leaf=bytes(32))
    with pytest.raises(LogTampered):
        _check(house).require_intact()
