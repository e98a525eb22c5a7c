"""The bank: its customers, its way to the service, and the key it checks the log with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from visavis.demo._account import Accounts

if TYPE_CHECKING:
    from visavis.demo._client import Client
    from visavis.transparency import VerifierKey

__all__ = ["Bank"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """What the bank's routes work with.

    Attributes:
        origin: as browsers see it.
        client: asks the service.
        log_key: known to the bank from the beginning, not asked for.
        accounts: the customers'.
    """

    origin: str
    client: Client
    log_key: VerifierKey
    accounts: Accounts = field(default_factory=Accounts)

    @property
    def cookie(self) -> str:
        """The customers' cookie; only over TLS browsers take a name that ties it to the host."""
        return "__Host-visavis-demo" if self.origin.startswith("https://") else "visavis-demo"
