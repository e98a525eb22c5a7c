"""Garbage collection of a process that serves."""

from __future__ import annotations

import gc
from typing import Final

__all__ = ["spare_what_is_loaded"]

_NEW_OBJECTS: Final = 10_000
"""Between two looks; Python's own number, 700, is a few looks in every verification."""


def spare_what_is_loaded() -> None:
    """Never look through what is there now, and less often through what comes.

    For the edges, once everything is loaded: modules and models are hundreds of thousands of
    objects that stay to the end.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 10, 10)
