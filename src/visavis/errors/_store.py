"""Errors about the store."""

from __future__ import annotations

from visavis.errors._base import Error

__all__ = [
    "InstitutionUnknown",
    "StoreBusy",
    "StoreConflict",
    "StoreCorrupt",
    "StoreDiverged",
    "StoreExists",
    "StoreKeyInUse",
    "StoreMissing",
    "StorePermissions",
    "StoreRestored",
    "StoreUnreachable",
    "StoreUnwritable",
    "StoreVersion",
]


class InstitutionUnknown(Error):
    """The store has no such institution."""

    code = "institution.unknown"


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


class StoreRestored(Error):
    """The store is older than its log's copy: run `visavis store replay` before anything else."""

    code = "store.restored"


class StoreDiverged(Error):
    """The store's log and its copy contradict each other: the log went on after a restore."""

    code = "store.diverged"
