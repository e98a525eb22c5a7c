"""The vault of each institution, in one store and one key ring."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from visavis.records import list_institutions

if TYPE_CHECKING:
    from pathlib import Path

    from visavis.verifier import Vault

__all__ = ["Vaults"]


class Vaults:
    """Opens each vault once. It may be shared by threads."""

    def __init__(self, vault: Vault, *, keys: Path) -> None:
        """Begin with an open vault, whose store and key ring are those of all.

        Args:
            vault: of any institution.
            keys: the key ring's file; the logs' signing keys lie beside it.
        """
        self.store = vault.store
        self.first = vault
        self._keys = keys
        self._known = {vault.institution: vault}
        self._turn = threading.Lock()

    def of(self, institution: str) -> Vault:
        """The vault of one institution.

        Raises:
            Error: ``keyring.*``: it has no keys here.
        """
        with self._turn:
            if institution not in self._known:
                self._known[institution] = self.first.of(institution, keys=self._keys)
            return self._known[institution]

    def all(self) -> list[Vault]:
        """The vaults of every institution in the store."""
        with self.store.snapshot() as s:
            return [self.of(one.institution) for one in list_institutions(s)]

    def close(self) -> None:
        """Close the store."""
        self.first.close()
