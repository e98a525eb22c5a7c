"""The bank's pages and forms, beside the routes of the service that they use."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from decimal import Decimal
from importlib import resources
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from visavis.demo._account import Account
from visavis.demo._bank import Bank
from visavis.demo._client import Refused
from visavis.demo._page import MOST_AMOUNT, PAYEES, render
from visavis.demo._receipt import check_payment, check_proof
from visavis.demo._words import not_enrolled, preferred_language
from visavis.errors import Error, OriginRefused, RouteUnknown

if TYPE_CHECKING:
    from visavis.demo._account import Pending

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

_TYPES = {"demo.css": "text/css; charset=utf-8", "demo.js": "text/javascript; charset=utf-8"}
_AMOUNT = re.compile(r"[0-9]{1,4}(\.[0-9]{1,2})?")
_CENT = Decimal("0.01")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    # Under `no-referrer` browsers send forms with `Origin: null`, which says nothing.
    "Referrer-Policy": "same-origin",
}


def _bank(request: Request) -> Bank:
    bank: Bank = request.app.state.bank
    return bank


TheBank = Annotated[Bank, Depends(_bank)]


def _customer(request: Request, bank: TheBank) -> Account:
    """Whoever sends a form from the bank's own page.

    Raises:
        OriginRefused: another page sent it, or nobody has seen the page before.
    """
    account = bank.accounts.of(request.cookies.get(bank.cookie))
    if account is None or request.headers.get("origin") != bank.origin:
        raise OriginRefused("only the bank's own page may ask this")
    return account


Customer = Annotated[Account, Depends(_customer)]


@router.get("/")
async def home(request: Request, bank: TheBank) -> Response:
    """The page. A capture that is finished is taken note of before."""
    account = bank.accounts.of(request.cookies.get(bank.cookie))
    headers = dict(_HEADERS)
    if account is None:
        word, account = bank.accounts.new()
        secure = "; Secure" if bank.origin.startswith("https://") else ""
        headers["Set-Cookie"] = f"{bank.cookie}={word}; Path=/; HttpOnly; SameSite=Strict{secure}"
    if account.pending is not None:
        language = preferred_language(request.headers.get("accept-language", ""))
        await _settle(bank, account, account.pending, language=language)
    leaves = [entry["leaf"] for entry in await bank.client.entries()]
    shown = render(account, leaves=leaves, proof=await _proof(bank, account))
    account.notice, account.notice_language, account.forgotten = None, "en", False
    return HTMLResponse(shown, headers=headers)


@router.post("/demo/enrolment")
async def enrol(bank: TheBank, account: Customer) -> Response:
    """Send the customer to the capture page, to be enrolled."""
    if account.enrolment_id is not None:
        return _back(account, "You are enrolled already.")
    link, account.pending = await bank.client.enrolment()
    return RedirectResponse(link, 303)


@router.post("/demo/payment")
async def pay(request: Request, bank: TheBank, account: Customer) -> Response:
    """Send the customer to the capture page, to confirm this payment."""
    transaction = _transaction(await request.body())
    if transaction is None or account.enrolment_id is None:
        return _back(account, "That is no payment that this bank makes.")
    link, account.pending = await bank.client.payment(
        account.enrolment_id, nonce=secrets.token_hex(16), transaction=transaction
    )
    return RedirectResponse(link, 303)


@router.post("/demo/leaving")
async def leave(account: Customer) -> Response:
    """Leave a capture behind."""
    account.pending = None
    return _back(account, "Nothing was done.")


@router.post("/demo/withdrawal")
async def withdraw(bank: TheBank, account: Customer) -> Response:
    """Withdraw the consent. The enrolment stays, and is of no use."""
    if account.consent_id is None:
        return _back(account, "There is no consent.")
    await bank.client.withdraw(account.consent_id)
    account.consent_id = None
    return _back(account, "Your consent is withdrawn: from now on payments are refused.")


@router.post("/demo/forgetting")
async def forget(bank: TheBank, account: Customer) -> Response:
    """Delete everything of the customer, here and there."""
    if account.enrolment_id is None:
        return _back(account, "There is nothing to forget.")
    await bank.client.forget(account.enrolment_id)
    account.enrolment_id = account.consent_id = account.pending = account.payment = None
    account.forgotten = True
    return _back(account, "You are forgotten. What is in the log, nobody can read.")


@router.get("/demo/{name}")
async def file(name: str) -> Response:
    """The page's style and script."""
    if name not in _TYPES:
        raise RouteUnknown("there is nothing at this address")
    content = resources.files("visavis.demo").joinpath("static", name).read_bytes()
    return Response(content, media_type=_TYPES[name])


async def _settle(bank: Bank, account: Account, pending: Pending, *, language: str) -> None:
    """What came of the capture, from server to server."""
    try:
        found = await bank.client.session(pending.session_id)
    except Refused:
        account.pending, account.notice = None, "The capture's time is over."
        return
    if found["state"] in ("waiting", "opened"):
        return
    account.pending = None
    if pending.transaction is not None:
        account.payment = check_payment(
            found["receipt"],
            pending,
            keys=await bank.client.keys(),
            enrolment_id=account.enrolment_id,
            now=datetime.now(UTC),
        )
    elif found["outcome"] == "passed":
        account.enrolment_id, account.consent_id = found["enrolment_id"], found["consent_id"]
        account.notice = "You are enrolled. Keep your claim: you need it to pay."
    else:
        account.notice = not_enrolled(found["code"], language=language)
        account.notice_language = language


async def _proof(bank: Bank, account: Account) -> str | None:
    payment = account.payment
    if payment is None or payment.leaf is None:
        return None
    try:
        proof = await bank.client.proof(payment.leaf)
    except Refused:
        return "Your payment waits for the log's next checkpoint: look again in a moment."
    try:
        return check_proof(payment.leaf, proof, log_key=bank.log_key)
    except Error as error:
        return f"The log's proof does not hold: {error.code}."


def _transaction(body: bytes) -> dict[str, Any] | None:
    """The payment that a form asks for, if it is one."""
    given = parse_qs(body.decode("ascii", "replace"))
    amount, payee = given.get("amount", [""])[0], given.get("payee", [""])[0]
    if payee not in PAYEES or not _AMOUNT.fullmatch(amount):
        return None
    if not 0 < Decimal(amount) <= MOST_AMOUNT:
        return None
    return {"amount": str(Decimal(amount).quantize(_CENT)), "currency": "EUR", "payee": payee}


def _back(account: Account, notice: str) -> Response:
    account.notice = notice
    return RedirectResponse("/", 303)
