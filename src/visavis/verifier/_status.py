"""How things stand with an institution: counts, epochs, the log. No person is told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from visavis.records import (
    count_enrolments,
    count_unrotated,
    count_waiting,
    last_checkpoint,
    log_size,
)
from visavis.transparency import Checkpoint
from visavis.verifier._log_key import log_key

if TYPE_CHECKING:
    from visavis.records import Snapshot
    from visavis.sealing import Epoch, KeyRing

__all__ = ["InstitutionStatus", "institution_status"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionStatus:
    """An institution at one moment.

    Attributes:
        institution: its identifier.
        enrolments: how many there are.
        unrotated: how many records are sealed with another key than the current epoch's.
        epochs: oldest first, destroyed ones included; the last one is current.
        leaves: how many have their place in the log.
        waiting: how many have none yet.
        checkpoint: the last one, or None.
    """

    institution: str
    enrolments: int
    unrotated: int
    epochs: tuple[Epoch, ...]
    leaves: int
    waiting: int
    checkpoint: Checkpoint | None


def institution_status(
    snapshot: Snapshot, institution: str, *, key_ring: KeyRing
) -> InstitutionStatus:
    """How things stand with an institution.

    Raises:
        KeyringUnknown: the key ring has no such institution.
        InstitutionUnknown: the store has none.
        LogSignatureInvalid, LogMalformed: the last checkpoint is not the log's.
    """
    key = log_key(snapshot, institution)
    note = last_checkpoint(snapshot, institution)
    epochs = key_ring.epochs(institution)
    return InstitutionStatus(
        institution=institution,
        enrolments=count_enrolments(snapshot, institution),
        unrotated=count_unrotated(snapshot, institution, epochs[-1].kek_id),
        epochs=epochs,
        leaves=log_size(snapshot, institution),
        waiting=count_waiting(snapshot, institution),
        checkpoint=None if note is None else Checkpoint.open(note, verifier=key),
    )
