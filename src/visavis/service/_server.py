"""The process that serves: uvicorn around the application."""

from __future__ import annotations

import signal
import socket
import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
import uvicorn

from visavis import __version__
from visavis._garbage import spare_what_is_loaded
from visavis.errors import ServiceSetUp
from visavis.service._http import protocol

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from visavis.settings import ServiceSettings, Settings

__all__ = ["bind", "configure", "require_apart", "serve"]

_MAX_FRAME = 1024 * 1024  # bytes of a message on the capture socket
_PING = 20.0  # seconds
_BACKLOG = 2048  # connections that wait to be taken
_KEEP_ALIVE = 30  # seconds: longer than load balancers' probes are apart


def serve(app: ASGIApp, chosen: ServiceSettings, *, listening: socket.socket) -> None:
    """Serve until a signal ends it; what was begun is finished.

    Args:
        app: as `create_app` makes it.
        chosen: how.
        listening: of `bind`; the caller closes it.

    Raises:
        ServiceSetUp: the TLS files cannot be used.
    """
    server = _Server(configure(app, chosen))

    def end(*_: object) -> None:
        server.should_exit = True

    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(one) is signal.SIG_IGN:
            continue  # as `nohup` wants it
        # uvicorn ends gracefully, and then raises the signal again for whoever it took it
        # from: that is us, and the store is still to be closed.
        signal.signal(one, end)
    spare_what_is_loaded()
    server.run(sockets=[listening])


class _Server(uvicorn.Server):
    """Says where it listens, once it does."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        scheme = "https" if self.config.is_ssl else "http"
        for listening in sockets or ():
            host, port = listening.getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            structlog.get_logger().info(
                "listening", url=f"{scheme}://{shown}:{port}", version=__version__
            )


def require_apart(settings: Settings) -> None:
    """Refuses a store and a key ring in one folder, unless the settings say that they may be.

    Raises:
        ServiceSetUp: they are.
    """
    if settings.service.one_folder or not settings.store.startswith("sqlite:///"):
        return
    store = Path(settings.store.removeprefix("sqlite:///"))
    if store.resolve().parent == settings.keys.resolve().parent:
        raise ServiceSetUp(
            "the store and the key ring lie in one folder: whoever copies it has two of the three "
            "things that open a reference. Keep them apart, or set service.one_folder"
        )


def bind(chosen: ServiceSettings) -> socket.socket:
    """A listening socket.

    Raises:
        ServiceSetUp: the address cannot be had.
    """
    try:
        found = socket.getaddrinfo(chosen.host, chosen.port, type=socket.SOCK_STREAM)
        family, *_, address = found[0]
        listening = socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        raise ServiceSetUp(f"cannot listen there: {error.strerror}") from None
    # Connections inherit it. Without it the head of an answer goes out, and its body waits for the
    # client's delayed acknowledgement: 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def configure(app: ASGIApp, chosen: ServiceSettings) -> uvicorn.Config:
    """How uvicorn is set up.

    Raises:
        ServiceSetUp: the TLS files cannot be used.
    """
    config = uvicorn.Config(
        app,
        http=protocol(chosen.body_seconds),
        ws="websockets-sansio",
        ws_max_size=_MAX_FRAME,
        ws_ping_interval=_PING,
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,  # nothing here depends on the caller's address
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=chosen.drain_seconds,
        **_tls(chosen),
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        raise ServiceSetUp(f"the TLS files cannot be used: {error.strerror}") from None
    return config


def _tls(chosen: ServiceSettings) -> dict[str, Any]:
    if chosen.tls_certificate is None:
        if chosen.tls_key is not None or chosen.tls_clients is not None:
            raise ServiceSetUp("TLS needs service.tls_certificate")
        return {}
    options: dict[str, Any] = {
        "ssl_certfile": chosen.tls_certificate,
        "ssl_keyfile": chosen.tls_key,
    }
    if chosen.tls_clients is not None:
        options |= {"ssl_ca_certs": str(chosen.tls_clients), "ssl_cert_reqs": ssl.CERT_REQUIRED}
    return options
