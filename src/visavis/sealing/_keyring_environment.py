"""A key ring in an environment variable, for platforms that hand secrets over that way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visavis.errors import KeyringMissing

from ._keytable import KeyTable, TableKeyRing

if TYPE_CHECKING:
    from collections.abc import Mapping

KEYRING_VARIABLE = "VISAVIS_KEYRING"


class EnvironmentKeyRing(TableKeyRing):
    """Read once, never written: whoever sets the variable rotates and destroys.

    The variable holds the same JSON document as a key ring file. Child processes inherit it, and
    the same user can read it under ``/proc``; prefer a file where there is a choice.
    """

    def __init__(self, environment: Mapping[str, str], *, variable: str = KEYRING_VARIABLE) -> None:
        """Read ``variable`` of ``environment`` (usually ``os.environ``).

        Raises:
            KeyringMissing: the variable is not set, or empty.
            KeyringCorrupt: it does not hold a key ring.
        """
        document = environment.get(variable, "")
        if not document:
            raise KeyringMissing(f"the environment variable {variable} is not set")
        self._parsed = KeyTable.parse(document.encode(errors="surrogateescape"))

    def _table(self) -> KeyTable:
        return self._parsed
