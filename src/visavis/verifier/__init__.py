"""The use cases: compare, enrol, verify, forget, and what belongs to them."""

from visavis.verifier._enrol import Enrolment, GivenConsent
from visavis.verifier._gates import EYES_TO_COMPARE, EYES_TO_ENROL
from visavis.verifier._upkeep import enable, forget, withdraw_consent
from visavis.verifier._vault import DEFAULT_INSTITUTION, Vault
from visavis.verifier._verifier import DEFAULT_FMR, MAX_SAMPLES, Verifier

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
    "withdraw_consent",
]
