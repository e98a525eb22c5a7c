from __future__ import annotations

import secrets
import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sealing.world import CAPACITY, REFERENCE, World, key_ring, new_table
from visavis.errors import InputInvalid, SealingRefused
from visavis.sealing import (
    BODY_OVERHEAD,
    DEFAULT_CAPACITY,
    WRAP_SIZE,
    Binding,
    Claim,
    Sealed,
    rewrap,
    seal,
    wrap_kek_id,
)

TABLE = new_table("default", "other")
WORLD = World.make(table=TABLE)


def assert_refused(world: World) -> None:
    with pytest.raises(SealingRefused) as caught:
        world.open()
    error = caught.value
    # Alike to the caller, whatever the reason was.
    assert str(error) == "sealing.refused: this record does not open"
    assert error.__cause__ is None
    assert error.__suppress_context__


@given(st.binary(min_size=1, max_size=CAPACITY))
def test_round_trip_and_fixed_length(reference: bytes) -> None:
    kek = WORLD.key_ring.current("default")
    sealed = seal(reference, claim=WORLD.claim, kek=kek, binding=WORLD.binding, capacity=CAPACITY)
    assert len(sealed.wrap) == WRAP_SIZE == 233
    assert len(sealed.body) == CAPACITY + BODY_OVERHEAD == CAPACITY + 63
    assert WORLD.with_(sealed=sealed).open() == reference


@pytest.mark.parametrize("capacity", [512, DEFAULT_CAPACITY, 65535])
def test_capacities(capacity: int) -> None:
    world = World.make(capacity=capacity)
    assert len(world.sealed.body) == capacity + 63
    assert world.open() == REFERENCE


def test_every_byte_of_the_row_counts() -> None:
    """Each byte of wrap and body, changed in three ways, shuts the record."""
    wrap, body = WORLD.sealed.wrap, WORLD.sealed.body
    for mask in (0x01, 0x80, 0xFF):
        for at in range(len(wrap)):
            changed = wrap[:at] + bytes([wrap[at] ^ mask]) + wrap[at + 1 :]
            assert_refused(WORLD.with_(sealed=Sealed(wrap=changed, body=body)))
        for at in range(len(body)):
            changed = body[:at] + bytes([body[at] ^ mask]) + body[at + 1 :]
            assert_refused(WORLD.with_(sealed=Sealed(wrap=wrap, body=changed)))


@given(st.data())
def test_swapped_bytes_are_noticed(data: st.DataObject) -> None:
    for part in ("wrap", "body"):
        content = bytearray(getattr(WORLD.sealed, part))
        one = data.draw(st.integers(0, len(content) - 1))
        other = data.draw(st.integers(0, len(content) - 1))
        content[one], content[other] = content[other], content[one]
        changed = replace(WORLD.sealed, **{part: bytes(content)})
        if changed == WORLD.sealed:
            assert WORLD.with_(sealed=changed).open() == REFERENCE
        else:
            assert_refused(WORLD.with_(sealed=changed))


def test_truncated_and_extended_records_are_refused() -> None:
    wrap, body = WORLD.sealed.wrap, WORLD.sealed.body
    for length in range(len(wrap)):
        assert_refused(WORLD.with_(sealed=Sealed(wrap=wrap[:length], body=body)))
        assert_refused(WORLD.with_(sealed=Sealed(wrap=wrap[length + 1 :], body=body)))
    for length in range(len(body)):
        assert_refused(WORLD.with_(sealed=Sealed(wrap=wrap, body=body[:length])))
        assert_refused(WORLD.with_(sealed=Sealed(wrap=wrap, body=body[length + 1 :])))
    assert_refused(WORLD.with_(sealed=Sealed(wrap=wrap + b"\0", body=body)))
    assert_refused(WORLD.with_(sealed=Sealed(wrap=wrap, body=body + b"\0")))
    assert_refused(WORLD.with_(sealed=Sealed(wrap=body, body=wrap)))


@given(wrap=st.binary(max_size=300), body=st.binary(max_size=700))
def test_any_other_bytes_are_refused(wrap: bytes, body: bytes) -> None:
    for start in (b"", WORLD.sealed.wrap[:17]):
        sealed = Sealed(wrap=(start + wrap).ljust(233, b"\0"), body=b"\x01" + body)
        assert_refused(WORLD.with_(sealed=sealed))


def test_parts_of_two_records_do_not_mix() -> None:
    """Not those of two holders, and not the old and the new record of one."""
    other = World.make(table=TABLE)
    again = World.make(table=TABLE, claim=WORLD.claim)
    again = again.with_(
        binding=WORLD.binding,
        sealed=seal(
            REFERENCE,
            claim=WORLD.claim,
            kek=WORLD.key_ring.current("default"),
            binding=WORLD.binding,
            capacity=CAPACITY,
        ),
    )
    assert again.open() == REFERENCE
    for foreign in (other, again):
        assert_refused(WORLD.with_(sealed=replace(WORLD.sealed, wrap=foreign.sealed.wrap)))
        assert_refused(WORLD.with_(sealed=replace(WORLD.sealed, body=foreign.sealed.body)))
    assert_refused(WORLD.with_(sealed=other.sealed))
    assert_refused(WORLD.with_(claim=other.claim))
    assert_refused(WORLD.with_(binding=other.binding))


@pytest.mark.parametrize(
    "changes",
    [
        {"institution": "other"},
        {"institution": "unknown"},
        {"institution": ""},
        {"locator": bytes(32)},
        {"locator": b""},
        {"enrolment_id": uuid.uuid4()},
        {"model_digest": bytes(32)},
        {"model_digest": b""},
        {"model_digest": WORLD.binding.model_digest + b"\0"},
        {"consent_id": uuid.uuid4()},
    ],
    ids=",".join,
)
def test_every_value_of_the_binding_counts(changes: dict[str, object]) -> None:
    assert_refused(WORLD.with_(binding=replace(WORLD.binding, **changes)))  # type: ignore[arg-type]  # deliberately any


def test_binding_values_cannot_flow_into_each_other() -> None:
    """The same bytes, cut elsewhere: lengths are authenticated too."""
    digest, consent = WORLD.binding.model_digest, WORLD.binding.consent_id
    shifted = replace(
        WORLD.binding,
        locator=WORLD.binding.locator + WORLD.binding.enrolment_id.bytes[:1],
        model_digest=digest + consent.bytes[:1],
    )
    assert_refused(WORLD.with_(binding=shifted))


def test_any_two_of_row_key_ring_and_claim_open_nothing() -> None:
    """Here for 50 records; the store's tests do it for 1,000 in a database."""
    worlds = [World.make(table=TABLE) for _ in range(50)]
    foreign_ring = key_ring(new_table("default", "other"))
    for world in worlds:
        assert world.open() == REFERENCE
        # Row and key ring, with every other claim.
        for other in worlds:
            if other is not world:
                assert_refused(world.with_(claim=other.claim))
        # Row and claim, with the key ring of another deployment.
        assert_refused(world.with_(key_ring=foreign_ring))
        # Key ring and claim, with a row that somebody without the body made up.
        made_up = secrets.token_bytes(CAPACITY + BODY_OVERHEAD)
        assert_refused(world.with_(sealed=replace(world.sealed, body=b"\x01" + made_up[1:])))


def test_a_claim_of_the_same_secret_for_another_institution_opens_nothing() -> None:
    binding = replace(WORLD.binding, institution="other")
    binding = replace(binding, locator=WORLD.claim.locator(institution="other"))
    assert_refused(WORLD.with_(binding=binding))


class TestRewrap:
    def rotated(self, world: World, new_table_number: int = 2) -> tuple[World, World]:
        """The world after rotation, with only the new epoch and with only the old one."""
        rotating = TABLE.with_epoch("default")
        old = world.key_ring.current("default")
        new = key_ring(rotating).current("default")
        assert new.epoch == new_table_number
        wrap = rewrap(
            world.sealed.wrap,
            institution="default",
            locator=world.binding.locator,
            enrolment_id=world.binding.enrolment_id,
            old=old,
            new=new,
        )
        sealed = replace(world.sealed, wrap=wrap)
        finished = key_ring(rotating.without_key("default", epoch=1))
        return world.with_(sealed=sealed, key_ring=finished), world.with_(sealed=sealed)

    def test_the_new_key_opens_it_and_the_old_one_does_not(self) -> None:
        with_new, with_old = self.rotated(WORLD)
        assert with_new.open() == REFERENCE
        assert_refused(with_old)

    def test_body_and_digest_stay(self) -> None:
        with_new, _ = self.rotated(WORLD)
        assert with_new.sealed.digest == WORLD.sealed.digest
        assert with_new.sealed.body == WORLD.sealed.body
        assert wrap_kek_id(with_new.sealed.wrap) != wrap_kek_id(WORLD.sealed.wrap)

    def test_a_backup_from_before_is_shut_once_its_epoch_is_destroyed(self) -> None:
        finished, _ = self.rotated(WORLD)
        assert_refused(WORLD.with_(key_ring=finished.key_ring))

    def test_it_opens_with_the_claim_only(self) -> None:
        with_new, _ = self.rotated(WORLD)
        assert_refused(with_new.with_(claim=Claim.generate(institution="default")))

    @pytest.mark.parametrize("value", ["locator", "enrolment_id", "wrap", "old"])
    def test_what_does_not_belong_together_is_refused(self, value: str) -> None:
        other = World.make()
        right = {
            "wrap": WORLD.sealed.wrap,
            "locator": WORLD.binding.locator,
            "enrolment_id": WORLD.binding.enrolment_id,
            "old": WORLD.key_ring.current("default"),
        }
        wrong = {
            "wrap": WORLD.sealed.wrap[:-1] + bytes([WORLD.sealed.wrap[-1] ^ 1]),
            "locator": other.binding.locator,
            "enrolment_id": other.binding.enrolment_id,
            "old": other.key_ring.current("default"),
        }
        new = key_ring(TABLE.with_epoch("default")).current("default")
        arguments = right | {value: wrong[value]}
        with pytest.raises(SealingRefused):
            rewrap(**arguments, institution="default", new=new)  # type: ignore[arg-type]  # one of them is wrong

    def test_keys_of_two_institutions_do_not_meet(self) -> None:
        with pytest.raises(InputInvalid):
            rewrap(
                WORLD.sealed.wrap,
                institution="default",
                locator=WORLD.binding.locator,
                enrolment_id=WORLD.binding.enrolment_id,
                old=WORLD.key_ring.current("default"),
                new=WORLD.key_ring.current("other"),
            )


class TestSealRefusesWhatCouldNeverOpen:
    def attempt(
        self,
        *,
        reference: bytes = REFERENCE,
        institution: str = "default",
        claim: Claim = WORLD.claim,
        binding: Binding = WORLD.binding,
        capacity: int = CAPACITY,
    ) -> None:
        kek = WORLD.key_ring.current(institution)
        with pytest.raises(InputInvalid):
            seal(reference, claim=claim, kek=kek, binding=binding, capacity=capacity)

    @pytest.mark.parametrize("reference", [b"", bytes(CAPACITY + 1)])
    def test_reference_that_does_not_fit(self, reference: bytes) -> None:
        self.attempt(reference=reference)

    @pytest.mark.parametrize("capacity", [0, -1, 65536])
    def test_capacity(self, capacity: int) -> None:
        self.attempt(reference=b"x", capacity=capacity)

    def test_another_institutions_key(self) -> None:
        self.attempt(institution="other")

    def test_another_institutions_claim(self) -> None:
        self.attempt(claim=Claim.generate(institution="other"))

    def test_another_claims_locator(self) -> None:
        self.attempt(claim=Claim.generate(institution="default"))

    @pytest.mark.parametrize("digest", [b"", bytes(31), bytes(33)])
    def test_model_digest(self, digest: bytes) -> None:
        self.attempt(binding=replace(WORLD.binding, model_digest=digest))

    def test_institution(self) -> None:
        self.attempt(binding=replace(WORLD.binding, institution="Default"))


def test_repr_shows_neither_locator_nor_sealed_bytes() -> None:
    shown = repr(WORLD.binding) + repr(WORLD.sealed)
    assert "locator" not in shown
    assert repr(WORLD.sealed) == "Sealed()"
