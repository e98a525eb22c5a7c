"""The key ring: which key-encryption keys an institution has, by epoch."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from ._kek import Kek


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """What may be shown of an epoch.

    Attributes:
        number: from 1, counted for each institution.
        kek_id: the 16-byte id of its key; stays known when the key is destroyed.
        created: when it became the current one (UTC, whole seconds).
        destroyed: when its key was destroyed, or None while it lives.
    """

    number: int
    kek_id: bytes
    created: datetime
    destroyed: datetime | None


class KeyRing(ABC):
    """Where ``unseal`` finds keys. The last epoch of an institution is its current one."""

    @abstractmethod
    def institutions(self) -> tuple[str, ...]:
        """The identifiers of the institutions that have keys here, sorted."""

    @abstractmethod
    def epochs(self, institution: str) -> tuple[Epoch, ...]:
        """The institution's epochs, oldest first, destroyed ones included.

        Raises:
            KeyringUnknown: no such institution.
        """

    @abstractmethod
    def current(self, institution: str) -> Kek:
        """The key that new records are sealed with.

        Raises:
            KeyringUnknown: no such institution.
        """

    @abstractmethod
    def find(self, institution: str, kek_id: bytes) -> Kek:
        """The key with this id.

        Raises:
            KeyringUnknown: no such institution or key.
            KeyringEpochDestroyed: there was such a key.
        """
