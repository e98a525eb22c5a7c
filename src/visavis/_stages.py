"""The stages of a use case, told to whoever listens: a name, and nothing of what is worked on.

Nobody listens unless an edge does (``service._traces``), and then only to what its own context
does: a `ContextVar` is no global state of the library's.
"""

from __future__ import annotations

import contextlib
from contextvars import ContextVar
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

__all__ = ["Listener", "Stage", "listening", "stage"]

Stage = Literal["decode", "detect", "embed", "open", "decide", "store"]
"""Bytes to pixels; pixels to a face; faces to embeddings; a sealed reference with its claim; the
comparison; and what the store does."""

if TYPE_CHECKING:
    Listener = Callable[[Stage], AbstractContextManager[object]]

_listener: ContextVar[Listener | None] = ContextVar("visavis_stages", default=None)
_SILENCE = contextlib.nullcontext()


def stage(name: Stage) -> AbstractContextManager[object]:
    """Say that what is inside is this stage."""
    listener = _listener.get()
    return _SILENCE if listener is None else listener(name)


@contextlib.contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Hear of every stage inside, in this context and those copied from it."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
