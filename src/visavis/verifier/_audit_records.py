"""Do the sealed records fit the log? It names each by its digest: an old one put back is seen.

Which of two leaves came first is known between two runs of the sequencer and not within one, where
places are random. What one run has placed counts as simultaneous.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from visavis.errors import LogMalformed
from visavis.records import read_digests, read_openings
from visavis.transparency import EventKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from visavis.records import RecordDigest, Snapshot
    from visavis.transparency import Event

__all__ = ["audit_records"]

_MAX_PROBLEMS = 20  # listed one by one, as for leaves
_STARTED = (EventKind.ENROLMENT_RENEWAL_STARTED, EventKind.ENROLMENT_RE_ENROLLED)


def audit_records(
    snapshot: Snapshot, institution: str, *, sizes: Sequence[int]
) -> tuple[list[str], list[str]]:
    """Compares every record with the leaves of its enrolment.

    Args:
        snapshot: of the store.
        institution: whose.
        sizes: of the log's checkpoints, ascending: where the sequencer's runs ended.

    Returns:
        What is wrong, and what cannot be said, in sentences.
    """
    problems: list[str] = []
    unknown = 0
    for record in read_digests(snapshot, institution):
        events = list(_events(snapshot, institution, record.enrolment_id, sizes=sizes))
        expected = _expected(events, pending=record.pending)
        if not expected:
            unknown += 1
        elif record.digest not in expected:
            problems.append(_problem(record))
        if len(problems) == _MAX_PROBLEMS:
            problems.append("More records are wrong than are listed here.")
            break
    limits = [f"{unknown} records have no leaf that opens: they may not be what they were."]
    return problems, limits if unknown else []


def _events(
    snapshot: Snapshot, institution: str, enrolment_id: UUID, *, sizes: Sequence[int]
) -> Iterator[tuple[int, Event]]:
    """The enrolment's events, each with the number of the sequencer's run that placed its leaf."""
    for position, opening in read_openings(snapshot, institution, enrolment_id):
        try:
            event = opening.read()
        except LogMalformed:
            continue  # no leaf of ours
        if event.enrolment_id == enrolment_id and event.record_digest is not None:
            run = len(sizes) if position is None else bisect_right(sizes, position)
            yield run, event


def _expected(events: Sequence[tuple[int, Event]], *, pending: bool) -> set[bytes | None]:
    """The digests that the record may have by the log; empty if nothing is known of it."""
    used = [one for one in events if one[1].kind is EventKind.ENROLMENT_RENEWED]
    if not pending:
        reissued = [one for one in events if one[1].kind is EventKind.ENROLMENT_REISSUED]
        created = [one for one in events if one[1].kind is EventKind.ENROLMENT_CREATED]
        return _last(used) or _last(reissued) or _last(created)
    started = _last([one for one in events if one[1].kind in _STARTED])
    return started - {event.record_digest for _, event in used} or ({None} if started else set())


def _last(events: Sequence[tuple[int, Event]]) -> set[bytes | None]:
    """The digests that the last run names."""
    latest = max((run for run, _ in events), default=0)
    return {event.record_digest for run, event in events if run == latest}


def _problem(record: RecordDigest) -> str:
    which = "pending record" if record.pending else "record"
    return (
        f"The {which} of enrolment {record.enrolment_id} is not the one that the log names last: "
        "it was exchanged, or an old one was put back."
    )
