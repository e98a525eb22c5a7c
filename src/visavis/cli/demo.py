"""``visavis demo``: a small bank to try everything with."""

from __future__ import annotations

import os
import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from visavis.cli._output import errors

__all__ = ["demo"]

_PORT = 8460  # as that of the service


def demo(
    *,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")
    ] = _PORT,
    no_browser: Annotated[bool, typer.Option(help="Open no browser.")] = False,
    host: Annotated[
        str | None, typer.Option(help="An address of this machine that a phone can reach.")
    ] = None,
    tls: Annotated[bool, typer.Option(help="Speak TLS, with a certificate made for it.")] = False,
) -> None:
    """Try it: a bank on this machine, to enrol at, pay with your face, and be forgotten.

    Everything is kept in a temporary folder, and deleted at the end (Ctrl-C).
    """

    def ready(address: str, fingerprint: str | None) -> None:
        typer.echo(f"The demo is at {address}")
        typer.echo("Its credential is in demo.env here, for its owner alone (mode 0600).")
        if fingerprint is not None:
            import segno  # noqa: PLC0415 - only for phones

            segno.make(address).terminal(compact=True)
            typer.echo("Your browser does not know its certificate and warns; it has the SHA-256")
            typer.echo(fingerprint)
        typer.echo("Ctrl-C ends it, and deletes everything it kept.")
        if not no_browser and _has_screen():
            webbrowser.open(address)

    with errors(as_json=False):
        # All that a service needs is slow to import, and no other command pays for it.
        from visavis.demo import run_demo  # noqa: PLC0415
        from visavis.service import prepare_process, set_up_log  # noqa: PLC0415

        prepare_process()
        set_up_log()
        run_demo(host=host, port=port, tls=tls, folder=Path.cwd(), ready=ready)


def _has_screen() -> bool:
    """Whether a browser would have a window; without one it would take over the terminal."""
    return sys.platform == "darwin" or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
