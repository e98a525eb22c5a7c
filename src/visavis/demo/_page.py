"""The bank's one page: plain HTML, complete without a script."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from visavis.demo._account import Account, Payment

__all__ = ["MOST_AMOUNT", "PAYEES", "render"]

PAYEES: Final = ("Harbour Books", "Lighthouse Bakery", "Ferry Tickets")
MOST_AMOUNT: Final = 5000  # EUR

_SHOWN = 12  # leaves of the log; the newest


def render(account: Account, *, leaves: Sequence[str], proof: str | None) -> str:
    """The page of one customer.

    Args:
        account: theirs.
        leaves: the whole log, hexadecimal.
        proof: what the proof of their last payment shows.
    """
    cards = [_about()]
    if account.notice is not None:
        cards.append(_card("", _notice(account.notice, account.notice_language)))
    if account.payment is not None:
        cards.append(_receipt(account.payment))
    if account.pending is not None:
        cards.append(_unfinished())
    elif account.enrolment_id is None:
        cards.append(_enrol())
    else:
        cards.append(_pay())
    if account.enrolment_id is not None:
        cards.append(_kept(account, account.enrolment_id))
    cards.append(_log(leaves, account.payment, proof))
    forgotten = ' data-forgotten="yes"' if account.forgotten else ""
    return _FRAME.format(forgotten=forgotten, cards="\n".join(cards))


_FRAME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<title>Harbour Bank, a demonstration</title>
<link rel="stylesheet" href="/capture/capture.css">
<link rel="stylesheet" href="/demo/demo.css">
<link rel="icon" href="/capture/icon.svg" type="image/svg+xml">
<script type="module" src="/demo/demo.js"></script>
</head>
<body{forgotten}>
<main>
<header><p class="institution">Harbour Bank</p><p class="quiet">a demonstration</p></header>
<h1>Pay with your face</h1>
{cards}
</main>
</body>
</html>
"""


def _about() -> str:
    return (
        '<p class="quiet">There is no such bank. Everything runs in one process on the machine '
        "that it was started on, and is deleted when it ends. Without a camera, use photographs."
        "</p>"
    )


def _notice(said: str, language: str) -> str:
    return f'<p role="status" class="notice" lang="{language}">{escape(said)}</p>'


def _enrol() -> str:
    return _card(
        "Enrol yourself",
        "<p>You are asked to agree, then to show your face. You get a claim, a code that only you "
        "have: nothing can be compared without it. The bank keeps two random numbers.</p>"
        + _form("/demo/enrolment", "Enrol"),
    )


def _unfinished() -> str:
    return _card(
        "A capture is not finished",
        "<p>Finish it on the page that its link opened; then come back here. A link works once: if "
        "that page is gone, begin again.</p>"
        '<div class="buttons"><a class="button main" href="/">Look again</a></div>'
        + _form("/demo/leaving", "Begin again", main=False),
    )


def _pay() -> str:
    payees = "".join(f"<option>{escape(one)}</option>" for one in PAYEES)
    fields = (
        f'<p><label for="payee">To</label> <select id="payee" name="payee">{payees}</select></p>'
        '<p><label for="amount">Amount in EUR</label> <input id="amount" name="amount" '
        f'type="number" min="0.01" max="{MOST_AMOUNT}" step="0.01" value="12.50" required></p>'
    )
    return _card(
        "A payment",
        "<p>You see the payment again before you show your face, with your claim.</p>"
        + _form("/demo/payment", "Pay", fields=fields),
    )


def _receipt(payment: Payment) -> str:
    what = payment.transaction
    heading = "Paid" if payment.confirmed else "Not paid"
    css = "good" if payment.confirmed else "bad"
    paid = f"{what['amount']} {what['currency']} to {what['payee']}"
    return _card(
        heading,
        f"<p>{escape(paid)}</p><p>What the bank found when it checked the receipt:</p>"
        + _facts(payment.facts),
        css=css,
    )


def _kept(account: Account, enrolment_id: str) -> str:
    facts = [("enrolment_id", enrolment_id), ("consent_id", account.consent_id or "withdrawn")]
    forms = _form("/demo/forgetting", "Forget me", main=False)
    if account.consent_id is not None:
        forms = _form("/demo/withdrawal", "Withdraw my consent", main=False) + forms
    return _card(
        "What the bank keeps of you",
        _facts(facts)
        + "<p>Without your consent nothing is verified. Forgetting deletes your sealed reference "
        f"at once, and for good.</p>{forms}",
    )


def _log(leaves: Sequence[str], payment: Payment | None, proof: str | None) -> str:
    own = None if payment is None else payment.leaf
    first = max(0, len(leaves) - _SHOWN)
    rows = "".join(
        f"<li{' class=own' if leaf == own else ''}><code>{leaf}</code>"
        f"{' your payment' if leaf == own else ''}</li>"
        for leaf in leaves[first:]
    )
    listed = f'<ol start="{first}" class="log">{rows}</ol>' if rows else "<p>It is empty.</p>"
    proved = "" if proof is None else f'<p class="proof">{escape(proof)}</p>'
    return _card(
        "The log",
        "<p>Whatever happens leaves a line here that nobody can read and nobody can take away "
        f"unnoticed. {len(leaves)} so far.</p>{proved}{listed}",
    )


def _card(heading: str, body: str, *, css: str = "") -> str:
    title = f'<h2 class="{css}">{escape(heading)}</h2>' if heading else ""
    return f'<section class="card">{title}{body}</section>'


def _form(action: str, label: str, *, fields: str = "", main: bool = True) -> str:
    css = ' class="main"' if main else ""
    return (
        f'<form method="post" action="{action}">{fields}'
        f'<div class="buttons"><button{css}>{escape(label)}</button></div></form>'
    )


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(said)}</dd>" for name, said in facts)
    return f'<dl class="facts">{rows}</dl>'
