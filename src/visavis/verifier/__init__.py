"""The use cases: compare, enrol, verify, forget, and what belongs to them.

What needs a store is imported when it is first asked for: comparing photographs needs none, and
SQLAlchemy would double the time of ``import visavis``.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from visavis.extraction import (
    ENROL_GATES,
    MAX_FRAMES,
    MAX_SAMPLES,
    VERIFY_GATES,
    Picture,
    Sample,
)
from visavis.verifier._verifier import DEFAULT_FMR, Verifier

if TYPE_CHECKING:
    from visavis.verifier._audit import (
        LogProof,
        audit_log,
        prove_consistency,
        prove_extension,
        prove_inclusion,
        sign_log,
    )
    from visavis.verifier._beside import (
        make_missing_keys,
        read_server_secret,
        receipt_keys_path,
    )
    from visavis.verifier._copy import Copied, copy_log, require_current
    from visavis.verifier._create import new_institution
    from visavis.verifier._enrolment import Enrolment, GivenConsent
    from visavis.verifier._keys import backup_keys, destroy_epoch, rotate_keys, start_epoch
    from visavis.verifier._live import (
        COLOUR_SECONDS,
        LEAD_SECONDS,
        TURN_SECONDS,
        Capture,
        Judgement,
        Look,
        start_capture,
    )
    from visavis.verifier._log_key import log_key
    from visavis.verifier._once import Once
    from visavis.verifier._open_verification import OpenVerification, begin_verification
    from visavis.verifier._purge import UNUSED_DAYS, Purged, purge
    from visavis.verifier._replay import Replayed, replay
    from visavis.verifier._status import InstitutionStatus, institution_status
    from visavis.verifier._tend import Tended, tend
    from visavis.verifier._upkeep import enable, forget, withdraw_consent
    from visavis.verifier._vault import DEFAULT_INSTITUTION, Vault
    from visavis.verifier._verification import Verification

__all__ = [
    "COLOUR_SECONDS",
    "DEFAULT_FMR",
    "DEFAULT_INSTITUTION",
    "ENROL_GATES",
    "LEAD_SECONDS",
    "MAX_FRAMES",
    "MAX_SAMPLES",
    "TURN_SECONDS",
    "UNUSED_DAYS",
    "VERIFY_GATES",
    "Capture",
    "Copied",
    "Enrolment",
    "GivenConsent",
    "InstitutionStatus",
    "Judgement",
    "LogProof",
    "Look",
    "Once",
    "OpenVerification",
    "Picture",
    "Purged",
    "Replayed",
    "Sample",
    "Tended",
    "Vault",
    "Verification",
    "Verifier",
    "audit_log",
    "backup_keys",
    "begin_verification",
    "copy_log",
    "destroy_epoch",
    "enable",
    "forget",
    "institution_status",
    "log_key",
    "make_missing_keys",
    "new_institution",
    "prove_consistency",
    "prove_extension",
    "prove_inclusion",
    "purge",
    "read_server_secret",
    "receipt_keys_path",
    "replay",
    "require_current",
    "rotate_keys",
    "sign_log",
    "start_capture",
    "start_epoch",
    "tend",
    "withdraw_consent",
]

_MODULES = {
    "COLOUR_SECONDS": "_live",
    "Capture": "_live",
    "Copied": "_copy",
    "DEFAULT_INSTITUTION": "_vault",
    "Enrolment": "_enrolment",
    "GivenConsent": "_enrolment",
    "InstitutionStatus": "_status",
    "Judgement": "_live",
    "LEAD_SECONDS": "_live",
    "LogProof": "_audit",
    "Look": "_live",
    "Once": "_once",
    "OpenVerification": "_open_verification",
    "Purged": "_purge",
    "Replayed": "_replay",
    "TURN_SECONDS": "_live",
    "Tended": "_tend",
    "UNUSED_DAYS": "_purge",
    "Vault": "_vault",
    "Verification": "_verification",
    "audit_log": "_audit",
    "backup_keys": "_keys",
    "begin_verification": "_open_verification",
    "copy_log": "_copy",
    "destroy_epoch": "_keys",
    "enable": "_upkeep",
    "forget": "_upkeep",
    "institution_status": "_status",
    "log_key": "_log_key",
    "make_missing_keys": "_beside",
    "new_institution": "_create",
    "prove_consistency": "_audit",
    "prove_extension": "_audit",
    "prove_inclusion": "_audit",
    "purge": "_purge",
    "read_server_secret": "_beside",
    "receipt_keys_path": "_beside",
    "replay": "_replay",
    "require_current": "_copy",
    "rotate_keys": "_keys",
    "sign_log": "_audit",
    "start_capture": "_live",
    "start_epoch": "_keys",
    "tend": "_tend",
    "withdraw_consent": "_upkeep",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
