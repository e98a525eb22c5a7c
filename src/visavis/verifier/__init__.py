"""The use cases: compare, enrol, verify, forget, and what belongs to them.

What needs a store is imported when it is first asked for: comparing photographs needs none, and
SQLAlchemy would double the time of ``import visavis``.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from visavis.verifier._gates import EYES_TO_COMPARE, EYES_TO_ENROL, require_eye_distance
from visavis.verifier._verifier import DEFAULT_FMR, MAX_SAMPLES, Verifier

if TYPE_CHECKING:
    from visavis.verifier._enrol import Enrolment, GivenConsent
    from visavis.verifier._upkeep import enable, forget, withdraw_consent
    from visavis.verifier._vault import DEFAULT_INSTITUTION, Vault

__all__ = [
    "DEFAULT_FMR",
    "DEFAULT_INSTITUTION",
    "EYES_TO_COMPARE",
    "EYES_TO_ENROL",
    "MAX_SAMPLES",
    "Enrolment",
    "GivenConsent",
    "Vault",
    "Verifier",
    "enable",
    "forget",
    "require_eye_distance",
    "withdraw_consent",
]

_MODULES = {
    "DEFAULT_INSTITUTION": "_vault",
    "Enrolment": "_enrol",
    "GivenConsent": "_enrol",
    "Vault": "_vault",
    "enable": "_upkeep",
    "forget": "_upkeep",
    "withdraw_consent": "_upkeep",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
