"""From what a caller presents to who they are."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC
from typing import TYPE_CHECKING

from visavis.errors import CredentialRefused
from visavis.records import find_credential

from ._access_token import read_access_token
from ._api_key import ApiKey
from ._principal import Principal, Scope

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from visavis.records import Store

    from ._access_token import AccessTokenIssuer

__all__ = ["authenticate"]


def authenticate(
    store: Store, presented: str, *, now: datetime, issuers: Sequence[AccessTokenIssuer] = ()
) -> Principal:
    """Who presents this API key or access token.

    An unknown, an expired and a revoked key are refused alike, after the same work.

    Args:
        store: where API keys are known.
        presented: what came as ``Authorization: Bearer``.
        now: with a time zone.
        issuers: those whose access tokens are accepted.

    Raises:
        CredentialRefused: it does not let anybody in. Why, is not said.
        IssuerUnavailable: it is an access token, and its issuer's keys cannot be had.
        Error: ``store.*``.
    """
    if presented.count(".") > 0:  # an API key has none
        return read_access_token(presented, issuers=issuers, now=now)
    try:
        digest = ApiKey.parse(presented).digest()
    except CredentialRefused:
        digest = hashlib.sha256(presented.encode(errors="surrogatepass")).digest()
    with store.single_read() as s:
        found = find_credential(s, digest)
    credential, stored = found or (None, bytes(len(digest)))
    good = hmac.compare_digest(stored, digest)
    if credential is None or not good or not credential.holds(on=now.astimezone(UTC).date()):
        raise CredentialRefused("no credential that lets anybody in")
    return Principal(
        credential_id=credential.credential_id,
        institution=credential.institution,
        scopes=frozenset(map(Scope, credential.scopes)),
    )
