"""The use cases: compare, and later enrol, verify, renew, forget."""

from visavis.verifier._gates import EYES_TO_COMPARE, EYES_TO_ENROL
from visavis.verifier._verifier import DEFAULT_FMR, MAX_SAMPLES, Verifier

__all__ = ["DEFAULT_FMR", "EYES_TO_COMPARE", "EYES_TO_ENROL", "MAX_SAMPLES", "Verifier"]
