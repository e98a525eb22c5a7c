"""How a pack's folder is changed: by one process at a time, and never half-way."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from visavis.errors import ModelNotStored
from visavis.models._packs import pack_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["changing", "commit"]


@contextmanager
def changing(name: str, *, home: Path | None) -> Iterator[Path]:
    """Hold the lock of a pack, and give its folder, made where it did not exist.

    Another process that wants the same pack waits. The lock's file lies beside the folder and is
    never removed: two processes could otherwise hold locks on two files of one name.

    Raises:
        ModelNotStored: the folder cannot be written, now or in the course of the change.
    """
    folder = pack_folder(name, home=home)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with folder.with_name(f".{name}.lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            folder.mkdir(exist_ok=True)  # who held the lock may have removed the pack
            yield folder
    except OSError as error:
        raise ModelNotStored(f"the pack {name} cannot be changed: {error.strerror}") from error


def commit(part: Path, final: Path) -> None:
    """Give a finished file its name, so that a crash leaves the old file or the new one."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(final)
    folder = os.open(final.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
