from __future__ import annotations

import base64
import copy
import hashlib
import pickle
import re
import zlib
from dataclasses import asdict, dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.errors import ClaimMalformed, InputInvalid
from visavis.sealing import CLAIM_PATTERN, Claim
from visavis.sealing._institution import institution_tag

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
TYPEABLE = ALPHABET + "0189_-.:"
GOLDEN = Claim(bytes(range(32)), tag=institution_tag("default"))
GOLDEN_TEXT = "vis1_agqzzgmcevzngaabaibqibiga4eascqlbqgq4dyqcejbgfavcylrqgi2dmob2hq7_da56qqq"

claims = st.builds(
    Claim,
    st.binary(min_size=32, max_size=32),
    tag=st.from_regex(r"[a-z0-9][a-z0-9-]{0,62}", fullmatch=True).map(institution_tag),
)


def read_as(text: str) -> str:
    """What a person who confuses look-alikes means by it."""
    return text.lower().translate(str.maketrans("018", "olb"))


def with_checksum(payload: bytes) -> str:
    body = base64.b32encode(payload).decode().lower()
    crc = base64.b32encode(zlib.crc32(payload).to_bytes(4, "big")).decode().lower()[:7]
    return f"vis1_{body}_{crc}"


def assert_noticed(text: str, claim: Claim) -> None:
    """A wrong text is refused, unless it only swaps look-alikes."""
    try:
        parsed = Claim.parse(text)
    except ClaimMalformed:
        return
    assert parsed == claim
    assert read_as(text) == read_as(claim.reveal())


def test_text_form_is_what_the_documentation_says() -> None:
    suite, name, label = (
        b"visavis-sealing-1 HKDF-SHA512 AES-256-GCM",
        b"default",
        b"institution tag",
    )
    encoded = b"".join(len(part).to_bytes(4, "big") + part for part in (suite, name, label))
    payload = b"\x01" + hashlib.sha256(encoded).digest()[:7] + bytes(range(32))
    assert GOLDEN.reveal() == with_checksum(payload) == GOLDEN_TEXT
    assert len(GOLDEN_TEXT) == 77


@given(claims)
def test_round_trip(claim: Claim) -> None:
    text = claim.reveal()
    assert re.fullmatch(CLAIM_PATTERN, text)
    parsed = Claim.parse(text)
    assert parsed == claim
    assert parsed.reveal() == text


@given(claims, st.data())
def test_how_people_write_it_down(claim: Claim, data: st.DataObject) -> None:
    text = claim.reveal()
    for _ in range(data.draw(st.integers(0, 8))):
        at = data.draw(st.integers(0, len(text)))
        text = (
            text[:at] + data.draw(st.sampled_from([" ", "\n", "\t", "\r\n", "\u00a0"])) + text[at:]
        )
    assert Claim.parse(text) == claim
    assert Claim.parse(text.upper()) == claim
    assert Claim.parse(text.translate(str.maketrans("olb", "018"))) == claim


def test_every_single_wrong_character_is_noticed() -> None:
    for at in range(len(GOLDEN_TEXT)):
        for character in TYPEABLE:
            assert_noticed(GOLDEN_TEXT[:at] + character + GOLDEN_TEXT[at + 1 :], GOLDEN)


@given(claims)
def test_every_swap_of_neighbours_is_noticed(claim: Claim) -> None:
    text = claim.reveal()
    for at in range(len(text) - 1):
        assert_noticed(text[:at] + text[at + 1] + text[at] + text[at + 2 :], claim)


@given(claims, st.integers(0, 76), st.sampled_from(ALPHABET))
def test_lost_and_doubled_characters_are_noticed(claim: Claim, at: int, extra: str) -> None:
    text = claim.reveal()
    for wrong in (text[:at] + text[at + 1 :], text[:at] + extra + text[at:]):
        with pytest.raises(ClaimMalformed):
            Claim.parse(wrong)


@given(st.text(max_size=600))
def test_other_text_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ClaimMalformed) as caught:
        Claim.parse(text)
    assert caught.value.code == "claim.malformed"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "vis1__",
        GOLDEN_TEXT[:-1],
        GOLDEN_TEXT + "a",
        GOLDEN_TEXT.replace("vis1_", "vis2_"),
        GOLDEN_TEXT.replace("_", ""),
        GOLDEN_TEXT + GOLDEN_TEXT,
        GOLDEN_TEXT + " " * 512,
        GOLDEN_TEXT.replace("v", "\u2174", 1),  # the Roman numeral five, which looks the same
        GOLDEN_TEXT.replace("i", "\u0131", 1),
        with_checksum(b"\x02" + bytes(39)),
        with_checksum(b"\x00" + bytes(39)),
    ],
)
def test_malformed(text: str) -> None:
    with pytest.raises(ClaimMalformed) as caught:
        Claim.parse(text)
    assert "vis1" not in caught.value.detail.replace("vis1_..._...", "")


def test_only_reveal_shows_it() -> None:
    secret_forms = (GOLDEN_TEXT[5:20], bytes(range(32)).hex()[:12], repr(bytes(range(32)))[2:20])
    for shown in (repr(GOLDEN), str(GOLDEN), f"{GOLDEN}", f"{GOLDEN!r}", "%s" % GOLDEN):  # noqa: UP031
        assert shown == "Claim(...)"
        assert not any(form in shown for form in secret_forms)


def test_it_is_neither_copied_nor_pickled_nor_hashed() -> None:
    @dataclass
    class Enrolment:
        claim: Claim

    for attempt in (
        lambda: pickle.dumps(GOLDEN),
        lambda: copy.copy(GOLDEN),
        lambda: copy.deepcopy(GOLDEN),
        lambda: asdict(Enrolment(GOLDEN)),
        lambda: hash(GOLDEN),
    ):
        with pytest.raises(TypeError):
            attempt()


def test_equality_is_of_the_secret_and_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def compare_digest(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return one == other

    monkeypatch.setattr("visavis.sealing._secret.hmac.compare_digest", compare_digest)
    assert Claim.parse(GOLDEN_TEXT) == GOLDEN
    assert Claim.generate(institution="default") != GOLDEN
    assert len(compared) == 2
    assert bytes(range(32)) != GOLDEN
    assert len(compared) == 2


def test_every_claim_is_new() -> None:
    texts = {Claim.generate(institution="default").reveal() for _ in range(200)}
    assert len(texts) == 200


def test_a_claim_says_who_issued_it() -> None:
    claim = Claim.parse(Claim.generate(institution="bank-a").reveal())
    assert claim.issued_by("bank-a")
    assert not claim.issued_by("bank-b")


@pytest.mark.parametrize("institution", ["", "-a", "Bank", "a b", "bänk", "a" * 64, "a\n", "a/b"])
def test_institutions_have_plain_identifiers(institution: str) -> None:
    with pytest.raises(InputInvalid):
        Claim.generate(institution=institution)


def test_locators_of_two_institutions_differ() -> None:
    one, other = GOLDEN.locator(institution="bank-a"), GOLDEN.locator(institution="bank-b")
    assert len(one) == len(other) == 32
    assert one != other
    assert one == Claim.parse(GOLDEN_TEXT).locator(institution="bank-a")


def test_a_scanner_finds_a_claim_in_a_leaked_file() -> None:
    leaked = f'{{"note": "my claim", "claim": "{GOLDEN_TEXT}"}}'
    assert re.findall(CLAIM_PATTERN, leaked) == [GOLDEN_TEXT]
