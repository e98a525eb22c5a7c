"""Models converted once and kept in the user's cache folder, whole or not at all.

An entry is the SHA-256 of its content, then the content. It is written beside its place and moved
there in one step, so processes that start together may both build it, and neither reads half of it.
An entry that does not match its digest is built anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_cache_path

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["cache_folder", "cached"]

_DIGEST_SIZE = 32


def cache_folder() -> Path:
    """Where converted models are kept unless the caller names another folder."""
    return user_cache_path("visavis")


def cached(key: str, build: Callable[[], bytes], *, folder: Path) -> bytes:
    """What `build` returned for this key, from the cache where it is there and undamaged.

    A folder that cannot be written to costs time at the next start, and nothing else.

    Args:
        key: a file name that changes whenever the content would.
        build: makes the content.
        folder: of the cache; made if absent, open to its owner only.
    """
    entry = folder / key
    content = _read(entry)
    if content is None:
        content = build()
        with contextlib.suppress(OSError):
            _write(entry, content)
    return content


def _read(entry: Path) -> bytes | None:
    try:
        stored = entry.read_bytes()
    except OSError:
        return None
    digest, content = stored[:_DIGEST_SIZE], stored[_DIGEST_SIZE:]
    return content if hashlib.sha256(content).digest() == digest else None


def _write(entry: Path, content: bytes) -> None:
    entry.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=entry.parent, prefix=f".{entry.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(hashlib.sha256(content).digest())
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(entry)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
