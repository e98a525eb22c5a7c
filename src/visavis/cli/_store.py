"""A store that is opened without its key ring, as for an auditor."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from visavis.records import Snapshot
    from visavis.settings import Settings

__all__ = ["snapshot"]


@contextmanager
def snapshot(chosen: Settings) -> Iterator[Snapshot]:
    """The store as it is now, for reading."""
    from visavis.records import open_store  # noqa: PLC0415 - slow to import

    with open_store(chosen.store) as store, store.snapshot() as now:
        yield now
