"""Every error that visavis raises on purpose: one base, a stable code, a detail safe to show.

The code is part of the public interface: programs branch on it, documentation lists it, and it is
never renamed. The detail is for people, may change, and holds no picture, template, claim or file
content.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "ClaimMalformed",
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
]


class Error(Exception):
    """The base of every visavis error.

    Attributes:
        code: stable, dotted, machine-readable (``face.none``).
        detail: one sentence for people, free of secrets and personal data.
        input: which argument is meant, where there are several (``probes[1]``), else None.
    """

    code: ClassVar[str] = "error"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail
        self.input: str | None = None

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"


class InputInvalid(Error):
    """An argument has the wrong type, shape, range or count."""

    code = "input.invalid"


# Images ------------------------------------------------------------------------------------------


class ImageUnreadable(Error):
    """The file does not exist or may not be read."""

    code = "image.unreadable"


class ImageEmpty(Error):
    """There are no bytes."""

    code = "image.empty"


class ImageUnsupported(Error):
    """The bytes are not in one of the formats visavis opens, or use a feature it refuses."""

    code = "image.unsupported"


class ImageTooLarge(Error):
    """More bytes, pixels or side length than the limits allow."""

    code = "image.too_large"


class ImageTooSmall(Error):
    """No face could be seen in so few pixels."""

    code = "image.too_small"


class ImageCorrupt(Error):
    """The format is known, but the content is truncated or damaged."""

    code = "image.corrupt"


# Models ------------------------------------------------------------------------------------------


class ModelUnknown(Error):
    """No model pack of that name is known."""

    code = "model.unknown"


class ModelMissing(Error):
    """A file of the pack is not installed. visavis never downloads on its own."""

    code = "model.missing"


class ModelUnavailable(Error):
    """A file of the pack could not be fetched: offline, refused, or interrupted."""

    code = "model.unavailable"


class ModelNotStored(Error):
    """A pack's folder cannot be written or removed: disk full, no permission."""

    code = "model.not_stored"


class ModelDigestMismatch(Error):
    """A file is not the one its manifest pins: its SHA-256 or size differs."""

    code = "model.digest_mismatch"


class ModelCorrupt(Error):
    """A weight file or graph is truncated, damaged, hostile, or not of the expected kind."""

    code = "model.corrupt"


class ModelManifestInvalid(Error):
    """A pack's manifest does not say what it must."""

    code = "model.manifest_invalid"


# Faces -------------------------------------------------------------------------------------------


class FaceNone(Error):
    """No face was found."""

    code = "face.none"


class FaceSeveral(Error):
    """A second face is at least half as large as the largest: whose is meant is not clear."""

    code = "face.several"


class FaceTooSmall(Error):
    """The eyes are closer together than the limit for this use."""

    code = "face.too_small"


# Comparison --------------------------------------------------------------------------------------


class OperatingPointAbsent(Error):
    """The model card has no threshold for this FMR and these counts of samples; none is made up."""

    code = "operating_point.absent"


class NonMatch(Error):
    """Raised by ``Decision.require_match`` only: a non-match itself is a normal outcome."""

    code = "decision.non_match"


# Evaluation --------------------------------------------------------------------------------------


class ScoresInvalid(Error):
    """Scores, or the ids that come with them, have the wrong type or shape, or are not finite."""

    code = "scores.invalid"


class ScoresTooFew(Error):
    """There are not enough comparisons (or people) to measure what was asked for."""

    code = "scores.too_few"


class ScoresSeparated(Error):
    """A threshold parts genuine from impostor scores without error: no slope can be fitted."""

    code = "scores.separated"


# Sealing -----------------------------------------------------------------------------------------


class ClaimMalformed(Error):
    """The text is not a claim: cut off, mistyped, or something else altogether."""

    code = "claim.malformed"


class SealingRefused(Error):
    """The sealed bytes do not open.

    One error for every reason (wrong claim, other institution, altered bytes, wrong associated
    data, missing or destroyed key), so that a caller learns nothing by trying.
    """

    code = "sealing.refused"


# Key rings ---------------------------------------------------------------------------------------


class KeyringMissing(Error):
    """There is no key ring where one was expected."""

    code = "keyring.missing"


class KeyringExists(Error):
    """Something stands where the key ring or its copy would go; keys are never overwritten."""

    code = "keyring.exists"


class KeyringPermissions(Error):
    """The file is open to others, owned by another, a link, or not to be read by this process."""

    code = "keyring.permissions"


class KeyringCorrupt(Error):
    """The key ring is damaged, of an unknown version, or holds a key that is not its id's."""

    code = "keyring.corrupt"


class KeyringUnwritable(Error):
    """The key ring could not be written, or not for certain: folder, disk or permissions."""

    code = "keyring.unwritable"


class KeyringUnknown(Error):
    """The key ring holds no such institution, epoch or key."""

    code = "keyring.unknown"


class KeyringEpochDestroyed(Error):
    """The epoch was in this key ring, and its key was destroyed on purpose."""

    code = "keyring.epoch_destroyed"


class KeyringEpochCurrent(Error):
    """The current epoch is not destroyed; start another one first."""

    code = "keyring.epoch_current"


# The transparency log ----------------------------------------------------------------------------


class LogMalformed(Error):
    """Bytes that should be an event, a key, a signed note or a checkpoint are none."""

    code = "log.malformed"


class LogSignatureInvalid(Error):
    """A checkpoint carries no valid signature of the key that was expected."""

    code = "log.signature_invalid"


class LogProofInvalid(Error):
    """An inclusion or consistency proof does not prove what it should."""

    code = "log.proof_invalid"


class LogTampered(Error):
    """The log does not agree with its checkpoints or openings."""

    code = "log.tampered"


# The store ---------------------------------------------------------------------------------------


class StoreMissing(Error):
    """There is no store at this place, or the database holds none."""

    code = "store.missing"


class StoreExists(Error):
    """Something stands where the new store would go; nothing is overwritten."""

    code = "store.exists"


class StoreVersion(Error):
    """The store is of another version; `visavis store upgrade` brings an older one up to date."""

    code = "store.version"


class StorePermissions(Error):
    """The store's file is open to others, owned by another user, a link, or no plain file."""

    code = "store.permissions"


class StoreUnreachable(Error):
    """The database does not answer or refuses us. What was not confirmed may be done or not."""

    code = "store.unreachable"


class StoreUnwritable(Error):
    """The database takes no changes: read-only, disk full, input/output error. Nothing changed."""

    code = "store.unwritable"


class StoreBusy(Error):
    """Others hold the database for longer than we wait. Nothing was changed; try again."""

    code = "store.busy"


class StoreCorrupt(Error):
    """The file is no database, or a damaged one, or holds rows that visavis never wrote."""

    code = "store.corrupt"


class StoreConflict(Error):
    """The change contradicts what is stored: a doubled id, or an unknown institution or key."""

    code = "store.conflict"


class StoreKeyInUse(Error):
    """Records are still sealed with this key; rotate first."""

    code = "store.key_in_use"
