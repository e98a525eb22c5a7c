"""What the service's own pages have in common: plain HTML, complete by itself.

No script, no font, no request to anybody: they work where there is no network.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape

from starlette.responses import HTMLResponse

__all__ = ["html_page"]

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; overflow-wrap: anywhere; }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid #8886; border-radius: 4px; }
details { border: 1px solid #8886; border-radius: 4px; margin: 0.5rem 0; padding: 0.5rem 0.75rem; }
summary { cursor: pointer; }
summary::after { content: ""; display: block; clear: both; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: 0.15rem 1rem 0.15rem 0; border-bottom: 1px solid #8886; }
td:not(:first-child) { font-variant-numeric: tabular-nums; }
.method { display: inline-block; min-width: 4.5rem; font-weight: bold; }
.needs { float: right; opacity: 0.75; }
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'"
)


def html_page(title: str, body: list[str]) -> HTMLResponse:
    """A page.

    Args:
        title: text, of the window.
        body: HTML.
    """
    content = "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width">',
            f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
            *body,
            "</body></html>",
        ]
    )
    return HTMLResponse(content, headers={"Content-Security-Policy": _POLICY})
