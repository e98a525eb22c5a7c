"""Errors about weights, graphs and packs."""

from __future__ import annotations

from visavis.errors._base import Error

__all__ = [
    "ModelCorrupt",
    "ModelDigestMismatch",
    "ModelManifestInvalid",
    "ModelMissing",
    "ModelNotStored",
    "ModelUnavailable",
    "ModelUnknown",
    "ProcessFailed",
]


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


class ProcessFailed(Error):
    """A process that looks at pictures ended, did not answer in time, or was mistaken.

    Nothing was decided or counted. It is replaced; the next picture finds another.

    Attributes:
        places: ``file:line function`` in that process, for the log; empty where it said nothing.
    """

    code = "process.failed"
    places: tuple[str, ...] = ()
