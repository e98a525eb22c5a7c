"""An institution that issues receipts, and a shop that checks them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from visavis.comparison import Outcome
from visavis.receipts import (
    FileReceiptKeys,
    Question,
    ReceiptIssuer,
    StatedPoint,
    Statement,
    check_receipt,
)

if TYPE_CHECKING:
    from pathlib import Path

    from visavis.receipts import Receipt

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ISSUER = "visavis/default"
TRANSACTION = {"amount": "12.50", "currency": "EUR", "payee": "Bäckerei Öz"}
STATEMENT = Statement(
    outcome=Outcome.MATCH,
    enrolment_id=uuid.UUID("6f9619ff-8b86-4011-b42d-00cf4fc964ff"),
    purpose="payment",
    profile="attended",
    point=StatedPoint(
        fmr="1e-4", fmr_upper=1.9e-4, established=False, reference_samples=2, probe_samples=1
    ),
    model="ab" * 32,
    liveness="none",
    channel="attended",
    leaf=bytes(range(32)),
)


@dataclass
class Desk:
    keys: FileReceiptKeys

    @classmethod
    def open(cls, folder: Path) -> Desk:
        return cls(FileReceiptKeys.create(folder / "receipts.json"))

    def issue(
        self,
        *,
        outcome: Outcome = Outcome.MATCH,
        audience: str | None = "shop",
        nonce: str | None = "n-1",
        transaction: dict[str, Any] | None = None,
    ) -> str:
        return ReceiptIssuer(keys=self.keys, issuer=ISSUER).issue(
            replace(STATEMENT, outcome=outcome),
            Question(
                audience=audience,
                nonce=nonce,
                transaction=TRANSACTION if transaction is None else transaction,
            ),
            now=NOW,
        )

    def check(self, text: str, **changes: Any) -> Receipt:  # noqa: ANN401 - of several types
        asked: dict[str, Any] = {
            "keys": self.keys.jwks(),
            "issuer": ISSUER,
            "audience": "shop",
            "nonce": "n-1",
            "transaction": TRANSACTION,
            "now": NOW,
        }
        return check_receipt(text, **(asked | changes))
