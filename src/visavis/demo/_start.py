"""Starting the demo, and leaving nothing behind."""

from __future__ import annotations

import contextlib
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from visavis._private_files import PrivateFile
from visavis.demo._institution import INSTITUTION, bank_and_service, furnish, open_account
from visavis.demo._tls import make_certificate
from visavis.errors import ServiceSetUp
from visavis.service import bind, serve, verifier_of
from visavis.settings import ServiceSettings, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from visavis.demo._tls import Certificate

__all__ = ["CREDENTIAL_FILE", "run_demo"]

CREDENTIAL_FILE: Final = "demo.env"
_LOOPBACK: Final = "127.0.0.1"
_UPLOADS: Final = 1000  # enrolments a day with photographs


def run_demo(
    *,
    host: str | None,
    port: int,
    tls: bool,
    folder: Path,
    ready: Callable[[str, str | None], None],
) -> None:
    """Serve the demo until a signal ends it; then its store, keys and credential are gone.

    Args:
        host: where to listen, as a phone shall reach it; this machine alone for None.
        port: 0 takes a free one.
        tls: whether to speak TLS, with a certificate of its own.
        folder: where the bank's credential is written.
        ready: called with the address, and the SHA-256 of the certificate where there is one, once
            the port is ours; requests are answered a moment later.

    Raises:
        ServiceSetUp: another host than this machine without TLS, or the address cannot be had.
        Error: ``store.*``, ``keyring.*``, ``model.*``: it cannot be set up.
    """
    if host is not None and not tls:
        raise ServiceSetUp("with --host goes --tls: elsewhere, cameras work over HTTPS alone")
    for one in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(one) is not signal.SIG_IGN:  # as `nohup` wants it
            signal.signal(one, lambda *_: sys.exit(0))  # the folder goes; later, `serve` sees to it
    name = host or _LOOPBACK
    with tempfile.TemporaryDirectory(prefix="visavis-demo-") as made:
        home = Path(made)
        certificate = make_certificate(name, home) if tls else None
        listen = ServiceSettings(host=name, port=port)
        with contextlib.closing(bind(listen)) as listening:
            origin = _origin(name, listening.getsockname()[1], tls=tls)
            settings = _settings(home, origin=origin, certificate=certificate)
            with furnish(settings) as vault, verifier_of(settings) as verifier:
                key = open_account(vault)
                app = bank_and_service(
                    vault,
                    settings=settings,
                    verifier=verifier,
                    origin=origin,
                    key=key,
                )
                with _written(folder / CREDENTIAL_FILE, origin=origin, key=key.reveal()):
                    ready(f"{origin}/", None if certificate is None else certificate.fingerprint)
                    serve(app, settings.service, listening=listening)


def _origin(host: str, port: int, *, tls: bool) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if tls else 'http'}://{shown}:{port}"


def _settings(home: Path, *, origin: str, certificate: Certificate | None) -> Settings:
    return Settings(
        home=home,
        store=f"sqlite:///{home}/store.db",
        keys=home / "keys" / "keyring.json",
        keys_from="file",
        institution=INSTITUTION,
        pack="dlib",
        profile="attended",
        service=ServiceSettings(
            public_url=origin,
            return_urls=(f"{origin}/",),
            uploads=_UPLOADS,
            upkeep_seconds=1.0,  # a payment's proof is looked at right after it
            drain_seconds=2,
            tls_certificate=None if certificate is None else certificate.chain,
            tls_key=None if certificate is None else certificate.key,
        ),
    )


@contextlib.contextmanager
def _written(path: Path, *, origin: str, key: str) -> Iterator[None]:
    """The credential in a file of its owner's, for whoever wants to try the routes."""
    lines = (f"VISAVIS_DEMO_URL={origin}", f"VISAVIS_DEMO_KEY={key}", "")
    content = "\n".join(lines).encode()
    file = PrivateFile(path, what="demo's credential")
    file.replace(content)
    try:
        yield
    finally:
        if path.exists() and file.read()[1] == content:  # not that of a demo started since
            path.unlink()
