"""A payment with a face instead of a PIN: a card carries the claim, the shop checks the receipt.

The bank issues a card. The code on it is the claim, which only the holder has:

    export VISAVIS_URL=http://127.0.0.1:8460 VISAVIS_KEY=visk_...   # with the scope enrol
    python examples/card_payment.py issue --card card.png portrait.jpg second.jpg

It prints the enrolment's id, which the bank keeps beside the account. Later, at a till, whose key
has the scope verify and nothing else, a scanner types the card's text into standard input:

    python examples/card_payment.py pay --account ID --amount 12.50 --payee "A Shop" selfie.jpg

Exit status: 0 paid, 1 the person is not the holder, 2 anything else. A holder who has no face to
show, or does not want to, pays with their PIN: no payment may hang on a face.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from visavis import Error
from visavis.client import Client, Consent
from visavis.comparison import Outcome
from visavis.sealing import Claim, claim_qr_png

if TYPE_CHECKING:
    from visavis.receipts import Receipt

CONSENT = Consent(
    purpose="payment",
    wording="I agree that my face is compared with the one on file when I pay with this card.",
    language="en",
)
_SHOP = "harbour-books"  # who relies on the receipt


@dataclass(frozen=True)
class Payment:
    """What the customer is shown, and confirms. The amount is text: 12.5 is not "12.50"."""

    amount: str
    currency: str
    payee: str

    def transaction(self) -> dict[str, str]:
        """As it goes into the receipt."""
        return {"amount": self.amount, "currency": self.currency, "payee": self.payee}


def issue(bank: Client, *, samples: list[bytes], card: Path) -> UUID:
    """Enrol the customer, who is there and agrees, and print their card."""
    enrolled = bank.enrol(samples=samples, consent=CONSENT)
    with card.open("xb") as file:  # never over another's card
        card.chmod(0o600)
        file.write(claim_qr_png(enrolled.claim))
    return enrolled.enrolment_id


def pay(
    till: Client,
    shop: Client,
    *,
    account: UUID,
    scanned: str,
    probes: list[bytes],
    payment: Payment,
) -> Receipt | None:
    """The receipt of a payment that the holder confirmed; None if somebody else stood there.

    Args:
        till: may verify, on the bank's behalf.
        shop: needs no credential; it believes the bank's signature and nothing else.
        account: the enrolment that the bank keeps beside the account.
        scanned: the card's text.
        probes: pictures that the till took now.
        payment: what is confirmed.
    """
    nonce = secrets.token_urlsafe(16)  # the shop's own, so that no earlier receipt will do
    verified = till.verify(
        enrolment_id=account,
        claim=Claim.parse(scanned),
        probes=probes,
        purpose=CONSENT.purpose,
        transaction=payment.transaction(),
        nonce=nonce,
        audience=_SHOP,
        terminal="till-1",
    )
    if verified.outcome is not Outcome.MATCH or verified.receipt is None:
        return None
    return shop.check_receipt(
        verified.receipt, audience=_SHOP, nonce=nonce, transaction=payment.transaction()
    )


def main() -> int:
    """Returns the exit status."""
    asked = _arguments()
    pictures = [path.read_bytes() for path in asked.pictures]
    url = os.environ["VISAVIS_URL"]
    try:
        with Client(url, key=os.environ["VISAVIS_KEY"]) as client, Client(url) as shop:
            if asked.what == "issue":
                print(issue(client, samples=pictures, card=asked.card))
                return 0
            payment = Payment(amount=asked.amount, currency="EUR", payee=asked.payee)
            receipt = pay(
                client,
                shop,
                account=asked.account,
                scanned=sys.stdin.readline(),
                probes=pictures,
                payment=payment,
            )
    except Error as error:
        print(error, file=sys.stderr)
        return 2
    if receipt is None:
        print("not the holder: ask for the PIN")
        return 1
    print(f"paid: {payment.amount} {payment.currency} to {payment.payee}, {receipt.receipt_id}")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    what = parser.add_subparsers(dest="what", required=True)
    issuing = what.add_parser("issue")
    issuing.add_argument("--card", type=Path, required=True, help="a new PNG file")
    paying = what.add_parser("pay")
    paying.add_argument("--account", type=UUID, required=True)
    paying.add_argument("--amount", required=True)
    paying.add_argument("--payee", required=True)
    for one in (issuing, paying):
        one.add_argument("pictures", type=Path, nargs="+")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
