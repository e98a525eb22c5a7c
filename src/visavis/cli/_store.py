"""A store that is opened without its key ring, as for an auditor or a list of callers."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from visavis.errors import InputInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from visavis.records import Snapshot, Store
    from visavis.settings import Settings

__all__ = ["copy_folder", "opened_store", "snapshot", "snapshot_of_any_age"]


def copy_folder(chosen: Settings, given: Path | None) -> Path:
    """Where the copy of the institution's log is.

    Raises:
        InputInvalid: neither the option nor the setting says.
    """
    if given is not None:
        return given
    if chosen.log.copies is None:
        raise InputInvalid("give the copy's folder, or set log.copies")
    return chosen.log.copies / chosen.institution


@contextmanager
def snapshot(chosen: Settings) -> Iterator[Snapshot]:
    """The store as it is now, for reading.

    Raises:
        Error: as ``opened_store``.
    """
    with opened_store(chosen) as store, store.snapshot() as now:
        yield now


@contextmanager
def snapshot_of_any_age(chosen: Settings) -> Iterator[Snapshot]:
    """The same of an old store, too: for its log, by which one sees how old it is."""
    from visavis.records import open_store  # noqa: PLC0415 - slow to import

    with open_store(chosen.store) as store, store.snapshot() as now:
        yield now


@contextmanager
def opened_store(chosen: Settings) -> Iterator[Store]:
    """The store, closed at the end.

    Raises:
        StoreRestored, StoreDiverged: it is older than a log's copy, or contradicts it.
        Error: ``store.*``, ``log.copy_*``.
    """
    from visavis.records import open_store  # noqa: PLC0415 - slow to import
    from visavis.verifier import require_current  # noqa: PLC0415

    with open_store(chosen.store) as store:
        require_current(store, chosen.log.copies)
        yield store
