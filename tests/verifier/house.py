"""A store with copies of its logs, backed up and restored as the runbook does it."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.verifier.people import Clock
from visavis.records import list_institutions, open_store
from visavis.records._schema import METADATA
from visavis.verifier import Replayed, Vault, replay, sign_log

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass
class House:
    """One institution's, or several.

    Attributes:
        url: of its store.
        folder: for everything else.
        clock: of every vault.
    """

    url: str
    folder: Path
    clock: Clock = field(default_factory=Clock)

    @property
    def keys(self) -> Path:
        return self.folder / "keys" / "keyring.json"

    @property
    def copies(self) -> Path:
        return self.folder / "copies"

    def create(self) -> House:
        Vault.create(self.url, keys=self.keys, copies=self.copies).close()
        return self

    @contextmanager
    def opened(self, institution: str = "default", *, copied: bool = True) -> Iterator[Vault]:
        """The vault; not ``copied``: where nobody set that copies are kept."""
        copies = self.copies if copied else None
        with Vault.open(self.url, keys=self.keys, institution=institution, copies=copies) as vault:
            vault.clock = self.clock
            yield vault

    def signed(self) -> bytes:
        """The newest checkpoint, and the copy goes on to it."""
        with self.opened() as vault:
            return sign_log(vault)

    def back_up(self) -> None:
        if self._file is None:
            self._run("pg_dump", "--format=custom", f"--file={self.folder}/backup", self.url)
            return
        (self.folder / "backup").unlink(missing_ok=True)
        source = sqlite3.connect(self._file)
        source.execute("VACUUM INTO ?", (f"{self.folder}/backup",))
        source.close()

    def restore(self) -> None:
        if self._file is None:
            self._run(
                "pg_restore",
                "--clean",
                "--if-exists",
                "--single-transaction",
                f"--dbname={self.url}",
                f"{self.folder}/backup",
            )
            return
        for suffix in ("-wal", "-shm"):
            self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self.folder / "backup", self._file)

    def replay(self, institution: str = "default", *, copy: Path | None = None) -> Replayed:
        with open_store(self.url) as store:
            copy = copy or self.copies / institution
            return replay(store, institution, copy=copy, now=self.clock())

    def rows(self) -> dict[str, list[str]]:
        """Everything that the store has."""
        with open_store(self.url) as store, store.snapshot() as s:
            assert list_institutions(s)
            return {
                table.name: sorted(map(repr, s.connection.execute(table.select())))
                for table in METADATA.sorted_tables
            }

    @property
    def _file(self) -> Path | None:
        if self.url.startswith("postgresql"):
            return None
        return self.folder / self.url.rpartition("/")[2]

    def _run(self, *words: str) -> None:
        subprocess.run(words, check=True)
