"""For whoever runs the service, and whoever checks its receipts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import HTMLResponse

from visavis import __version__
from visavis.credentials import Principal, Scope
from visavis.service._answers import Health, Version
from visavis.service._dependencies import Serving, allowed
from visavis.service._ops import Kept, ops_page

__all__ = ["router"]

router = APIRouter(tags=["operations"])


@router.get("/healthz", summary="Whether the process lives")
async def health() -> Health:
    """Needs no credential. If this fails, the process should be started anew."""
    return Health(status="ok")


@router.get("/readyz", summary="Whether requests should be sent here")
async def ready(service: Serving) -> Health:
    """Needs no credential. Asks the store, and the copies of its logs."""
    await service.records.run(service.require_ready)
    return Health(status="ok")


@router.get("/version", summary="Which visavis this is")
async def version() -> Version:
    """Needs no credential."""
    return Version(version=__version__)


@router.get("/.well-known/jwks.json", summary="The keys that receipts are checked with")
async def key_set(service: Serving) -> dict[str, Any]:
    """A JWK set (RFC 7517). Needs no credential. May be kept for an hour."""
    return await service.records.run(service.key_set)


@router.get("/metrics", summary="For Prometheus", response_class=Response)
async def metrics(
    service: Serving, caller: Annotated[Principal, Depends(allowed(Scope.ADMIN))]
) -> Response:
    """Counts and durations, of all institutions together. Needs the scope `admin`."""
    del caller
    return Response(service.metrics.render(), media_type=CONTENT_TYPE_LATEST)


@router.get("/ops", summary="For the operator, as a page", response_class=HTMLResponse)
async def operations(
    service: Serving, caller: Annotated[Principal, Depends(allowed(Scope.ADMIN))]
) -> HTMLResponse:
    """Counts and latencies; no face, no claim, no id. Needs the scope `admin`, as a header."""

    def count() -> Kept:
        with service.vaults.store.snapshot() as s:
            return Kept.of(s, caller.institution)

    return ops_page(service.metrics, await service.records.run(count))
