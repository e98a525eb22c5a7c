"""``visavis serve``: the HTTP service."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from visavis.cli._output import errors
from visavis.cli._vault import Home, Keys, Pack, Store, opened, settings
from visavis.errors import KeyringMissing, ServiceSetUp, StoreMissing

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["serve"]


def serve(
    *,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port; 0 takes a free one.")] = None,
    pack: Pack = None,
    store: Store = None,
    keys: Keys = None,
    home: Home = None,
) -> None:
    """Serve over HTTP, on what `visavis init` made, until a signal ends it.

    Everything else is a setting: docs/settings.md. Nobody is let in without a credential, which
    `visavis credentials new` makes.
    """
    with errors(as_json=False):
        given = {"host": host, "port": port}
        chosen = settings(
            pack=pack,
            store=store,
            keys=keys,
            home=home,
            service={name: value for name, value in given.items() if value is not None},
        )
        # All that a service needs is slow to import, and no other command pays for it.
        from visavis.service import (  # noqa: PLC0415
            Service,
            Vaults,
            bind,
            create_app,
            prepare_process,
            require_apart,
            set_up_log,
            verifier_of,
        )
        from visavis.service import serve as run  # noqa: PLC0415
        from visavis.verifier import make_missing_keys  # noqa: PLC0415

        require_apart(chosen)
        prepare_process()
        set_up_log()
        with _initialised(), opened(chosen) as vault:
            if chosen.keys_from == "file" and make_missing_keys(chosen.keys):
                # The store is from before there were receipts.
                vault = vault.of(vault.institution, keys=chosen.keys)  # noqa: PLW2901
            vaults = Vaults(vault, keys=chosen.keys)
            with verifier_of(chosen) as verifier, closing(bind(chosen.service)) as listening:
                app = create_app(Service.of(settings=chosen, verifier=verifier, vaults=vaults))
                run(app, chosen.service, listening=listening)


@contextmanager
def _initialised() -> Iterator[None]:
    try:
        yield
    except (KeyringMissing, StoreMissing) as error:
        raise ServiceSetUp(f"{error.detail}; `visavis init` makes a store and a key ring") from None
