"""The page's example runs as it is printed."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import zxingcpp
from PIL import Image as PillowImage

from visavis.client import AsyncClient, Client

if TYPE_CHECKING:
    from tests.service.desk import Desk

_PAGE = (Path(__file__).parents[2] / "docs" / "client.md").read_text()


def test_the_example_runs(shared_desk: Desk, sample: bytes, probe: bytes) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```", _PAGE, re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {
        "url": str(shared_desk.client.base_url),
        "key": shared_desk.master_key(),
        "portrait": sample,
        "selfie": probe,
        "scanned": _scan,
    }
    exec(compile(code, "client.md", "exec"), names)  # noqa: S102 - our own page
    assert names["verified"].repeated is False


def _scan(card: bytes) -> str:
    with PillowImage.open(io.BytesIO(card)) as opened:
        (code,) = zxingcpp.read_barcodes(opened.convert("L"))
    return code.text


def test_both_clients_offer_the_same() -> None:
    def offered(kind: type) -> set[str]:
        return {name for name in vars(kind) if not name.startswith("_")}

    assert offered(Client) == offered(AsyncClient)
