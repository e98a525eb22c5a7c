"""Both phases of an attempt in one statement each, for PostgreSQL.

In several statements, most of a verification's time goes into round trips. So where nothing stands
against an attempt, it is counted by one statement, and settled with its leaf by another. Each does
all of it or nothing; where it did nothing, the caller goes the long way, which knows every case
(``begin_attempt``, ``accept_attempt``, ``reject_attempt``). So these hold no rule of their own.

A statement sees other tables as they were when it began, also where it had to wait for the lock on
the enrolment; of that row itself it sees the newest version (PostgreSQL, section 13.2.1). So what
is decided here rests on that row: fewer than ``free`` failures, or nothing open but this attempt.
The failures of thirty days may lag behind by those that were counted during the wait, fewer than
``free``; that many are kept clear of the limit.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from visavis.sealing import Binding, Sealed

from ._attempts import Delayed, Disabled, Reserved, Settlement, Unknown, day_of, seconds_of
from ._begin import Begun, begin_attempt
from ._durability import Durability
from ._limits import WINDOW_DAYS
from ._records import StoredRecord
from ._words import check_word

if TYPE_CHECKING:
    from datetime import datetime

    from visavis.transparency import Opening

    from ._begin import Presented
    from ._limits import AttemptLimits
    from ._store import Store

__all__ = ["begin_at_once", "settle_at_once"]


def begin_at_once(
    store: Store, presented: Presented, *, limits: AttemptLimits, now: datetime
) -> Begun | None:
    """Begin an attempt where nothing stands against it; None, and nothing was changed, elsewhere.

    It is on disk with the transaction that settles it (docs/decisions/0009).

    Raises:
        InputInvalid: the time has no zone, or the terminal is no word.
        Error: ``store.*``.
    """
    if not store.takes_single_statements:
        return _begin_in_several(store, presented, limits=limits, now=now)
    terminal, day, attempt_id = presented.terminal, day_of(now), uuid.uuid4()
    if terminal is not None:
        check_word(terminal, what="terminal")
    counted, consented, enrolment_id, *rest = store.run_single(
        _BEGIN,
        {
            "institution": presented.institution,
            "locator": presented.locator,
            "expected": presented.enrolment_id,
            "purpose": presented.purpose,
            "terminal": terminal,
            "attempt": attempt_id,
            "seconds": seconds_of(now),
            "day": day,
            "since": day - timedelta(days=WINDOW_DAYS - 1),
            "free": limits.free,
            "window": limits.window - limits.free,
            "at_terminal": limits.terminal,
        },
    )
    if counted:
        locator, model_digest, consent_id, pending, version, wrap, body = rest
        binding = Binding(
            institution=presented.institution,
            locator=locator,
            enrolment_id=enrolment_id,
            model_digest=model_digest,
            consent_id=consent_id,
        )
        sealed = Sealed(wrap=wrap, body=body)
        record = StoredRecord(binding=binding, sealed=sealed, pending=pending, version=version)
        reserved = Reserved(
            institution=presented.institution, enrolment_id=enrolment_id, attempt_id=attempt_id
        )
        return Begun(answer=reserved, record=record, enrolment_id=enrolment_id)
    if consented or terminal is not None:
        return None
    return Begun(answer=Unknown(), record=None, enrolment_id=enrolment_id)


def settle_at_once(
    store: Store,
    reserved: Reserved,
    opening: Opening,
    *,
    settlement: Settlement,
    limits: AttemptLimits,
    now: datetime,
) -> bool:
    """Settle an attempt in the usual way and log it; False, and nothing was changed, elsewhere.

    Args:
        store: where.
        reserved: the attempt.
        opening: of what to log.
        settlement: ``ACCEPTED`` or ``FAILED``, as it should be.
        limits: the profile's.
        now: with a time zone.

    Raises:
        InputInvalid: the time has no zone.
        Error: ``store.*``.
    """
    if not store.takes_single_statements:
        return False
    day = day_of(now)
    (settled,) = store.run_single(
        _ACCEPT if settlement is Settlement.ACCEPTED else _FAIL,
        {
            "institution": reserved.institution,
            "enrolment": reserved.enrolment_id,
            "attempt": reserved.attempt_id,
            "not_before": seconds_of(now) - int(limits.timeout.total_seconds()),
            "day": day,
            "since": day - timedelta(days=WINDOW_DAYS - 1),
            "disabled_at": limits.disabled_at,
            "window": limits.window - limits.free,
            "leaf": opening.leaf,
            "blinding": opening.blinding,
            "event": opening.event,
        },
    )
    return bool(settled)


class _Denied(Exception):
    """Undoes the transaction."""


def _begin_in_several(
    store: Store, presented: Presented, *, limits: AttemptLimits, now: datetime
) -> Begun | None:
    try:
        with store.transaction(durability=Durability.WITH_THE_NEXT) as t:
            begun = begin_attempt(t, presented, limits=limits, now=now)
            if isinstance(begun.answer, Delayed | Disabled):
                raise _Denied  # noqa: TRY301 - it ends the transaction
    except _Denied:
        return None
    return begun


_BEGIN = """
WITH held AS MATERIALIZED (
    SELECT r.*, e.state, e.consecutive_failures
    FROM records r JOIN enrolments e ON e.enrolment_id = r.enrolment_id
    WHERE r.locator = %(locator)s AND r.institution = %(institution)s
      AND (%(expected)s::uuid IS NULL OR r.enrolment_id = %(expected)s::uuid)
    FOR UPDATE OF e
), consented AS MATERIALIZED (
    SELECT held.enrolment_id FROM held WHERE EXISTS (
        SELECT FROM consents c WHERE c.enrolment_id = held.enrolment_id
          AND (%(purpose)s::text IS NULL OR c.purpose = %(purpose)s::text)
          AND c.given_on <= %(day)s AND c.withdrawn_on IS NULL
          AND (c.expires_on IS NULL OR c.expires_on > %(day)s))
), free AS MATERIALIZED (
    SELECT held.enrolment_id FROM held JOIN consented USING (enrolment_id)
    WHERE held.state = 'active' AND held.consecutive_failures < %(free)s
      AND (SELECT coalesce(sum(f.count), 0) FROM failures f
           WHERE f.enrolment_id = held.enrolment_id AND f.day >= %(since)s) < %(window)s
), at_terminal AS (
    INSERT INTO terminal_failures (institution, terminal, day, count)
    SELECT %(institution)s, %(terminal)s::text, %(day)s, 1 FROM free
    WHERE %(terminal)s::text IS NOT NULL
    ON CONFLICT (institution, terminal, day) DO UPDATE SET count = terminal_failures.count + 1
    WHERE terminal_failures.count < %(at_terminal)s
    RETURNING 1
), let AS MATERIALIZED (
    SELECT enrolment_id FROM free
    WHERE %(terminal)s::text IS NULL OR EXISTS (SELECT FROM at_terminal)
), counted AS (
    UPDATE enrolments e
    SET consecutive_failures = e.consecutive_failures + 1, last_attempt_at = %(seconds)s
    FROM let WHERE e.enrolment_id = let.enrolment_id
    RETURNING 1
), failed AS (
    INSERT INTO failures (enrolment_id, day, count) SELECT enrolment_id, %(day)s, 1 FROM let
    ON CONFLICT (enrolment_id, day) DO UPDATE SET count = failures.count + 1
), opened AS (
    INSERT INTO attempts (attempt_id, enrolment_id, terminal, reserved_at)
    SELECT %(attempt)s, enrolment_id, %(terminal)s::text, %(seconds)s FROM let
)
SELECT EXISTS (SELECT FROM counted), EXISTS (SELECT FROM consented), held.enrolment_id,
    held.locator, held.model_digest, held.consent_id, held.pending, held.version, held.wrap,
    held.body
FROM set_config('synchronous_commit', 'off', true) LEFT JOIN held ON true
"""

_SETTLE = """
WITH held AS MATERIALIZED (
    SELECT e.enrolment_id, e.consecutive_failures, a.attempt_id, a.terminal,
        (to_timestamp(a.reserved_at) AT TIME ZONE 'UTC')::date AS counted_on
    FROM enrolments e JOIN attempts a ON a.enrolment_id = e.enrolment_id
    WHERE e.enrolment_id = %(enrolment)s AND e.institution = %(institution)s
      AND a.attempt_id = %(attempt)s AND e.state = 'active' AND a.reserved_at >= %(not_before)s
    FOR UPDATE OF e, a
), usual AS MATERIALIZED (
    SELECT * FROM held WHERE {condition}
), closed AS (
    DELETE FROM attempts a USING usual WHERE a.attempt_id = usual.attempt_id
), {more} leaf AS (
    INSERT INTO leaves (leaf, institution) SELECT %(leaf)s, %(institution)s FROM usual
    RETURNING 1
), opening AS (
    INSERT INTO openings (leaf, blinding, event, enrolment_id, written_on)
    SELECT %(leaf)s, %(blinding)s, %(event)s, enrolment_id, %(day)s FROM usual
)
SELECT EXISTS (SELECT FROM leaf)
"""

# No other attempt is open, so that there is none that goes on counting.
_ACCEPT = _SETTLE.format(
    condition="consecutive_failures = 1",
    more="""
anew AS (
    UPDATE enrolments e
    SET last_used_on = %(day)s, consecutive_failures = 0, last_attempt_at = NULL
    FROM usual WHERE e.enrolment_id = usual.enrolment_id
), failure AS (
    UPDATE failures f SET count = f.count - 1 FROM usual
    WHERE f.enrolment_id = usual.enrolment_id AND f.day = usual.counted_on AND f.count > 0
), at_terminal AS (
    UPDATE terminal_failures t SET count = t.count - 1 FROM usual
    WHERE t.institution = %(institution)s AND t.terminal = usual.terminal
      AND t.day = usual.counted_on AND t.count > 0
),""",
)

_FAIL = _SETTLE.format(
    condition="""consecutive_failures < %(disabled_at)s
      AND (SELECT coalesce(sum(f.count), 0) FROM failures f
           WHERE f.enrolment_id = held.enrolment_id AND f.day >= %(since)s) < %(window)s""",
    more="",
)
