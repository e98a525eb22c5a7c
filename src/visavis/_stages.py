"""The stages of a use case, told to whoever listens: a name, when it began and when it ended.

Nothing of what is worked on is told. Nobody listens unless an edge does (``service``), and then
only to what its own context does: a `ContextVar` is no global state of the library's.
"""

from __future__ import annotations

import contextlib
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

__all__ = ["STAGES", "Listener", "Stage", "listening", "stage", "tell"]

Stage = Literal["decode", "detect", "embed", "open", "decide", "store"]
"""Bytes to pixels; pixels to a face; faces to embeddings; a sealed reference with its claim; the
comparison; and what the store does."""

STAGES: Final = frozenset(get_args(Stage))

if TYPE_CHECKING:
    Listener = Callable[[Stage, int, int], None]
    """Takes a stage, when it began and when it ended: nanoseconds since the epoch."""

_listener: ContextVar[Listener | None] = ContextVar("visavis_stages", default=None)
_SILENCE = contextlib.nullcontext()


def stage(name: Stage) -> AbstractContextManager[object]:
    """Say that what is inside is this stage."""
    listener = _listener.get()
    return _SILENCE if listener is None else _Told(listener, name)


def tell(name: Stage, began: int, ended: int) -> None:
    """Tell of a stage that is over, such as another process's."""
    listener = _listener.get()
    if listener is not None:
        listener(name, began, ended)


@contextlib.contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Hear of every stage inside, in this context and those copied from it.

    Who listens already goes on hearing.
    """
    before = _listener.get()

    def both(name: Stage, began: int, ended: int) -> None:
        if before is not None:
            before(name, began, ended)
        listener(name, began, ended)

    token = _listener.set(both)
    try:
        yield
    finally:
        _listener.reset(token)


class _Told:
    """A class, for it is used some ten times in a verification, and generators cost more."""

    __slots__ = ("_began", "_listener", "_name")

    def __init__(self, listener: Listener, name: Stage) -> None:
        self._listener = listener
        self._name: Stage = name

    def __enter__(self) -> None:
        self._began = time.time_ns()

    def __exit__(self, *_: object) -> None:
        self._listener(self._name, self._began, time.time_ns())
