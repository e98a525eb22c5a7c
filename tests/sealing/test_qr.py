from __future__ import annotations

import io
import re

import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray
from PIL import Image

from visavis.sealing import Claim, claim_qr_png, claim_qr_svg, claim_qr_terminal

Modules = NDArray[np.uint8]
CLAIM = Claim.generate(institution="default")


def read(pixels: Modules) -> str:
    barcodes = zxingcpp.read_barcodes(pixels)
    assert [barcode.format for barcode in barcodes] == [zxingcpp.BarcodeFormat.QRCode]
    return barcodes[0].text


def enlarge(modules: Modules) -> Modules:
    return np.kron(modules, np.full((8, 8), 1, np.uint8))


def test_png() -> None:
    picture = Image.open(io.BytesIO(claim_qr_png(CLAIM)))
    assert picture.format == "PNG"
    assert picture.size == (360, 360)
    assert read(np.array(picture.convert("L"))) == CLAIM.reveal()
    assert CLAIM.reveal() not in str(picture.info)


def test_svg() -> None:
    svg = claim_qr_svg(CLAIM)
    assert CLAIM.reveal() not in svg
    box = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    path = re.search(r'stroke="#000" d="([^"]+)"', svg)
    assert box
    assert path
    modules = np.full((int(box[2]), int(box[1])), 255, np.uint8)
    # Segno draws every run of dark modules as a horizontal line of width 1 in its row's middle.
    x, y = 0.0, 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", path[1]):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if command == "h":
            modules[int(y), int(x) : int(x + values[0])] = 0
            x += values[0]
        else:
            origin = (0.0, 0.0) if command == "M" else (x, y)
            x, y = origin[0] + values[0], origin[1] + values[1]
    assert read(enlarge(modules)) == CLAIM.reveal()


def test_terminal() -> None:
    lines = claim_qr_terminal(CLAIM).rstrip("\n").split("\n")
    assert len({len(line) for line in lines}) == 1
    # A block is light: terminals are dark more often than not, and readers take either way.
    halves = {"█": (255, 255), "▀": (255, 0), "▄": (0, 255), " ": (0, 0)}
    modules = np.array(
        [[halves[block][half] for block in line] for line in lines for half in (0, 1)], np.uint8
    )
    assert read(enlarge(modules)) == CLAIM.reveal()


@pytest.mark.parametrize("scale", [3, 20])
def test_scale(scale: int) -> None:
    assert Image.open(io.BytesIO(claim_qr_png(CLAIM, scale=scale))).size == (45 * scale, 45 * scale)


def test_a_claim_always_fits_the_same_code() -> None:
    sizes = {
        Image.open(io.BytesIO(claim_qr_png(Claim.generate(institution=name)))).size
        for name in ("a", "a" * 63)
    }
    assert sizes == {(360, 360)}
