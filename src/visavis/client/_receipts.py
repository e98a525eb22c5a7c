"""Receipts, checked with the keys that the service publishes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from visavis.comparison import Outcome
from visavis.errors import ReceiptKeyUnknown
from visavis.receipts import check_receipt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from visavis.receipts import Receipt

__all__ = ["Expected", "PublishedKeys"]

_KEPT = 3600.0
"""Seconds for which a key set is used: the next key is published long before it signs."""

_UNKNOWN = 60.0
"""Seconds at least between two fetches for keys that are not known: anyone can name such a one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a receipt must answer; see `check_receipt`."""

    issuer: str
    audience: str
    nonce: str | None
    transaction: Mapping[str, Any] | None = field(repr=False)
    outcome: Outcome = Outcome.MATCH


class PublishedKeys:
    """The key set that was fetched last. Fetching is the client's work."""

    def __init__(self) -> None:
        self._keys: dict[str, Any] | None = None
        self._fetched = 0.0

    def put(self, keys: dict[str, Any]) -> None:
        """Use these from now on."""
        self._keys, self._fetched = keys, time.monotonic()

    def old(self) -> bool:
        """Whether the keys should be fetched (again) before they are used."""
        return self._keys is None or time.monotonic() - self._fetched > _KEPT

    def check(self, text: str, expected: Expected) -> Receipt | None:
        """What the receipt says; None if the keys should be fetched again first.

        Raises:
            Error: ``receipt.*``.
        """
        try:
            return self.require(text, expected)
        except ReceiptKeyUnknown:
            if time.monotonic() - self._fetched > _UNKNOWN:
                return None
            raise

    def require(self, text: str, expected: Expected) -> Receipt:
        """What the receipt says, by the keys that there are.

        Raises:
            Error: ``receipt.*``.
        """
        return check_receipt(
            text,
            keys=self._keys or {"keys": []},
            issuer=expected.issuer,
            audience=expected.audience,
            nonce=expected.nonce,
            transaction=expected.transaction,
            now=datetime.now(UTC),
            expected=expected.outcome,
        )
