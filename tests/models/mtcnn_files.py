"""The MTCNN weight files, as PyPI's ``mtcnn`` carries them; the package is never imported."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

__all__ = ["weight_file"]


def weight_file(name: str) -> bytes:
    """The content of ``pnet.lz4``, ``rnet.lz4`` or ``onet.lz4``."""
    files = importlib.metadata.files("mtcnn") or []
    (found,) = (file for file in files if file.name == name)
    return Path(str(found.locate())).read_bytes()
