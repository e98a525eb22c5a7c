"""Who may call, and for what: API keys, and access tokens of an issuer that is trusted.

The institution comes from the credential and from nowhere else. docs/credentials.md.

What needs a store is imported when it is first asked for, as in `visavis.verifier`: the command
line names the scopes and needs no store for that.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from ._principal import Principal, Scope

if TYPE_CHECKING:
    from ._access_token import AccessTokenIssuer
    from ._api_key import API_KEY_PATTERN, ApiKey
    from ._authenticate import authenticate
    from ._issue import (
        DEFAULT_DAYS,
        MAX_DAYS,
        IssuedCredential,
        issue_credential,
        revoke_credential,
    )
    from ._issuer_keys import IssuerKeys, fetch_from

__all__ = [
    "API_KEY_PATTERN",
    "DEFAULT_DAYS",
    "MAX_DAYS",
    "AccessTokenIssuer",
    "ApiKey",
    "IssuedCredential",
    "IssuerKeys",
    "Principal",
    "Scope",
    "authenticate",
    "fetch_from",
    "issue_credential",
    "revoke_credential",
]

_MODULES = {
    "API_KEY_PATTERN": "_api_key",
    "AccessTokenIssuer": "_access_token",
    "ApiKey": "_api_key",
    "DEFAULT_DAYS": "_issue",
    "MAX_DAYS": "_issue",
    "IssuedCredential": "_issue",
    "IssuerKeys": "_issuer_keys",
    "authenticate": "_authenticate",
    "fetch_from": "_issuer_keys",
    "issue_credential": "_issue",
    "revoke_credential": "_issue",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
