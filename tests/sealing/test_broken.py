"""The checks of this folder prove themselves: each one fails on a sealing broken in its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.sealing.world import REFERENCE, World, key_ring, new_table
from visavis.errors import SealingRefused
from visavis.sealing import Claim, Sealed
from visavis.sealing._secret import Secret

Check = Callable[[], None]
Break = Callable[[pytest.MonkeyPatch], None]

ROUNDS = 20


def opens(world: World) -> bool:
    try:
        world.open()
    except SealingRefused:
        return False
    return True


def check_nothing_repeats() -> None:
    """Nonces, salts, keys and ciphertexts of the same reference are new each time."""
    table, claim = new_table(), Claim.generate(institution="default")
    sealed = [World.make(table=table, claim=claim).sealed for _ in range(ROUNDS)]
    parts = {
        "outer salt": [one.wrap[17:49] for one in sealed],
        "outer commitment": [one.wrap[49:81] for one in sealed],
        "outer nonce": [one.wrap[81:93] for one in sealed],
        "outer ciphertext": [one.wrap[93:] for one in sealed],
        "body commitment": [one.body[1:33] for one in sealed],
        "body nonce": [one.body[33:45] for one in sealed],
        "body ciphertext": [one.body[45:] for one in sealed],
    }
    for name, values in parts.items():
        assert len(set(values)) == ROUNDS, f"{name} repeats"


def check_the_body_is_bound() -> None:
    """Model digest and consent are in no derivation: associated data alone binds them."""
    world, other = World.make(), World.make()
    for name in ("model_digest", "consent_id"):
        changed = replace(world.binding, **{name: getattr(other.binding, name)})
        assert not opens(world.with_(binding=changed)), f"{name} is not authenticated"


def check_the_key_ring_is_needed() -> None:
    world = World.make()
    assert not opens(world.with_(key_ring=key_ring(new_table())))
    # As a thief would: the right id, another key behind it.
    thief = key_ring(new_table())
    pretended = world.sealed.wrap[:1] + thief.current("default").kek_id + world.sealed.wrap[17:]
    assert not opens(world.with_(key_ring=thief, sealed=replace(world.sealed, wrap=pretended)))


def check_the_claim_is_needed() -> None:
    world = World.make()
    assert not opens(world.with_(claim=Claim.generate(institution="default")))


def check_commitments_count() -> None:
    world = World.make()
    wrap, body = world.sealed.wrap, world.sealed.body
    assert not opens(world.with_(sealed=Sealed(wrap[:49] + bytes(32) + wrap[81:], body)))
    assert not opens(world.with_(sealed=Sealed(wrap, body[:1] + bytes(32) + body[33:])))


def check_the_row_shows_neither_reference_nor_keys() -> None:
    world = World.make()
    row = world.sealed.wrap + world.sealed.body
    kek = world.key_ring.current("default")
    keys = kek.derive(salt=world.sealed.wrap[17:49], info=kek.outer_info, length=64)
    assert keys[:32] not in row
    assert kek._secret not in row
    assert world.claim._secret not in row
    for start in range(0, len(REFERENCE), 8):
        assert REFERENCE[start : start + 8] not in row


def fixed_nonce(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("visavis.sealing._layer.token_bytes", bytes)


def fixed_salt(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("visavis.sealing._record.token_bytes", bytes)


def no_associated_data(patch: pytest.MonkeyPatch) -> None:
    class WithoutAssociatedData:
        def __init__(self, key: bytes) -> None:
            self.cipher = AESGCM(key)

        def encrypt(self, nonce: bytes, plaintext: bytes, _associated: bytes) -> bytes:
            return self.cipher.encrypt(nonce, plaintext, None)

        def decrypt(self, nonce: bytes, ciphertext: bytes, _associated: bytes) -> bytes:
            return self.cipher.decrypt(nonce, ciphertext, None)

    patch.setattr("visavis.sealing._layer.AESGCM", WithoutAssociatedData)


def no_encryption(patch: pytest.MonkeyPatch) -> None:
    class Plain:
        def __init__(self, _key: bytes) -> None:
            pass

        def encrypt(self, _nonce: bytes, plaintext: bytes, _associated: bytes) -> bytes:
            return plaintext + bytes(16)

        def decrypt(self, _nonce: bytes, ciphertext: bytes, _associated: bytes) -> bytes:
            return ciphertext[:-16]

    patch.setattr("visavis.sealing._layer.AESGCM", Plain)


def derive_from_nothing(_self: Secret, *, salt: bytes = b"", info: bytes, length: int) -> bytes:
    return Secret(bytes(32)).derive(salt=salt, info=info, length=length)


def key_ring_left_out(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("visavis.sealing._kek.Kek.derive", derive_from_nothing)


def claim_left_out(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("visavis.sealing._claim.Claim.derive", derive_from_nothing)


def key_stored_beside(patch: pytest.MonkeyPatch) -> None:
    def key_for_commitment(secret: Secret, salt: bytes, info: bytes) -> bytes:
        return 2 * secret.derive(salt=salt, info=info, length=32)

    patch.setattr("visavis.sealing._record._keys", key_for_commitment)


def commitment_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("visavis.sealing._layer.compare_digest", lambda _one, _other: True)


@pytest.mark.parametrize(
    ("check", "broken"),
    [
        (check_nothing_repeats, fixed_nonce),
        (check_nothing_repeats, fixed_salt),
        (check_the_body_is_bound, no_associated_data),
        (check_the_key_ring_is_needed, key_ring_left_out),
        (check_the_claim_is_needed, claim_left_out),
        (check_commitments_count, commitment_ignored),
        (check_the_row_shows_neither_reference_nor_keys, key_stored_beside),
        (check_the_row_shows_neither_reference_nor_keys, no_encryption),
    ],
    ids=lambda function: function.__name__,
)
def test_the_check_passes_here_and_fails_there(
    check: Check, broken: Break, monkeypatch: pytest.MonkeyPatch
) -> None:
    check()
    broken(monkeypatch)
    assert World.make().open() == REFERENCE  # broken, and yet it seems to work
    with pytest.raises(AssertionError):
        check()
