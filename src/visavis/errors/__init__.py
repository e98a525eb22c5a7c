"""Every error that visavis raises on purpose: one base, a stable code, a detail safe to show.

The code is part of the public interface: programs branch on it, documentation lists it, and it is
never renamed. The detail is for people, may change, and holds no picture, template, claim or file
content.
"""

from visavis.errors._base import Error, InputInvalid
from visavis.errors._evaluation import ScoresInvalid, ScoresSeparated, ScoresTooFew
from visavis.errors._faces import (
    FaceNone,
    FaceSeveral,
    FaceTooSmall,
    NonMatch,
    OperatingPointAbsent,
)
from visavis.errors._images import (
    ImageCorrupt,
    ImageEmpty,
    ImageTooLarge,
    ImageTooSmall,
    ImageUnreadable,
    ImageUnsupported,
)
from visavis.errors._liveness import LivenessExpired, LivenessFinished
from visavis.errors._log import LogMalformed, LogProofInvalid, LogSignatureInvalid, LogTampered
from visavis.errors._models import (
    ModelCorrupt,
    ModelDigestMismatch,
    ModelManifestInvalid,
    ModelMissing,
    ModelNotStored,
    ModelUnavailable,
    ModelUnknown,
)
from visavis.errors._sealing import (
    ClaimMalformed,
    KeyringCorrupt,
    KeyringEpochCurrent,
    KeyringEpochDestroyed,
    KeyringExists,
    KeyringMissing,
    KeyringPermissions,
    KeyringUnknown,
    KeyringUnwritable,
    SealingRefused,
)
from visavis.errors._store import (
    StoreBusy,
    StoreConflict,
    StoreCorrupt,
    StoreExists,
    StoreKeyInUse,
    StoreMissing,
    StorePermissions,
    StoreUnreachable,
    StoreUnwritable,
    StoreVersion,
)
from visavis.errors._verification import (
    ConsentUnknown,
    EnrolmentDelayed,
    EnrolmentDisabled,
    EnrolmentNeedsRenewal,
    EnrolmentUnknown,
    ProfileUnsatisfied,
    SamplesDisagree,
    TerminalDelayed,
    VerificationRefused,
)

__all__ = [
    "ClaimMalformed",
    "ConsentUnknown",
    "EnrolmentDelayed",
    "EnrolmentDisabled",
    "EnrolmentNeedsRenewal",
    "EnrolmentUnknown",
    "Error",
    "FaceNone",
    "FaceSeveral",
    "FaceTooSmall",
    "ImageCorrupt",
    "ImageEmpty",
    "ImageTooLarge",
    "ImageTooSmall",
    "ImageUnreadable",
    "ImageUnsupported",
    "InputInvalid",
    "KeyringCorrupt",
    "KeyringEpochCurrent",
    "KeyringEpochDestroyed",
    "KeyringExists",
    "KeyringMissing",
    "KeyringPermissions",
    "KeyringUnknown",
    "KeyringUnwritable",
    "LivenessExpired",
    "LivenessFinished",
    "LogMalformed",
    "LogProofInvalid",
    "LogSignatureInvalid",
    "LogTampered",
    "ModelCorrupt",
    "ModelDigestMismatch",
    "ModelManifestInvalid",
    "ModelMissing",
    "ModelNotStored",
    "ModelUnavailable",
    "ModelUnknown",
    "NonMatch",
    "OperatingPointAbsent",
    "ProfileUnsatisfied",
    "SamplesDisagree",
    "ScoresInvalid",
    "ScoresSeparated",
    "ScoresTooFew",
    "SealingRefused",
    "StoreBusy",
    "StoreConflict",
    "StoreCorrupt",
    "StoreExists",
    "StoreKeyInUse",
    "StoreMissing",
    "StorePermissions",
    "StoreUnreachable",
    "StoreUnwritable",
    "StoreVersion",
    "TerminalDelayed",
    "VerificationRefused",
]
