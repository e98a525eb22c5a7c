"""Errors about claims, sealed references and key rings."""

from __future__ import annotations

from visavis.errors._base import Error

__all__ = [
    "ClaimMalformed",
    "KeyringCorrupt",
    "KeyringEpochCurrent",
    "KeyringEpochDestroyed",
    "KeyringExists",
    "KeyringMismatch",
    "KeyringMissing",
    "KeyringPermissions",
    "KeyringUnknown",
    "KeyringUnwritable",
    "SealingRefused",
]


class ClaimMalformed(Error):
    """The text is not a claim: cut off, mistyped, or something else altogether."""

    code = "claim.malformed"


class SealingRefused(Error):
    """The sealed bytes do not open.

    One error for every reason (wrong claim, other institution, altered bytes, wrong associated
    data, missing or destroyed key), so that a caller learns nothing by trying.
    """

    code = "sealing.refused"


class KeyringMissing(Error):
    """There is no key ring where one was expected."""

    code = "keyring.missing"


class KeyringExists(Error):
    """Something stands where the key ring or its copy would go; keys are never overwritten."""

    code = "keyring.exists"


class KeyringMismatch(Error):
    """Key ring or log key are not those of this store: its records could not be opened or logged.

    Most often the key ring of another store was given, or an older copy without the last epochs.
    """

    code = "keyring.mismatch"


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
