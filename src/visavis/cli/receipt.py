"""``visavis receipt``: the check of receipts, and the keys that sign them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from visavis.cli._output import errors, print_json
from visavis.cli._transaction import one_from_standard_input, read_file, read_transaction
from visavis.cli._vault import Home, Json, Keys, settings
from visavis.comparison import Outcome
from visavis.errors import ReceiptMalformed

if TYPE_CHECKING:
    from visavis.receipts import FileReceiptKeys, Receipt

__all__ = ["app", "check", "keys_app", "rotate", "show"]

app = typer.Typer(name="receipt", no_args_is_help=True, help="Receipts of verifications.")
keys_app = typer.Typer(name="keys", no_args_is_help=True, help="The keys that sign receipts.")
app.add_typer(keys_app)


@app.callback()
def _receipt() -> None:
    """Receipts of verifications."""


@app.command()
def check(
    *,
    receipt: Annotated[str, typer.Argument(help="The receipt, or - for standard input.")],
    audience: Annotated[str, typer.Option(help="Who asked, and relies on it.")],
    nonce: Annotated[str, typer.Option(help="What the question carried.")],
    transaction: Annotated[
        Path, typer.Option(help="A JSON file with what was to be confirmed, or -.")
    ],
    jwks: Annotated[Path, typer.Option(help="The issuer's public keys, a JSON file.")],
    issuer: Annotated[str, typer.Option(help="Whose answer is wanted.")] = "visavis/default",
    expected: Annotated[Outcome, typer.Option(help="What it must say.")] = Outcome.MATCH,
    as_json: Json = False,
) -> None:
    """Check a receipt: genuine, for this question, not expired. Needs neither store nor key ring.

    Exit status: 0 it is what was expected, 2 anything else.
    """
    with errors(as_json=as_json):
        one_from_standard_input((receipt, transaction, jwks))
        from visavis.receipts import check_receipt, parse_key_set  # noqa: PLC0415 - slow

        checked = check_receipt(
            _read(receipt),
            keys=parse_key_set(read_file(jwks, what="key set")),
            issuer=issuer,
            audience=audience,
            nonce=nonce,
            transaction=read_transaction(transaction),
            now=datetime.now(UTC),
            expected=expected,
        )
    if as_json:
        print_json(_content(checked))
    else:
        said = checked.statement
        typer.echo(f"{said.outcome.value}: {said.purpose}, {said.profile}, {said.enrolment_id}")


@keys_app.callback()
def _keys() -> None:
    """The keys that sign receipts."""


@keys_app.command()
def rotate(*, keys: Keys = None, home: Home = None, as_json: Json = False) -> None:
    """Sign with the next key from now on. Receipts signed before go on being checked for a day.

    Makes keys where there are none.
    """
    with errors(as_json=as_json):
        chosen = settings(keys=keys, home=home)
        from visavis import verifier  # noqa: PLC0415 - slow to import

        made = verifier.make_missing_keys(chosen.keys)
        ring = _ring(chosen.keys)
        if verifier.receipt_keys_path(chosen.keys) not in made:
            ring.rotate(now=datetime.now(UTC))
    _print(ring, as_json=as_json)


@keys_app.command()
def show(*, keys: Keys = None, home: Home = None, as_json: Json = False) -> None:
    """Show the public keys; with --json as the JWK set that `receipt check --jwks` takes."""
    with errors(as_json=as_json):
        ring = _ring(settings(keys=keys, home=home).keys)
    _print(ring, as_json=as_json)


def _ring(keys: Path) -> FileReceiptKeys:
    from visavis import verifier  # noqa: PLC0415 - slow to import
    from visavis.receipts import FileReceiptKeys  # noqa: PLC0415

    return FileReceiptKeys(verifier.receipt_keys_path(keys))


def _print(ring: FileReceiptKeys, *, as_json: bool) -> None:
    if as_json:
        print_json(ring.jwks())
        return
    for key in ring.listed():
        typer.echo(f"{key.kid} {key.state}, made {key.created.date()}")


def _read(receipt: str) -> str:
    if receipt != "-":
        return receipt
    try:
        return read_file(Path("-"), what="receipt").decode("ascii").strip()
    except UnicodeDecodeError:
        raise ReceiptMalformed("the text is no receipt") from None


def _content(receipt: Receipt) -> dict[str, Any]:
    said = receipt.statement
    return {
        "outcome": said.outcome.value,
        "receipt_id": str(receipt.receipt_id),
        "issued_at": receipt.issued_at.isoformat(),
        "expires_at": receipt.expires_at.isoformat(),
        "enrolment_id": str(said.enrolment_id),
        "purpose": said.purpose,
        "profile": said.profile,
        "fmr": said.point.fmr,
        "fmr_upper": said.point.fmr_upper,
        "established": said.point.established,
        "liveness": said.liveness,
        "channel": said.channel,
        "leaf": said.leaf.hex(),
    }
