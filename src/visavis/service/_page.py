"""The page of the routes, made from the OpenAPI description."""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any

from fastapi import Request  # noqa: TC002 - FastAPI reads the annotation
from starlette.responses import HTMLResponse  # noqa: TC002 - as above

from visavis.service._html import html_page

__all__ = ["page", "render"]


async def page(request: Request) -> HTMLResponse:
    """The page, at ``/docs``."""
    return render(request.app.openapi())


def render(spec: dict[str, Any]) -> HTMLResponse:
    """The description as one HTML page."""
    info = spec["info"]
    parts = [
        f"<h1>{escape(info['title'])} {escape(info['version'])}</h1>",
        f"<p>{_written(info['description'])}</p>",
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
    return html_page(info["title"], parts)


def _operation(path: str, method: str, what: dict[str, Any]) -> str:
    needs = "credential" if what.get("security") else "no credential"
    parts = [
        f'<details><summary><span class="method">{method.upper()}</span>',
        f"<code>{escape(path)}</code> {escape(what.get('summary', ''))}",
        f'<span class="needs">{needs}</span></summary>',
        f"<p>{_written(what.get('description', ''))}</p>",
    ]
    for title, key in (("Parameters", "parameters"), ("Body", "requestBody")):
        if key in what:
            parts.append(f"<h4>{title}</h4>{_json(what[key])}")
    parts.append(f"<h4>Answers</h4>{_json(what['responses'])}</details>")
    return "\n".join(parts)


def _written(markdown: str) -> str:
    """The little of Markdown that our descriptions have."""
    marked = re.sub(r"\*(\w+)\*", r"<em>\1</em>", escape(markdown))
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", marked)


def _json(content: object) -> str:
    return f"<pre>{escape(json.dumps(content, indent=2, ensure_ascii=False))}</pre>"
