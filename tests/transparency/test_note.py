from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.errors import InputInvalid, LogMalformed, LogSignatureInvalid
from visavis.transparency import SignerKey, VerifierKey, open_note
from visavis.transparency._base64 import to_base64

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "signed-note.json").read_text()
)
GO = VECTORS["go"]
NOTE = (GO["text"] + "\n" + GO["signature"]).encode()
PETER = VerifierKey.parse(GO["verifier"])
ENOCH = VerifierKey.parse(GO["other_verifier"])
SIGNER = SignerKey.parse(GO["signer"])


class TestGoVectors:
    def test_sign(self) -> None:
        assert SIGNER.sign(GO["text"]) == NOTE
        assert SIGNER.verifier == PETER

    def test_keys_come_back(self) -> None:
        assert PETER.render() == GO["verifier"]
        assert SIGNER.reveal() == GO["signer"]
        assert SignerKey("EnochRoot", bytes(32)).verifier == ENOCH

    def test_open(self) -> None:
        assert open_note(NOTE, verifier=PETER) == GO["text"]

    def test_other_keys_signatures_are_passed_over(self) -> None:
        for signatures in (
            GO["signature"] + GO["other_signature"],
            GO["other_signature"] + GO["signature"],
        ):
            note = (GO["text"] + "\n" + signatures).encode()
            assert open_note(note, verifier=PETER) == GO["text"]
            assert open_note(note, verifier=ENOCH) == GO["text"]
        with pytest.raises(LogSignatureInvalid):
            open_note(NOTE, verifier=ENOCH)

    def test_the_specifications_key(self) -> None:
        verifier = VerifierKey.parse(VECTORS["spec"]["verifier"])
        note = VECTORS["spec"]["note"].encode()
        assert open_note(note, verifier=verifier) == "This is an example message.\n"


def test_a_wrong_signature_of_the_key_spoils_the_note() -> None:
    """Even beside a right one."""
    wrong = SIGNER.sign("Another text.\n").decode().rpartition("\n\n")[2]
    with pytest.raises(LogSignatureInvalid):
        open_note(NOTE + wrong.encode(), verifier=PETER)


def test_every_changed_byte_is_noticed() -> None:
    for at in range(len(NOTE)):
        changed = NOTE[:at] + bytes([NOTE[at] ^ 1]) + NOTE[at + 1 :]
        with pytest.raises((LogMalformed, LogSignatureInvalid)):
            open_note(changed, verifier=PETER)


def test_an_impostor_with_the_same_name_and_id() -> None:
    """A key id is short and can be met on purpose; the signature still has to be right."""
    impostor = SignerKey.generate("PeterNeumann")
    forged = impostor._private.sign(GO["text"].encode())
    line = GO["signature"].split(" ")[:2]
    note = f"{GO['text']}\n{line[0]} {line[1]} {to_base64(PETER.key_id + forged)}\n".encode()
    with pytest.raises(LogSignatureInvalid):
        open_note(note, verifier=PETER)


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"\n\n",
        b"text",
        GO["text"].encode(),
        (GO["text"] + GO["signature"]).encode(),
        NOTE[:-1],
        NOTE + b"\n",
        NOTE + b"signature\n",
        NOTE.replace("\N{EM DASH}".encode(), b"-"),
        NOTE.replace(b"PeterNeumann", b"Peter Neumann"),
        NOTE.replace(b"PeterNeumann", b"Peter+Neumann"),
        NOTE.replace(b"PeterNeumann", "Peter\u00a0Neumann".encode()),
        NOTE.replace(b"\n\n", b"\r\n\r\n"),
        NOTE.replace(b"cryptography", b"crypto\x00graphy"),
        NOTE.replace(b"cryptography", b"crypto\tgraphy"),
        NOTE.replace(b"cryptography", b"crypto\xffgraphy"),
        NOTE.replace(b"AM=\n", b"AM\n"),
        NOTE.replace(b"AM=\n", b"AN=\n"),  # stray bits behind the same signature
        NOTE.replace(b"AM=\n", b"A M=\n"),
        "text\n\n\N{EM DASH} name AAAA\n".encode(),
        "text\n\n\N{EM DASH} name AAAAAA==\n".encode(),
        b"x" * (1 << 20) + NOTE,
    ],
)
def test_malformed_notes(note: bytes) -> None:
    with pytest.raises(LogMalformed):
        open_note(note, verifier=PETER)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_other_bytes_are_refused(note: bytes) -> None:
    with pytest.raises(LogMalformed):
        open_note(note, verifier=PETER)


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"])))
def test_round_trip(text: str) -> None:
    assert open_note(SIGNER.sign(text + "\n"), verifier=PETER) == text + "\n"


@pytest.mark.parametrize("text", ["", "no newline", "tab\t\n", "\x00\n", "return\r\n"])
def test_texts_that_cannot_be_signed(text: str) -> None:
    with pytest.raises(InputInvalid):
        SIGNER.sign(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u2003b", "a\x01b"])
def test_names_that_no_key_can_have(name: str) -> None:
    with pytest.raises(InputInvalid):
        SignerKey.generate(name)
    with pytest.raises(InputInvalid):
        VerifierKey(name, bytes(32))


def test_keys_of_another_length() -> None:
    with pytest.raises(InputInvalid):
        SignerKey("log", bytes(31))
    with pytest.raises(InputInvalid):
        VerifierKey("log", bytes(33))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        GO["verifier"].replace("c74f20a3", "c74f20a4"),
        GO["verifier"].replace("c74f20a3", "C74F20A3"),
        GO["verifier"].replace("PeterNeumann", "PeterNeuman"),
        GO["verifier"].replace("+ARpc", "+BBpc"),
        GO["verifier"][:-4],
        GO["verifier"] + "\n",
        " " + GO["verifier"],
        GO["signer"],
    ],
)
def test_malformed_keys(text: str) -> None:
    with pytest.raises(LogMalformed):
        VerifierKey.parse(text)


@pytest.mark.parametrize(
    "text", ["", "PRIVATE+KEY+", GO["signer"][12:], GO["signer"][:-4], GO["signer"] + "\n"]
)
def test_malformed_private_keys(text: str) -> None:
    with pytest.raises(LogMalformed):
        SignerKey.parse(text)


def test_a_private_key_is_not_shown() -> None:
    key = SignerKey.generate("example.com/log")
    assert repr(key) == str(key) == "SignerKey('example.com/log')"
    for attempt in (lambda: pickle.dumps(key), lambda: copy.deepcopy(key)):
        with pytest.raises(TypeError):
            attempt()
    assert SignerKey.parse(key.reveal()).verifier == key.verifier
