"""A real PostgreSQL server for the tests, in a temporary folder and on a Unix socket."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

_USER = "postgres"  # PostgreSQL does not run as root
# What is tested is our code and not the server's disk: without fsync a database is made in a tenth
# of the time. Nothing here cuts the power; measurements start a server of their own, with it.
_OPTIONS = "-c listen_addresses='' -c max_connections=150"


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes:
        socket: the folder of its socket.
    """

    socket: Path

    def new_database(self) -> str:
        """Make a database, and return the URL of a store in it."""
        name = f"visavis_{uuid.uuid4().hex}"
        self.run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return f"postgresql://{_USER}@/{name}?host={self.socket}"

    def run(self, statement: sql.Composed) -> None:
        conninfo = f"host={self.socket} user={_USER} dbname=postgres"
        with psycopg.connect(conninfo, autocommit=True) as connection:
            connection.execute(statement)


def find_binaries() -> Path | None:
    """Where Debian keeps the server, or wherever PATH knows it; None without one."""
    newest_first = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    found = next(iter(newest_first), shutil.which("initdb"))
    return None if found is None else Path(found).parent


@contextlib.contextmanager
def running(binaries: Path, *, options: str = "-c fsync=off") -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="visavis-pg-"))
    prefix: list[str] = []
    if os.geteuid() == 0:
        os.chown(folder, pwd.getpwnam(_USER).pw_uid, -1)
        prefix = ["runuser", "-u", _USER, "--"]

    def call(program: str, *arguments: str) -> None:
        command = [*prefix, str(binaries / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)

    try:
        call("initdb", "-U", _USER, "--auth=trust", "--encoding=UTF8", "--no-sync")
        call(
            "pg_ctl",
            "-w",
            "-l",
            str(folder / "log"),
            "-o",
            f"{_OPTIONS} {options} -k {folder}",
            "start",
        )
        try:
            yield Server(folder)
        finally:
            call("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
