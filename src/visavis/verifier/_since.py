"""What happened since a backup, by the events that are told, and doing it again."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

from visavis.errors import LogCopyDamaged
from visavis.records import (
    append_leaf,
    disable_enrolment,
    enable_enrolment,
    find_enrolment,
    forget_enrolment,
    revoke_credential,
    void_claims,
    withdraw_consent,
)
from visavis.transparency import Event, EventKind

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from visavis.records import Transaction
    from visavis.transparency import Told

__all__ = ["Since"]

_Value = TypeVar("_Value")

_CLAIM_REPLACED = "claim.replaced"  # in the log: the reason
_PRESENT = frozenset({EventKind.ENROLMENT_RENEWED, EventKind.ENROLMENT_REISSUED})
_PENDING = frozenset({EventKind.ENROLMENT_RENEWAL_STARTED, EventKind.ENROLMENT_RE_ENROLLED})
_STATES = frozenset({EventKind.ENROLMENT_DISABLED, EventKind.ENROLMENT_ENABLED})


class Since:
    """Takes events one by one, and applies what they come to.

    Attributes:
        told: what was taken.
    """

    def __init__(self, institution: str, *, on: date) -> None:
        """Nothing has happened yet.

        Args:
            institution: whose events.
            on: today (UTC).
        """
        self.told: list[Told] = []
        self._institution = institution
        self._on = on
        self._forgotten: set[UUID] = set()
        self._withdrawn: dict[UUID, date] = {}
        self._revoked: dict[UUID, date] = {}
        self._states: dict[UUID, tuple[int, bool]] = {}  # the run, and whether it is disabled
        self._present: defaultdict[UUID, set[bytes]] = defaultdict(set)
        self._pending: defaultdict[UUID, set[bytes]] = defaultdict(set)

    def take(self, told: Told) -> None:
        """Take the next one, in order of their positions.

        Raises:
            LogCopyDamaged: it is another institution's, or lacks what its kind has.
        """
        event = told.read()
        if event.institution != self._institution:
            raise LogCopyDamaged("the log's copy tells of another institution")
        self.told.append(told)
        if event.kind is EventKind.CREDENTIAL_REVOKED:
            self._revoked[_given(event.credential_id)] = told.on
            return
        enrolment_id = _given(event.enrolment_id)
        if event.kind is EventKind.ENROLMENT_FORGOTTEN:
            self._forgotten.add(enrolment_id)
        elif event.kind is EventKind.CONSENT_WITHDRAWN:
            self._withdrawn[_given(event.consent_id)] = told.on
        elif event.kind in _STATES:
            self._take_state(enrolment_id, told.run, event.kind is EventKind.ENROLMENT_DISABLED)
        elif event.kind in _PRESENT:
            self._present[enrolment_id].add(_given(event.record_digest))
        elif event.kind in _PENDING:
            self._pending[enrolment_id].add(_given(event.record_digest))

    def apply(self, t: Transaction) -> dict[str, int]:
        """Do it again; how often each, by the names in ``Replayed``.

        What concerns enrolments that the store does not have, does nothing.
        """
        ours = self._institution
        forgotten = sum(forget_enrolment(t, ours, one) for one in self._forgotten)
        withdrawn = [withdraw_consent(t, ours, one, on=on) for one, on in self._withdrawn.items()]
        revoked = [revoke_credential(t, ours, one, on=on) for one, on in self._revoked.items()]
        states = {
            disabled: [one for one, (_, found) in self._states.items() if found is disabled]
            for disabled in (True, False)
        }
        disabled = sum(disable_enrolment(t, ours, one) for one in states[True])
        enabled = sum(enable_enrolment(t, ours, one) for one in states[False])
        replaced = sum(self._replace(t, one) for one in self._present.keys() | self._pending.keys())
        return {
            "forgotten": forgotten,
            "withdrawn": sum(one is not None for one in withdrawn),
            "revoked": sum(revoked),
            "disabled": disabled,
            "enabled": enabled,
            "replaced": replaced,
        }

    def _take_state(self, enrolment_id: UUID, run: int, disabled: bool) -> None:  # noqa: FBT001
        """The later one counts; within one run nobody knows which that is, and shut is safer."""
        known_run, known = self._states.get(enrolment_id, (0, False))
        self._states[enrolment_id] = (run, disabled or (known and known_run == run))

    def _replace(self, t: Transaction, enrolment_id: UUID) -> bool:
        """Void the claims that were replaced; whether none is left."""
        if find_enrolment(t, self._institution, enrolment_id) is None or not void_claims(
            t,
            self._institution,
            enrolment_id,
            present=self._present.get(enrolment_id, frozenset()),
            pending=self._pending.get(enrolment_id, frozenset()),
        ):
            return False
        disable_enrolment(t, self._institution, enrolment_id)
        event = Event(
            kind=EventKind.ENROLMENT_DISABLED,
            institution=self._institution,
            enrolment_id=enrolment_id,
            reason=_CLAIM_REPLACED,
        )
        append_leaf(t, event, on=self._on)
        return True


def _given(value: _Value | None) -> _Value:
    if value is None:
        raise LogCopyDamaged("the log's copy tells of an event without its id or digest")
    return value
