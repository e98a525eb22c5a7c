"""The use cases: compare, enrol, verify, forget, and what belongs to them.

What needs a store is imported when it is first asked for: comparing photographs needs none, and
SQLAlchemy would double the time of ``import visavis``.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from visavis.verifier._chain import MAX_SAMPLES
from visavis.verifier._gates import ENROL_GATES, VERIFY_GATES
from visavis.verifier._verifier import DEFAULT_FMR, Verifier

if TYPE_CHECKING:
    from visavis.verifier._audit import (
        LogProof,
        audit_log,
        log_key,
        prove_consistency,
        prove_extension,
        prove_inclusion,
        sign_log,
    )
    from visavis.verifier._beside import make_missing_keys
    from visavis.verifier._enrolment import Enrolment, GivenConsent
    from visavis.verifier._keys import backup_keys, destroy_epoch, rotate_keys, start_epoch
    from visavis.verifier._once import Once
    from visavis.verifier._purge import UNUSED_DAYS, Purged, purge
    from visavis.verifier._status import InstitutionStatus, institution_status
    from visavis.verifier._tend import Tended, tend
    from visavis.verifier._upkeep import enable, forget, withdraw_consent
    from visavis.verifier._vault import DEFAULT_INSTITUTION, Vault
    from visavis.verifier._verification import Verification

__all__ = [
    "DEFAULT_FMR",
    "DEFAULT_INSTITUTION",
    "ENROL_GATES",
    "MAX_SAMPLES",
    "UNUSED_DAYS",
    "VERIFY_GATES",
    "Enrolment",
    "GivenConsent",
    "InstitutionStatus",
    "LogProof",
    "Once",
    "Purged",
    "Tended",
    "Vault",
    "Verification",
    "Verifier",
    "audit_log",
    "backup_keys",
    "destroy_epoch",
    "enable",
    "forget",
    "institution_status",
    "log_key",
    "make_missing_keys",
    "prove_consistency",
    "prove_extension",
    "prove_inclusion",
    "purge",
    "rotate_keys",
    "sign_log",
    "start_epoch",
    "tend",
    "withdraw_consent",
]

_MODULES = {
    "DEFAULT_INSTITUTION": "_vault",
    "InstitutionStatus": "_status",
    "LogProof": "_audit",
    "Enrolment": "_enrolment",
    "GivenConsent": "_enrolment",
    "Once": "_once",
    "Purged": "_purge",
    "Tended": "_tend",
    "UNUSED_DAYS": "_purge",
    "Vault": "_vault",
    "Verification": "_verification",
    "audit_log": "_audit",
    "backup_keys": "_keys",
    "destroy_epoch": "_keys",
    "enable": "_upkeep",
    "forget": "_upkeep",
    "make_missing_keys": "_beside",
    "institution_status": "_status",
    "log_key": "_audit",
    "prove_consistency": "_audit",
    "prove_extension": "_audit",
    "prove_inclusion": "_audit",
    "purge": "_purge",
    "rotate_keys": "_keys",
    "sign_log": "_audit",
    "start_epoch": "_keys",
    "tend": "_tend",
    "withdraw_consent": "_upkeep",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
