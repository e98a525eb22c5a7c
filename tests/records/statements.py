"""What a store asks its database, statement by statement."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from visavis.records import Store

# SQLite tells statements with their values filled in.
_VALUE = re.compile(r"X'[0-9a-f]*'|'[^']*'|\b\d+\b|\bNULL\b", re.IGNORECASE)


@contextlib.contextmanager
def noted(store: Store) -> Iterator[list[str]]:
    """Every statement that the writing connections run inside, without its values."""
    statements: list[str] = []
    backend: Any = store._backend
    if backend.name == "sqlite":
        driver = backend._writer._raw
        driver.set_trace_callback(lambda text: statements.append(_VALUE.sub("?", text)))
        yield statements
        driver.set_trace_callback(None)
        return

    def note(*event: Any) -> None:  # noqa: ANN401 - SQLAlchemy's six arguments
        statements.append(event[2])

    run_single = backend.run_single

    def run_and_note(statement: str, values: Mapping[str, object]) -> object:
        statements.append(statement)
        return run_single(statement, values)

    sa.event.listen(backend._engine, "before_cursor_execute", note)
    backend.run_single = run_and_note
    yield statements
    backend.run_single = run_single
    sa.event.remove(backend._engine, "before_cursor_execute", note)
