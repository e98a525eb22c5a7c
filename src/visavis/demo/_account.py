"""What the bank knows of its customers: two ids each, in memory, and what was paid last."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Account", "Accounts", "Payment", "Pending"]

_MOST: Final = 100  # customers; whoever came first is forgotten first


@dataclass(frozen=True, slots=True)
class Pending:
    """A capture session that the customer was sent to.

    Attributes:
        session_id: the service's.
        nonce: of a payment: the receipt must repeat it.
        transaction: of a payment; None for an enrolment.
    """

    session_id: str
    nonce: str | None = None
    transaction: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that was asked for, and what its receipt proves.

    Attributes:
        transaction: amount, currency and payee.
        confirmed: whether the receipt was genuine and for this very payment.
        facts: what the receipt says, in words.
        leaf: of the log, hexadecimal; None without a receipt that holds.
    """

    transaction: Mapping[str, Any]
    confirmed: bool
    facts: tuple[tuple[str, str], ...]
    leaf: str | None


@dataclass(slots=True)
class Account:
    """A customer. No name, no claim, nothing of a face.

    Attributes:
        enrolment_id: once they are enrolled.
        consent_id: the consent they gave; None after its withdrawal.
        pending: where they are now.
        payment: the last one.
        notice: what the next page tells them, once.
        notice_language: that it is in.
        forgotten: whether the next page removes a claim that their browser keeps.
    """

    enrolment_id: str | None = None
    consent_id: str | None = None
    pending: Pending | None = None
    payment: Payment | None = None
    notice: str | None = None
    notice_language: str = "en"
    forgotten: bool = False


@dataclass(slots=True)
class Accounts:
    """Accounts by the random word in the customer's cookie."""

    _known: OrderedDict[str, Account] = field(default_factory=OrderedDict, repr=False)

    def of(self, word: str | None) -> Account | None:
        """The account that a cookie stands for."""
        return None if word is None else self._known.get(word)

    def new(self) -> tuple[str, Account]:
        """A new account, and the word for its cookie."""
        if len(self._known) >= _MOST:
            self._known.popitem(last=False)
        word, account = secrets.token_urlsafe(32), Account()
        self._known[word] = account
        return word, account
