"""OAuth 2.0 access tokens as JWTs (RFC 9068), of issuers that are trusted by configuration."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from visavis._jws import KEY_TYPES, JwsInvalid, read_claims, read_header, read_unverified
from visavis.errors import CredentialRefused, InputInvalid

from ._principal import Principal, Scope

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ._issuer_keys import IssuerKeys

__all__ = ["AccessTokenIssuer", "read_access_token"]

SKEW = timedelta(seconds=60)
"""By which the issuer's clock and ours may differ."""

_TYPES = frozenset({"at+jwt", "application/at+jwt"})  # RFC 9068, section 4; case is ignored
_REQUIRED = ("iss", "sub", "client_id", "jti")  # RFC 9068, section 2.2, apart from times and aud
_SCOPES = frozenset(Scope)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessTokenIssuer:
    """Who issues access tokens that are accepted, and for which institution.

    Attributes:
        issuer: exactly what ``iss`` must say.
        audience: exactly what ``aud`` must say, or contain.
        institution: for whom its clients act. A token cannot choose.
        keys: the issuer's.
        algorithms: those accepted. None is symmetric.

    Raises:
        InputInvalid: an algorithm is none that is read here.
    """

    issuer: str
    audience: str
    institution: str
    keys: IssuerKeys
    algorithms: frozenset[str] = frozenset({"ES256", "PS256", "RS256"})

    def __post_init__(self) -> None:
        if not self.algorithms or not self.algorithms <= KEY_TYPES.keys():
            raise InputInvalid(f"algorithms are among {', '.join(sorted(KEY_TYPES))}")


def read_access_token(
    text: str, *, issuers: Sequence[AccessTokenIssuer], now: datetime
) -> Principal:
    """Who presents this token.

    Raises:
        CredentialRefused: it does not let anybody in. Why, is not said.
        IssuerUnavailable: its issuer's keys cannot be had.
    """
    try:
        return _read(text, issuers=issuers, now=now)
    except (JwsInvalid, ValueError, TypeError):
        raise CredentialRefused("no credential that lets anybody in") from None


def _read(text: str, *, issuers: Sequence[AccessTokenIssuer], now: datetime) -> Principal:
    header, unverified = read_header(text), read_unverified(text)
    algorithm = header.get("alg")
    if str(header.get("typ")).lower() not in _TYPES:
        raise JwsInvalid("not an access token")
    for one in issuers:  # the same issuer may serve several audiences
        if one.issuer == unverified.get("iss") and one.audience in _audiences(unverified):
            trusted = one
            break
    else:
        raise JwsInvalid("no issuer that is trusted")
    if algorithm not in trusted.algorithms:
        raise JwsInvalid("no algorithm that is accepted")
    key = trusted.keys.find(header.get("kid"), algorithm=algorithm)
    if key is None:
        raise JwsInvalid("no key of the issuer")
    claims = read_claims(text, key=key, algorithm=algorithm)
    _require_claims(claims, now=now)
    client = f"{trusted.issuer}\0{claims['client_id']}"
    return Principal(
        credential_id=uuid.uuid5(uuid.NAMESPACE_URL, client),
        institution=trusted.institution,
        scopes=frozenset(Scope(word) for word in claims["scope"].split() if word in _SCOPES),
    )


def _audiences(claims: dict[str, Any]) -> list[object]:
    audience = claims.get("aud")
    return audience if isinstance(audience, list) else [audience]


def _require_claims(claims: dict[str, Any], *, now: datetime) -> None:
    seconds, skew = now.timestamp(), SKEW.total_seconds()
    if not all(isinstance(claims.get(name), str) and claims[name] for name in _REQUIRED):
        raise JwsInvalid("a claim is missing")
    if not isinstance(claims.get("scope"), str):
        raise JwsInvalid("no scope")
    expires, begins = claims.get("exp"), [claims.get("iat"), claims.get("nbf", 0)]
    if not all(map(_is_time, (expires, *begins))):
        raise JwsInvalid("a time is none")
    if seconds >= claims["exp"] + skew or seconds < max(begins) - skew:
        raise JwsInvalid("not at this time")


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
