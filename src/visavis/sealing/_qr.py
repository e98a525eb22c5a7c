"""A claim as a QR code (ISO/IEC 18004), for paper, a page, or the terminal."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import segno

    from ._claim import Claim

# A fifteenth of the symbol may be lost and it still reads: right for paper and screens alike.
_ERROR_LEVEL = "m"


def claim_qr_png(claim: Claim, *, scale: int = 8) -> bytes:
    """PNG, black on white with the quiet zone, ``scale`` pixels a module (8: 360 x 360 pixels)."""
    buffer = io.BytesIO()
    _code(claim).save(buffer, kind="png", scale=scale)
    return buffer.getvalue()


def claim_qr_svg(claim: Claim) -> str:
    """SVG document without fixed size, black on white with the quiet zone."""
    buffer = io.BytesIO()
    _code(claim).save(buffer, kind="svg", omitsize=True, light="#fff", title="visavis claim")
    return buffer.getvalue().decode()


def claim_qr_terminal(claim: Claim) -> str:
    """Lines of block characters, two modules a character, in the terminal's own colours."""
    buffer = io.StringIO()
    _code(claim).terminal(buffer, compact=True)
    return buffer.getvalue()


def _code(claim: Claim) -> segno.QRCode:
    import segno  # noqa: PLC0415 - slow to import, and only enrolment and renewal draw codes

    return segno.make_qr(claim.reveal(), error=_ERROR_LEVEL)
