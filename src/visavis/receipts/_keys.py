"""The keys that sign receipts: next, current and previous ones, in a file beside the key ring.

The next key is published before it signs, and a previous one for a day after, so that whoever
keeps a copy of the key set for less than that never meets an unknown key. The private half of a
key is deleted when the key is retired.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from cryptography.hazmat.primitives.asymmetric import ec

from visavis._jws import JwsInvalid, read_object
from visavis._private_files import PrivateFile
from visavis.errors import KeyringCorrupt

if TYPE_CHECKING:
    from pathlib import Path

    from joserfc.jwk import ECKey

__all__ = ["ALGORITHM", "FileReceiptKeys", "ReceiptKey"]

ALGORITHM = "ES256"  # ECDSA on P-256 with SHA-256; what every JOSE library and wallet knows

_FORMAT = "visavis-receipt-keys-1"
_KEPT = timedelta(days=1)  # a receipt lives for minutes; copies of key sets, for hours
_COORDINATE = 32  # bytes of a number on P-256
_FRESH = 1.0  # seconds between looks at the file, as for the key ring


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptKey:
    """What may be known of a signing key.

    Attributes:
        kid: its id, the RFC 7638 thumbprint.
        state: ``next``, ``current`` or ``previous``.
        created: when it was made, UTC.
        retired: when it stopped signing, or None.
    """

    kid: str
    state: str
    created: datetime
    retired: datetime | None


class FileReceiptKeys:
    """A JSON file with mode 0600, read again when another process has rotated it."""

    def __init__(self, path: Path) -> None:
        """Read the keys at ``path``.

        Raises:
            KeyringMissing: there is no file.
            KeyringPermissions: others may read or write it, it belongs to somebody else, or it is
                a link or no plain file.
            KeyringCorrupt: it does not hold such keys.
        """
        self._file = _file(path)
        self._state, self._ring = _read(self._file)
        self._fresh_until = 0.0
        self._imported: tuple[str, ECKey] | None = None

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make a file with a current key and the next one.

        Raises:
            KeyringExists: something is there already.
            KeyringUnwritable: the file cannot be written.
        """
        file = _file(path)
        with file.locked():
            file.write_new(_render(_Ring(keys=(_new(), _new()))))
        return cls(path)

    def rotate(self, *, now: datetime) -> None:
        """The next key becomes the current one, which is retired; a new next one is made.

        Keys that were retired more than a day ago are no longer published.

        Raises:
            KeyringUnwritable: the file cannot be written.
        """
        with self._file.locked():
            _, ring = _read(self._file)
            self._file.replace(_render(ring.rotated(now=now)))
        self._fresh_until = 0.0

    def listed(self) -> tuple[ReceiptKey, ...]:
        """Every key that is published, the oldest first."""
        ring = self._fresh()
        states = ["previous"] * (len(ring.keys) - 2) + ["current", "next"]
        return tuple(
            ReceiptKey(kid=key.kid, state=state, created=key.created, retired=key.retired)
            for key, state in zip(ring.keys, states, strict=True)
        )

    def jwks(self) -> dict[str, Any]:
        """The public halves as a JWK set (RFC 7517), for ``/.well-known/jwks.json``."""
        return {"keys": [key.public() for key in self._fresh().keys]}

    def sign(self, *, kind: str, claims: dict[str, Any]) -> str:
        """A compact JWS of the current key, with ``typ`` set to ``kind``."""
        from joserfc import jws  # noqa: PLC0415 - slow to import, and most commands sign nothing

        kid, key = self._current()
        header = {"alg": ALGORITHM, "typ": kind, "kid": kid}
        content = json.dumps(claims, separators=(",", ":"))
        return jws.serialize_compact(header, content, key, algorithms=[ALGORITHM])

    def __repr__(self) -> str:
        return "FileReceiptKeys(...)"

    def _current(self) -> tuple[str, ECKey]:
        """The current key and its id; imported once, which takes as long as two signatures."""
        from joserfc.jwk import ECKey  # noqa: PLC0415 - as in `sign`

        current, imported = self._fresh().current, self._imported
        if imported is None or imported[0] != current.kid:
            imported = self._imported = current.kid, ECKey.import_key(dict(current.jwk))
        return imported

    def _fresh(self) -> _Ring:
        if time.monotonic() >= self._fresh_until:
            fresh_until = time.monotonic() + _FRESH
            if self._file.state() != self._state:
                self._state, self._ring = _read(self._file)
            self._fresh_until = fresh_until
        return self._ring


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _Key:
    jwk: dict[str, str]
    kid: str
    created: datetime
    retired: datetime | None = None

    def public(self) -> dict[str, str]:
        return {**_without_private(self.jwk), "kid": self.kid, "alg": ALGORITHM, "use": "sig"}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _Ring:
    """Oldest first: previous ones, the current one, the next one."""

    keys: tuple[_Key, ...]

    @property
    def current(self) -> _Key:
        return self.keys[-2]

    def rotated(self, *, now: datetime) -> Self:
        now = now.astimezone(UTC).replace(microsecond=0)
        *previous, current, following = self.keys
        kept = [key for key in previous if key.retired is not None and now - key.retired < _KEPT]
        retired = replace(current, jwk=_without_private(current.jwk), retired=now)
        return replace(self, keys=(*kept, retired, following, _new()))


def _file(path: Path) -> PrivateFile:
    return PrivateFile(path, what="file of receipt keys")


def _new() -> _Key:
    numbers = ec.generate_private_key(ec.SECP256R1()).private_numbers()
    public = numbers.public_numbers
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": _encode(public.x),
        "y": _encode(public.y),
        "d": _encode(numbers.private_value),
    }
    return _Key(jwk=jwk, kid=_thumbprint(jwk), created=datetime.now(UTC).replace(microsecond=0))


def _without_private(jwk: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in jwk.items() if name != "d"}


def _require_key(jwk: dict[str, str]) -> None:
    """Raises ValueError for what is no point of the curve, or not the private key's."""
    if (jwk["kty"], jwk["crv"]) != ("EC", "P-256") or jwk.keys() - {"kty", "crv", "x", "y", "d"}:
        raise ValueError
    public = ec.EllipticCurvePublicNumbers(_decode(jwk["x"]), _decode(jwk["y"]), ec.SECP256R1())
    public.public_key()
    if "d" in jwk:
        ec.EllipticCurvePrivateNumbers(_decode(jwk["d"]), public).private_key()


def _thumbprint(jwk: dict[str, str]) -> str:
    """RFC 7638."""
    content = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    canonical = json.dumps(content, separators=(",", ":"), sort_keys=True).encode()
    return _base64url(hashlib.sha256(canonical).digest())


def _encode(number: int) -> str:
    return _base64url(number.to_bytes(_COORDINATE, "big"))


def _decode(text: str) -> int:
    number = int.from_bytes(base64.urlsafe_b64decode(text + "="), "big")
    if _encode(number) != text:
        raise ValueError
    return number


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _render(ring: _Ring) -> bytes:
    keys = [
        {
            "created": key.created.isoformat(),
            "retired": None if key.retired is None else key.retired.isoformat(),
            "key": key.jwk,
        }
        for key in ring.keys
    ]
    return (json.dumps({"format": _FORMAT, "keys": keys}, indent=2) + "\n").encode()


def _read(file: PrivateFile) -> tuple[tuple[int, ...], _Ring]:
    state, document = file.read()
    return state, _parse(document)


def _parse(document: bytes) -> _Ring:
    try:
        content = read_object(document)
        ring = _Ring(keys=tuple(_parse_key(entry) for entry in content["keys"]))
        private = ["d" in key.jwk for key in ring.keys]
        written_back = json.loads(_render(ring))
    except (JwsInvalid, ValueError, TypeError, LookupError, AttributeError, OverflowError):
        # "from None": the original message could quote a key.
        raise KeyringCorrupt("not a well-formed file of receipt keys") from None
    if written_back != content or private[-2:] != [True, True] or any(private[:-2]):
        raise KeyringCorrupt(f"not a file of the format {_FORMAT}, or a damaged one")
    return ring


def _parse_key(entry: dict[str, Any]) -> _Key:
    jwk, retired = entry["key"], entry["retired"]
    _require_key(jwk)
    return _Key(
        jwk=jwk,
        kid=_thumbprint(jwk),
        created=_parse_time(entry["created"]),
        retired=None if retired is None else _parse_time(retired),
    )


def _parse_time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
