"""The page of the routes: plain HTML made from the OpenAPI description, complete by itself.

No script, no font, no request to anybody: it works where there is no network.
"""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from typing import Any

from fastapi import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import HTMLResponse

__all__ = ["page", "render"]

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid #8886; border-radius: 4px; }
details { border: 1px solid #8886; border-radius: 4px; margin: 0.5rem 0; padding: 0.5rem 0.75rem; }
summary { cursor: pointer; }
.method { display: inline-block; min-width: 4.5rem; font-weight: bold; }
.needs { float: right; opacity: 0.75; }
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'"
)


async def page(request: Request) -> HTMLResponse:
    """The page, at ``/docs``."""
    return HTMLResponse(render(request.app.openapi()), headers={"Content-Security-Policy": _POLICY})


def render(spec: dict[str, Any]) -> str:
    """The description as one HTML page."""
    info = spec["info"]
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{escape(info['title'])}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(info['title'])} {escape(info['version'])}</h1>",
        f"<p>{escape(info['description'])}</p>",
        '<p><a href="/openapi.json">openapi.json</a></p>',
    ]
    for path, methods in spec["paths"].items():
        parts.extend(_operation(path, method, what) for method, what in methods.items())
    parts.append("<h2>Schemas</h2>")
    parts.extend(
        f"<details id={json.dumps(name)}><summary><code>{escape(name)}</code></summary>"
        f"{_json(schema)}</details>"
        for name, schema in spec["components"]["schemas"].items()
    )
    parts.append("</body></html>")
    return "\n".join(parts)


def _operation(path: str, method: str, what: dict[str, Any]) -> str:
    needs = "credential" if what.get("security") else "no credential"
    parts = [
        f'<details><summary><span class="method">{method.upper()}</span>',
        f"<code>{escape(path)}</code> {escape(what.get('summary', ''))}",
        f'<span class="needs">{needs}</span></summary>',
        f"<p>{escape(what.get('description', ''))}</p>",
    ]
    for title, key in (("Parameters", "parameters"), ("Body", "requestBody")):
        if key in what:
            parts.append(f"<h4>{title}</h4>{_json(what[key])}")
    parts.append(f"<h4>Answers</h4>{_json(what['responses'])}</details>")
    return "\n".join(parts)


def _json(content: object) -> str:
    return f"<pre>{escape(json.dumps(content, indent=2, ensure_ascii=False))}</pre>"
