"""Seal, unseal and rewrap a reference: the format that ``docs/sealing.md`` describes byte by byte.

A random data key seals the reference (the body). The holder's claim wraps the data key, and the
institution's key of the epoch wraps that once more (the wrap). Opening needs the body and the wrap,
the claim, and the key ring; no two of them are enough.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from hmac import compare_digest
from secrets import token_bytes
from typing import TYPE_CHECKING

from visavis.errors import InputInvalid, KeyringEpochDestroyed, KeyringUnknown, SealingRefused

from ._derive import Scope
from ._institution import check_institution
from ._kek import KEK_ID_SIZE
from ._layer import LAYER_KEYS_SIZE, LAYER_OVERHEAD, NotOpened, close_layer, open_layer
from ._secret import SECRET_SIZE

if TYPE_CHECKING:
    from uuid import UUID

    from ._claim import Claim
    from ._kek import Kek
    from ._keyring import KeyRing
    from ._secret import Secret

DEFAULT_CAPACITY = 4096  # bytes: five 128-D float32 references, or two 512-D ones, and room
MAX_CAPACITY = 65535  # bytes: what the two-byte length in front of the reference can say

_VERSION = b"\x01"
_SALT_SIZE = 32
_LENGTH_SIZE = 2
_MODEL_DIGEST_SIZE = 32

_INNER_SIZE = _SALT_SIZE + SECRET_SIZE + LAYER_OVERHEAD
_KEK_ID_START = len(_VERSION)
_KEK_ID_END = _KEK_ID_START + KEK_ID_SIZE
_SALT_END = _KEK_ID_END + _SALT_SIZE
WRAP_SIZE = _SALT_END + _INNER_SIZE + LAYER_OVERHEAD  # 233 bytes
BODY_OVERHEAD = len(_VERSION) + _LENGTH_SIZE + LAYER_OVERHEAD  # 63 bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """What a record is bound to: stored beside it in the clear, authenticated when it opens.

    Attributes:
        institution: whose enrolment it is.
        locator: 32 bytes, ``claim.locator(institution=...)``.
        enrolment_id: the random id that the institution keeps beside its account.
        model_digest: 32 bytes, of the model pack that made the reference.
        consent_id: of the consent under which it is kept.
    """

    institution: str
    locator: bytes = field(repr=False)
    enrolment_id: UUID
    model_digest: bytes
    consent_id: UUID


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed reference in two parts, both of fixed length.

    Attributes:
        wrap: 233 bytes, the data key wrapped twice; the only part that rotation changes.
        body: capacity + 63 bytes, the reference under the data key.
    """

    wrap: bytes = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def digest(self) -> bytes:
        """SHA-256 of the body: the log commits to it, and rotation leaves it as it is."""
        return hashlib.sha256(self.body).digest()


def wrap_kek_id(wrap: bytes) -> bytes:
    """Return the 16-byte id of the key-encryption key around this wrap."""
    return wrap[_KEK_ID_START:_KEK_ID_END]


def seal(
    reference: bytes,
    *,
    claim: Claim,
    kek: Kek,
    binding: Binding,
    capacity: int = DEFAULT_CAPACITY,
) -> Sealed:
    """Seal a reference so that it opens only with this claim and this key-encryption key.

    Args:
        reference: at most ``capacity`` bytes; the sealed form is equally long for all of them.
        claim: the holder's.
        kek: the institution's, of the current epoch.
        binding: what the record is bound to; opening with any other value is refused.
        capacity: bytes, at most 65,535; one and the same for all references of a model pack.

    Raises:
        InputInvalid: the reference does not fit, or binding, claim and key do not belong together.
    """
    if not 0 < capacity <= MAX_CAPACITY:
        raise InputInvalid(f"the capacity is 1 to {MAX_CAPACITY} bytes")
    if not 0 < len(reference) <= capacity:
        raise InputInvalid(f"a reference is 1 to {capacity} bytes here")
    if len(binding.model_digest) != _MODEL_DIGEST_SIZE:
        raise InputInvalid(f"a model digest is {_MODEL_DIGEST_SIZE} bytes")
    institution = check_institution(binding.institution)
    if kek.institution != institution or not claim.issued_by(institution):
        raise InputInvalid("claim, key and binding name different institutions")
    if not compare_digest(claim.locator(institution=institution), binding.locator):
        raise InputInvalid("the locator is not the claim's")

    scope = Scope(institution, binding.locator, binding.enrolment_id)
    data_key = token_bytes(SECRET_SIZE)
    body = close_layer(
        len(reference).to_bytes(_LENGTH_SIZE, "big") + reference.ljust(capacity, b"\0"),
        keys=_body_keys(data_key, scope),
        associated=scope.body_data(binding.model_digest, binding.consent_id),
    )
    salt = token_bytes(_SALT_SIZE)
    inner = close_layer(
        data_key, keys=_keys(claim, salt, scope.inner_info), associated=scope.inner_data
    )
    return Sealed(wrap=_close_outer(salt + inner, scope, kek), body=_VERSION + body)


def unseal(sealed: Sealed, *, claim: Claim, key_ring: KeyRing, binding: Binding) -> bytes:
    """Return the reference.

    Args:
        sealed: as it came from ``seal`` or ``rewrap``.
        claim: the holder's.
        key_ring: with the epoch that the wrap names.
        binding: with the same values as when it was sealed.

    Raises:
        SealingRefused: anything at all is wrong: claim, institution, bytes, binding, epoch.
    """
    scope = Scope(binding.institution, binding.locator, binding.enrolment_id)
    try:
        kek = key_ring.find(binding.institution, wrap_kek_id(sealed.wrap))
        inner = _open_outer(sealed.wrap, scope, kek)
        data_key = open_layer(
            inner[_SALT_SIZE:],
            keys=_keys(claim, inner[:_SALT_SIZE], scope.inner_info),
            associated=scope.inner_data,
        )
        if not sealed.body.startswith(_VERSION):
            raise NotOpened  # noqa: TRY301 - beside the other reasons not to open
        padded = open_layer(
            sealed.body[len(_VERSION) :],
            keys=_body_keys(data_key, scope),
            associated=scope.body_data(binding.model_digest, binding.consent_id),
        )
    except (NotOpened, KeyringUnknown, KeyringEpochDestroyed):
        raise _refused() from None
    length = int.from_bytes(padded[:_LENGTH_SIZE], "big")
    return padded[_LENGTH_SIZE : _LENGTH_SIZE + length]


def rewrap(
    wrap: bytes, *, institution: str, locator: bytes, enrolment_id: UUID, old: Kek, new: Kek
) -> bytes:
    """Exchange the key-encryption key around a wrap; neither claim nor body is needed.

    Store the result only where the row still has the old wrap (compare and set), or a row that was
    forgotten meanwhile would come back.

    Raises:
        SealingRefused: the wrap is not the old key's, or does not open with it.
        InputInvalid: the keys are not both this institution's.
    """
    if not old.institution == new.institution == institution:
        raise InputInvalid("both keys must be this institution's")
    scope = Scope(institution, locator, enrolment_id)
    try:
        inner = _open_outer(wrap, scope, old)
    except NotOpened:
        raise _refused() from None
    return _close_outer(inner, scope, new)


def _keys(secret: Secret, salt: bytes, info: bytes) -> bytes:
    return secret.derive(salt=salt, info=info, length=LAYER_KEYS_SIZE)


def _body_keys(data_key: bytes, scope: Scope) -> bytes:
    # The data key is the AES key itself. Being random, it is committed to by a plain hash.
    return data_key + hashlib.sha256(scope.body_prefix + data_key).digest()


def _close_outer(inner: bytes, scope: Scope, kek: Kek) -> bytes:
    kek_id, salt = kek.kek_id, token_bytes(_SALT_SIZE)
    keys = _keys(kek, salt, kek.outer_info)
    outer = close_layer(inner, keys=keys, associated=scope.outer_data(kek_id))
    return _VERSION + kek_id + salt + outer


def _open_outer(wrap: bytes, scope: Scope, kek: Kek) -> bytes:
    kek_id, salt = wrap[_KEK_ID_START:_KEK_ID_END], wrap[_KEK_ID_END:_SALT_END]
    if len(wrap) != WRAP_SIZE or not wrap.startswith(_VERSION) or kek_id != kek.kek_id:
        raise NotOpened
    keys = _keys(kek, salt, kek.outer_info)
    return open_layer(wrap[_SALT_END:], keys=keys, associated=scope.outer_data(kek_id))


def _refused() -> SealingRefused:
    return SealingRefused("this record does not open")
