"""Compact JWS (RFC 7515) read strictly: one signature, an algorithm that the reader chose, no more.

What a token says about its own key (``jwk``, ``jku``, ``x5c``, ``x5u``) is never looked at: a key
is found by its ``kid`` among keys that the caller trusts already.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

from visavis._strict_json import parse_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from joserfc.jwk import ECKey, RSAKey

__all__ = [
    "KEY_TYPES",
    "JwsInvalid",
    "find_key",
    "read_claims",
    "read_header",
    "read_object",
    "read_unverified",
]

# Where one type of key serves several algorithms, the reader still chooses the algorithm.
KEY_TYPES: dict[str, tuple[str, str | None]] = {
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "RS256": ("RSA", None),
    "PS256": ("RSA", None),
}
"""Key type and curve (RFC 7518) of each algorithm that is read. None is symmetric."""

_MAX_SIZE = 16 * 1024  # characters: a web server's usual limit on all headers together
_MAX_DEPTH = 16  # brackets inside brackets
_RSA_BITS = 2048  # NIST SP 800-131A: less is no longer allowed
_COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")


class JwsInvalid(ValueError):
    """The text is no such token, or its signature is not that of the key."""


def read_header(text: str) -> dict[str, Any]:
    """The protected header. Nothing is verified yet.

    Raises:
        JwsInvalid: the text is no compact JWS, or asks for an extension (``crit``, ``b64``).
    """
    header = read_object(_decode(_split(text)[0]))
    if not header.keys().isdisjoint({"crit", "b64"}):
        raise JwsInvalid("it asks for an extension")
    return header


def read_unverified(text: str) -> dict[str, Any]:
    """The claims, of which nothing is verified: good to choose a key by, and for nothing else.

    Raises:
        JwsInvalid: the text is no compact JWS, or there are no claims.
    """
    return read_object(_decode(_split(text)[1]))


def read_claims(text: str, *, key: ECKey | RSAKey, algorithm: str) -> dict[str, Any]:
    """The claims, after the signature was verified with this key and this algorithm.

    Raises:
        JwsInvalid: the signature is not the key's, the algorithm another, or there are no claims.
    """
    from joserfc.errors import JoseError  # noqa: PLC0415 - slow to import, and most need no token
    from joserfc.jws import JWSRegistry, deserialize_compact  # noqa: PLC0415

    header = read_header(text)
    if header.get("alg") != algorithm:
        raise JwsInvalid("another algorithm")
    registry = JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    registry.max_header_length = registry.max_payload_length = _MAX_SIZE
    try:
        verified = deserialize_compact(text, key, registry=registry)
    except (JoseError, ValueError, TypeError, KeyError):
        raise JwsInvalid("the signature is not the key's") from None
    return read_object(verified.payload)


def find_key(keys: Mapping[str, Any], kid: object, *, algorithm: str) -> ECKey | RSAKey | None:
    """The public key with this id for this algorithm; None if the key set has none that is fit.

    Args:
        keys: a JWK set (RFC 7517): ``{"keys": [...]}``. Keys of other kinds are passed over.
        kid: the id that the token names.
        algorithm: one of ``KEY_TYPES``.
    """
    listed = keys.get("keys")
    if not isinstance(listed, list) or not isinstance(kid, str):
        return None
    named = [jwk for jwk in listed if isinstance(jwk, dict) and jwk.get("kid") == kid]
    fit = [jwk for jwk in named if _fits(jwk, algorithm)]
    return _import(fit[0]) if len(fit) == 1 else None


def read_object(content: bytes) -> dict[str, Any]:
    """A JSON object without doubled names and not deeply nested.

    Raises:
        JwsInvalid: it is none.
    """
    try:
        text = content.decode()
        if _depth(text) > _MAX_DEPTH:
            raise JwsInvalid("nested too deeply")
        value = parse_json(text)
    except ValueError:
        raise JwsInvalid("not a JSON object") from None
    if not isinstance(value, dict):
        raise JwsInvalid("not a JSON object")
    return value


def _depth(text: str) -> int:
    """An upper bound: brackets within strings count, too."""
    depth = deepest = 0
    for character in text:
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _fits(jwk: Mapping[str, Any], algorithm: str) -> bool:
    kind, curve = KEY_TYPES[algorithm]
    return (
        jwk.get("kty") == kind
        and (curve is None or jwk.get("crv") == curve)
        and jwk.get("alg", algorithm) == algorithm
        and jwk.get("use", "sig") == "sig"
        and jwk.keys().isdisjoint({"d", "k"})  # whoever publishes a private key has lost it
    )


def _import(jwk: dict[str, Any]) -> ECKey | RSAKey | None:
    from joserfc.errors import JoseError  # noqa: PLC0415 - as above
    from joserfc.jwk import ECKey, RSAKey  # noqa: PLC0415

    kinds: dict[str, type[ECKey | RSAKey]] = {"EC": ECKey, "RSA": RSAKey}
    try:
        key = kinds[jwk["kty"]].import_key(jwk)
        weak = isinstance(key, RSAKey) and key.public_key.key_size < _RSA_BITS
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return None if weak else key


def _split(text: str) -> tuple[str, str, str]:
    match = _COMPACT.fullmatch(text) if len(text) <= _MAX_SIZE else None
    if match is None:
        raise JwsInvalid("not a compact JWS")
    return match[1], match[2], match[3]


def _decode(part: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise JwsInvalid("not base64url") from None
