"""Who comes when there is too much to do is told so before anything else is done for them.

The same is asked again where a route begins, for routes whose path has a part that varies. But
finding the route costs as much as the rest of a refusal, and ten times what can be done comes in
as fast as it is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from visavis.errors import ServiceOverloaded
from visavis.service._problem import problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Admission"]


class Admission:
    """Refuses requests to some routes while there is no room for what they do."""

    def __init__(
        self, app: ASGIApp, *, routes: Iterable[BaseRoute], require_room: Callable[[], None]
    ) -> None:
        """Look at whole paths only.

        Args:
            app: what is inside.
            routes: those that need room.
            require_room: raises `ServiceOverloaded` where there is none.
        """
        self._app = app
        self._routes = {
            (method, route.path): route
            for route in routes
            if isinstance(route, Route) and not route.param_convertors
            for method in route.methods or ()
        }
        self._require_room = require_room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = None
        if scope["type"] == "http":
            route = self._routes.get((scope["method"], scope["path"]))
        if route is not None:
            try:
                self._require_room()
            except ServiceOverloaded as error:
                scope["route"] = route  # for the log and the metrics
                await problem(error, scope)(scope, receive, send)
                return
        await self._app(scope, receive, send)
