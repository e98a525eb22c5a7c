"""The worked example, run as it is printed: a card, a scanner, a till and a shop."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import zxingcpp
from PIL import Image as PillowImage

if TYPE_CHECKING:
    from tests.service.desk import Desk

_EXAMPLE = Path(__file__).parents[2] / "examples" / "card_payment.py"


def _run(desk: Desk, scope: str, *arguments: object, typed: str = "") -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, str(_EXAMPLE), *map(str, arguments)],
        env=os.environ | {"VISAVIS_URL": str(desk.client.base_url), "VISAVIS_KEY": desk.key(scope)},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def pictures(tmp_path: Path, sample: bytes, probe: bytes, stranger: bytes) -> Path:
    for name, content in (("portrait", sample), ("selfie", probe), ("stranger", stranger)):
        (tmp_path / f"{name}.jpg").write_bytes(content)
    return tmp_path


def test_a_card_pays_for_its_holder_and_nobody_else(shared_desk: Desk, pictures: Path) -> None:
    card = pictures / "card.png"
    status, account, _ = _run(
        shared_desk, "enrol", "issue", "--card", card, pictures / "portrait.jpg"
    )
    assert status == 0
    assert card.stat().st_mode & 0o777 == 0o600
    scanned = _scan(card)

    def pay(probe: str, scanned: str = scanned, scope: str = "verify") -> tuple[int, str, str]:
        payment = ("--amount", "12.50", "--payee", "Harbour Books")
        return _run(
            shared_desk,
            scope,
            "pay",
            "--account",
            account.strip(),
            *payment,
            pictures / probe,
            typed=f"{scanned}\n",
        )

    status, said, _ = pay("selfie.jpg")
    assert (status, said.startswith("paid: 12.50 EUR to Harbour Books, ")) == (0, True)
    assert pay("stranger.jpg")[:2] == (1, "not the holder: ask for the PIN\n")
    status, said, error = pay("selfie.jpg", scanned=scanned[:-1])
    assert (status, said, error.partition(":")[0]) == (2, "", "claim.malformed")
    status, said, error = pay("selfie.jpg", scope="enrol")
    assert (status, said, error.partition(":")[0]) == (2, "", "credential.scope_missing")


def _scan(card: Path) -> str:
    with PillowImage.open(io.BytesIO(card.read_bytes())) as opened:
        (code,) = zxingcpp.read_barcodes(opened.convert("L"))
    return code.text
