"""Statements that stay as they are, and on SQLite go straight to the driver.

SQLAlchemy keeps what it has compiled, but running it costs some fifty microseconds in Python: ten
times what SQLite needs to do it, and a verification runs thirteen. So for SQLite the text and how
values are converted are taken from SQLAlchemy once. On PostgreSQL a round trip costs more than
that, and what is run often is one statement anyway (``_single.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence

    from ._transaction import Snapshot

    _Clause = sa.Select[Any] | sa.UpdateBase | sa.TextClause
    _Convert = Callable[[Any], Any]


class Statement:
    """A statement whose text is the same each time, with named parameters."""

    __slots__ = ("_clause", "_lite")

    def __init__(self, clause: _Clause) -> None:
        self._clause = clause
        self._lite: _Lite | None = None

    def run(self, snapshot: Snapshot, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """Run it, and return the rows, if it gives any."""
        connection = snapshot.connection
        if connection.dialect.name != "sqlite":
            result = connection.execute(self._clause, values)
            return result.all() if result.returns_rows else ()
        if self._lite is None:
            self._lite = _Lite.of(self._clause, connection.dialect)
        driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        return self._lite.run(driver, values)


@dataclass(frozen=True, slots=True)
class _Lite:
    """How the driver is to be asked.

    Attributes:
        text: with a question mark for each parameter.
        parameters: in their order; what is given for each is converted.
        constants: values that the statement itself has parameters for.
        columns: place and conversion of those that come back as something else.
    """

    text: str
    parameters: tuple[tuple[str, _Convert | None], ...]
    constants: Mapping[str, Any]
    columns: tuple[tuple[int, _Convert], ...]

    @classmethod
    def of(cls, clause: _Clause, dialect: sa.Dialect) -> _Lite:
        compiled: Any = clause.compile(dialect=dialect)
        parameters = [
            (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in compiled.positiontup
        ]
        returned = () if isinstance(clause, sa.TextClause) else clause.exported_columns
        columns = [
            (at, column.type.dialect_impl(dialect).result_processor(dialect, None))
            for at, column in enumerate(returned)
        ]
        return cls(
            text=str(compiled),
            parameters=tuple(parameters),
            constants={name: one for name, one in compiled.params.items() if one is not None},
            columns=tuple((at, convert) for at, convert in columns if convert is not None),
        )

    def run(self, driver: sqlite3.Connection, given: Mapping[str, Any]) -> list[list[Any]]:
        values = {**self.constants, **given}
        rows = driver.execute(
            self.text,
            [
                values[name] if convert is None else convert(values[name])
                for name, convert in self.parameters
            ],
        )
        found = [list(row) for row in rows]
        for row in found:
            for at, convert in self.columns:
                row[at] = convert(row[at])
        return found
