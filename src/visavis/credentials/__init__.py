"""Who may call, and for what: API keys, and access tokens of an issuer that is trusted.

The institution comes from the credential and from nowhere else. docs/credentials.md.
"""

from ._access_token import AccessTokenIssuer
from ._api_key import API_KEY_PATTERN, ApiKey
from ._authenticate import authenticate
from ._issue import DEFAULT_LIFETIME, IssuedCredential, issue_credential, revoke_credential
from ._issuer_keys import IssuerKeys, fetch_from
from ._principal import Principal, Scope

__all__ = [
    "API_KEY_PATTERN",
    "DEFAULT_LIFETIME",
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
