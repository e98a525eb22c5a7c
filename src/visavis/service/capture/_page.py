"""The page itself: files that are read once, and its words in six languages."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from visavis.advice import ADVICE, LANGUAGES, catalogue
from visavis.errors import RouteUnknown
from visavis.service._dependencies import Serving

__all__ = ["router"]

router = APIRouter(prefix="/capture", include_in_schema=False)

_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_FILES: Final = frozenset(
    f"{name}.js"
    for name in ("camera", "claim", "embed", "flow", "screen", "server", "stream", "words")
) | {"capture.css", "icon.svg"}
_HERE: Final = "visavis.service.capture"


@router.get("/")
async def page(request: Request, service: Serving) -> Response:
    """The page. The link's token stands in the fragment, which browsers do not send."""
    del request
    embedders = " ".join(service.settings.service.embedders) or "'none'"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'self'; "
        f"frame-ancestors {embedders}"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    }
    if service.settings.service.embedders:
        headers["X-Frame-Options"] = ""  # the policy says who may; this header can only forbid
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return Response(_file("index.html"), media_type=_TYPES["html"], headers=headers)


@router.get("/words/{language}.json")
async def words(language: str) -> Response:
    """The page's words and the advice, in one language."""
    if language not in LANGUAGES:
        raise RouteUnknown("there is nothing at this address")
    return JSONResponse(_words(language))


@router.get("/{name}")
async def file(name: str) -> Response:
    """Its other files."""
    if name not in _FILES:
        raise RouteUnknown("there is nothing at this address")
    headers = {"Cross-Origin-Resource-Policy": "cross-origin"} if name == "embed.js" else None
    return Response(_file(name), media_type=_TYPES[name.rpartition(".")[2]], headers=headers)


@cache
def _file(name: str) -> bytes:
    return resources.files(_HERE).joinpath("static", name).read_bytes()


@cache
def _words(language: str) -> dict[str, str]:
    advice = catalogue("visavis.advice", language)
    return {
        **catalogue(_HERE, language),
        **{f"advice.{key}": said for key, said in advice.items()},
        **{f"advice.{kind.code}": advice[what] for kind, what in ADVICE.items()},
    }
