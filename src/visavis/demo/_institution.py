"""The institution ``demo``: a new store and new keys in a folder, and the service on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from visavis.credentials import Scope, issue_credential
from visavis.demo._bank import Bank
from visavis.demo._client import Client
from visavis.demo._host import OneHost
from visavis.demo._receipt import ISSUER
from visavis.demo._routes import router
from visavis.errors import KeyringMissing
from visavis.service import Service, Vaults, create_app
from visavis.verifier import Vault, new_institution

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from visavis.credentials import ApiKey
    from visavis.settings import Settings
    from visavis.verifier import Verifier

__all__ = ["INSTITUTION", "bank_and_service", "furnish", "open_account"]

INSTITUTION: Final = "demo"
_SCOPES: Final = (Scope.ENROL, Scope.VERIFY, Scope.COMPARE, Scope.FORGET, Scope.AUDIT)


def furnish(settings: Settings) -> Vault:
    """Make the store and its keys, with the institution ``demo`` whose receipts say so."""
    first = Vault.create(settings.store, keys=settings.keys)
    new_institution(first, INSTITUTION)
    vault = first.of(INSTITUTION, keys=settings.keys)
    if vault.receipts is None:
        raise KeyringMissing("there are no keys to sign receipts with")
    vault.receipts = replace(vault.receipts, issuer=ISSUER)
    return vault


def open_account(vault: Vault) -> ApiKey:
    """The bank's credential, random and for one day."""
    issued = issue_credential(
        vault.store, institution=INSTITUTION, scopes=_SCOPES, now=datetime.now(UTC), days=1
    )
    return issued.key


def bank_and_service(
    vault: Vault, *, settings: Settings, verifier: Verifier, origin: str, key: ApiKey
) -> ASGIApp:
    """One application: the service, and the bank that uses it.

    Args:
        vault: of `furnish`.
        settings: of the service.
        verifier: looks at faces.
        origin: the only one that is answered.
        key: the bank's.
    """
    if vault.signer is None:
        raise KeyringMissing("there is no key to sign the log with")
    vaults = Vaults(vault, keys=settings.keys)
    app = create_app(Service.of(settings=settings, verifier=verifier, vaults=vaults))
    client = Client(app, origin=origin, key=key.reveal())
    app.state.bank = Bank(origin=origin, client=client, log_key=vault.signer.verifier)
    app.include_router(router)
    return OneHost(app, origin=origin)
