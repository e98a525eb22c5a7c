"""Retention: what nobody has used for years goes, and so does what opens the log's old leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from visavis.errors import InputInvalid
from visavis.records import append_leaf, erase_openings, forget_unused
from visavis.transparency import Event, EventKind
from visavis.verifier._copy import drop_from_copy

if TYPE_CHECKING:
    from datetime import date

    from visavis.verifier._vault import Vault

__all__ = ["UNUSED_DAYS", "Purged", "purge"]

UNUSED_DAYS = 3 * 365
"""How long what is not used is kept, in days. Ours: longer than most cards and contracts lie idle,
and a face changes; shorten it wherever the consent says so."""

_BATCH = 200  # enrolments forgotten in one transaction: some 50 ms for which others wait
_BATCH_OF_OPENINGS = 5000
_RETENTION = "retention"  # in the log: the reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What retention ended.

    Attributes:
        enrolments: how many were forgotten.
        openings: how many leaves of the log cannot be opened any more, those of the enrolments not
            counted.
    """

    enrolments: int
    openings: int


def purge(vault: Vault, *, unused_days: int = UNUSED_DAYS) -> Purged:
    """Forgets what was last used, and erases what opens leaves that were written, before then.

    What opens leaves goes from the log's copy, too.

    In batches, each durable by itself: it may be interrupted at any time, and called again.
    An enrolment that is in use at this moment is left for the next time.

    Args:
        vault: whose enrolments.
        unused_days: how many days without an accepted attempt are kept; enrolling counts as use.

    Raises:
        InputInvalid: less than one day.
        Error: ``store.*``, ``log.copy_*``; the batches before stand.
    """
    if unused_days < 1:
        raise InputInvalid("retention is at least one day")
    today = vault.clock().astimezone(UTC).date()
    try:
        before = today - timedelta(days=unused_days)
    except OverflowError:
        raise InputInvalid("retention of more days than the calendar has") from None
    enrolments = openings = 0
    while forgotten := _forget(vault, before=before, today=today):
        enrolments += forgotten
    while erased := _erase(vault, before=before):
        openings += erased
    vault.store.wipe()
    if vault.copies is not None:
        drop_from_copy(
            vault.store, vault.institution, to=vault.copies / vault.institution, before=before
        )
    return Purged(enrolments=enrolments, openings=openings)


def _forget(vault: Vault, *, before: date, today: date) -> int:
    with vault.store.transaction() as t:
        forgotten = forget_unused(t, vault.institution, before=before, limit=_BATCH)
        for enrolment_id in forgotten:
            event = Event(
                kind=EventKind.ENROLMENT_FORGOTTEN,
                institution=vault.institution,
                enrolment_id=enrolment_id,
                reason=_RETENTION,
            )
            append_leaf(t, event, on=today)
    return len(forgotten)


def _erase(vault: Vault, *, before: date) -> int:
    with vault.store.transaction() as t:
        return erase_openings(t, vault.institution, before=before, limit=_BATCH_OF_OPENINGS)
