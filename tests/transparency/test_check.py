from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.errors import InputInvalid, LogTampered
from visavis.transparency import (
    EMPTY_ROOT,
    Checkpoint,
    Event,
    EventKind,
    LogEntry,
    LogReport,
    Opening,
    check_log,
    leaf_hash,
    root_of,
)

ORIGIN = "example.com/log"
SIZE = 12


def entry(index: int) -> LogEntry:
    event = Event(
        kind=EventKind.VERIFICATION_DECIDED,
        institution="default",
        attempt_id=uuid.UUID(int=index),
        outcome="match",
    )
    opening = Opening.of(event)
    return LogEntry(index=index, leaf=opening.leaf, opening=opening)


LOG = [entry(index) for index in range(SIZE)]


def checkpoint(size: int, log: list[LogEntry] = LOG) -> Checkpoint:
    root = root_of(leaf_hash(one.leaf) for one in log[:size])
    return Checkpoint(origin=ORIGIN, size=size, root=root)


OWN = [checkpoint(size) for size in (4, 8, SIZE)]


def renumbered(log: list[LogEntry]) -> list[LogEntry]:
    """As somebody would who covers the traces."""
    return [replace(one, index=index) for index, one in enumerate(log)]


def unopened(log: list[LogEntry]) -> list[LogEntry]:
    return [replace(one, opening=None) for one in log]


def assert_found(report: LogReport) -> None:
    assert not report.intact
    with pytest.raises(LogTampered) as caught:
        report.require_intact()
    assert caught.value.detail == report.problems[0]


def test_an_intact_log() -> None:
    report = check_log(LOG, own=OWN, external=[checkpoint(8)])
    report.require_intact()
    assert report.intact
    assert (report.size, report.opened, report.problems) == (SIZE, SIZE, ())
    assert report.root == OWN[-1].root
    assert report.limits == (
        "A log does not show what was never written to it.",
        (
            "No external checkpoint fits from leaf 8 on: what stands there could have been edited "
            "or shortened, and signed again with the log's key."
        ),
    )


def test_an_empty_log() -> None:
    report = check_log([], own=[Checkpoint(origin=ORIGIN, size=0, root=EMPTY_ROOT)])
    assert report.intact
    assert (report.size, report.root) == (0, EMPTY_ROOT)
    assert_found(check_log([], own=[Checkpoint(origin=ORIGIN, size=0, root=bytes(32))]))


# Against the log's own checkpoints, whoever edits the table without its key is found.


@given(st.integers(0, SIZE - 1))
def test_an_edited_leaf(at: int) -> None:
    log = [*LOG[:at], replace(entry(at), opening=None), *LOG[at + 1 :]]
    report = check_log(log, own=OWN)
    assert_found(report)
    within = max(size for size in (0, 4, 8) if size <= at)
    assert f"within leaves {within} to {within + 3}" in report.problems[0]


@given(st.integers(0, SIZE - 1))
def test_a_dropped_leaf(at: int) -> None:
    log = LOG[:at] + LOG[at + 1 :]
    assert_found(check_log(log, own=OWN))
    assert_found(check_log(unopened(renumbered(log)), own=OWN))
    if at < SIZE - 1:  # a gap shows even without any checkpoint
        assert_found(check_log(log))


@given(st.integers(1, SIZE))
def test_a_shortened_log(size: int) -> None:
    report = check_log(LOG[: SIZE - size], own=OWN)
    assert_found(report)
    assert report.problems[-1].endswith(f"dropped, at least {report_missing(size)}.")


def report_missing(dropped: int) -> int:
    """How many the first checkpoint that does not fit any more speaks of."""
    left = SIZE - dropped
    return min(size for size in (4, 8, SIZE) if size > left) - left


@given(st.permutations(range(SIZE)))
def test_reordered_leaves(order: list[int]) -> None:
    log = [LOG[index] for index in order]
    if order == sorted(order):
        assert check_log(log, own=OWN).intact
    else:
        assert_found(check_log(log))
        assert_found(check_log(unopened(renumbered(log)), own=OWN))


@given(st.integers(0, SIZE))
def test_an_inserted_leaf(at: int) -> None:
    log = renumbered([*LOG[:at], entry(99), *LOG[at:]])
    report = check_log(unopened(log), own=OWN)
    if at < SIZE:
        assert_found(report)
    else:  # appended: nothing signed speaks against it, and the report says so
        assert report.intact
        assert f"No checkpoint covers leaf {SIZE}: they may not be what they were." in report.limits


@given(st.integers(0, SIZE - 1))
def test_an_edited_event(at: int) -> None:
    """The leaf stays, the event in the side table becomes another."""
    opening = LOG[at].opening
    assert opening is not None
    edited = replace(opening, event=opening.event.replace(b'"match"', b'"non_match"'))
    assert edited != opening
    report = check_log([*LOG[:at], replace(LOG[at], opening=edited), *LOG[at + 1 :]], own=OWN)
    assert_found(report)
    assert report.problems == (f"Leaf {at} and its event do not fit: one of them was edited.",)
    assert report.opened == SIZE - 1


def test_an_opening_or_leaf_of_another_length() -> None:
    opening = LOG[0].opening
    assert opening is not None
    cut = replace(LOG[0], opening=replace(opening, blinding=opening.blinding[1:]))
    assert_found(check_log([cut, *LOG[1:]], own=OWN))
    assert_found(check_log([replace(LOG[0], leaf=b"", opening=None), *LOG[1:]]))


def test_erased_openings_are_no_problem() -> None:
    log = [*LOG[:3], *unopened(LOG[3:5]), *LOG[5:]]
    report = check_log(log, own=OWN)
    assert report.intact
    assert (
        "2 of 12 leaves have no opening that fits: what happened there cannot be said from the "
        "log alone."
    ) in report.limits


# Whoever has the log's key as well rewrites the log and signs it again.


@given(st.integers(0, 7))
def test_a_rewritten_log(at: int) -> None:
    rewritten = [*LOG[:at], entry(at), *LOG[at + 1 :]]
    signed_again = [checkpoint(size, rewritten) for size in (4, 8, SIZE)]

    without = check_log(rewritten, own=signed_again)
    assert without.intact
    assert any("No checkpoint from elsewhere was given" in limit for limit in without.limits)

    report = check_log(rewritten, own=signed_again, external=[checkpoint(8)])
    assert_found(report)
    assert report.problems[-1] == (
        "The log's own checkpoints fit: it was rewritten and signed again."
    )
    assert "Two checkpoints of size 8 differ: the log's key has signed two histories." in (
        report.problems
    )


def test_a_log_rewritten_behind_the_external_checkpoint_is_a_stated_limit() -> None:
    rewritten = [*LOG[:9], entry(9), *LOG[10:]]
    signed_again = [checkpoint(size, rewritten) for size in (4, 8, SIZE)]
    report = check_log(rewritten, own=signed_again, external=[checkpoint(8)])
    assert report.intact
    assert any("from leaf 8 on" in limit for limit in report.limits)


def test_a_log_shortened_and_signed_again() -> None:
    signed_again = [checkpoint(4), checkpoint(6)]
    assert check_log(LOG[:6], own=signed_again).intact
    report = check_log(LOG[:6], own=signed_again, external=[checkpoint(8)])
    assert_found(report)
    assert "dropped, at least 2." in report.problems[0]


def test_a_log_shortened_to_the_external_checkpoint_is_a_stated_limit() -> None:
    report = check_log(LOG[:8], own=[checkpoint(8)], external=[checkpoint(8)])
    assert report.intact
    assert any("would leave no trace" in limit for limit in report.limits)


def test_without_checkpoints_nothing_is_promised() -> None:
    report = check_log(LOG)
    assert report.intact
    assert "No checkpoint covers leaves 0 to 11: they may not be what they were." in report.limits


def test_checkpoints_of_two_logs() -> None:
    with pytest.raises(InputInvalid):
        check_log(LOG, own=OWN, external=[replace(OWN[0], origin="example.com/other")])


def test_a_log_that_is_wrong_everywhere_gives_a_short_list() -> None:
    log = [replace(one, index=one.index * 2 + 1) for one in LOG] * 10
    report = check_log(log)
    assert len(report.problems) == 21
    assert report.problems[-1] == "More leaves are wrong than are listed here."


def test_a_log_is_read_once_and_not_kept() -> None:
    report = check_log((one for one in LOG), own=OWN)
    assert report.intact
