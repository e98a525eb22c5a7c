"""The routes of the capture page."""

from visavis.service.capture._page import router as page_router
from visavis.service.capture._routes import router as holder_router
from visavis.service.capture._socket import router as socket_router

__all__ = ["ROUTERS"]

ROUTERS = (holder_router, socket_router, page_router)
