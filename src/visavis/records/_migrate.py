"""Which version a store has, and how an older one becomes the present one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from visavis.errors import StoreMissing, StoreVersion

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext, RevisionStep

STORE_VERSION = "0002"
"""The version that this visavis reads and writes."""

_VERSION_TABLE = "store_version"
_MIGRATIONS = Path(__file__).with_name("_migrations")


def read_version(connection: sa.Connection) -> str | None:
    """The version of the store in this database; None where there is no store."""
    if not sa.inspect(connection).has_table(_VERSION_TABLE):
        return None
    table = sa.table(_VERSION_TABLE, sa.column("version_num", sa.String()))
    return connection.execute(sa.select(table.c.version_num)).scalar_one_or_none()


def require_version(connection: sa.Connection) -> None:
    """Return if the store is of the version that this visavis reads and writes.

    Raises:
        StoreMissing: there is no store in this database.
        StoreVersion: it is of another version.
    """
    version = read_version(connection)
    if version is None:
        raise StoreMissing("there is no store in this database; `visavis init` makes one")
    if version < STORE_VERSION:
        raise StoreVersion("an older visavis made this store; run `visavis store upgrade`")
    if version > STORE_VERSION:
        raise StoreVersion(
            "a newer visavis made this store; `visavis store upgrade` goes forwards only: "
            "install that visavis"
        )


def migrate(connection: sa.Connection) -> None:
    """Bring the store to the present version, within the caller's transaction.

    Raises:
        StoreVersion: a newer visavis made it.
    """
    # Only `init` and `store upgrade` come here; everybody else need not load Alembic.
    from alembic.config import Config  # noqa: PLC0415 - see above
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    version = read_version(connection)
    if version is not None and version > STORE_VERSION:
        raise StoreVersion("a newer visavis made this store; install that visavis")
    script = ScriptDirectory(str(_MIGRATIONS))

    def steps(revision: Any, _: MigrationContext) -> list[RevisionStep]:  # noqa: ANN401 - Alembic's
        return list(script._upgrade_revs(STORE_VERSION, revision))  # noqa: SLF001 - as its env.py

    with EnvironmentContext(Config(), script, fn=steps) as environment:
        environment.configure(connection=connection, version_table=_VERSION_TABLE)
        environment.run_migrations()
