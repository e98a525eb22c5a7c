from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.errors import InputInvalid, LogMalformed, LogSignatureInvalid
from visavis.transparency import EMPTY_ROOT, Checkpoint, SignerKey, VerifierKey

GO: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "signed-note.json").read_text()
)["checkpoint"]

SIGNER = SignerKey("example.com/log", bytes(32))
CHECKPOINT = Checkpoint(origin="example.com/log", size=3, root=bytes(range(32)))
ROOT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


def opened(note: bytes) -> Checkpoint:
    return Checkpoint.open(note, verifier=SIGNER.verifier)


def test_a_published_checkpoint() -> None:
    checkpoint = Checkpoint.open(
        GO["note"].encode(),
        verifier=VerifierKey.parse(GO["verifier"]),
        origin="go.sum database tree",
    )
    assert checkpoint.size == GO["size"]
    assert checkpoint.root == base64.b64decode(GO["root"])


def test_text() -> None:
    note = CHECKPOINT.sign(SIGNER)
    text, _, signatures = note.decode().rpartition("\n\n")
    assert text == f"example.com/log\n3\n{ROOT}"
    assert signatures.startswith("\N{EM DASH} example.com/log ")
    assert opened(note) == CHECKPOINT


@given(st.integers(0, 10**18 - 1), st.binary(min_size=32, max_size=32))
def test_round_trip(size: int, root: bytes) -> None:
    checkpoint = Checkpoint(origin="example.com/log", size=size, root=root)
    assert opened(checkpoint.sign(SIGNER)) == checkpoint


def test_the_empty_log() -> None:
    checkpoint = Checkpoint(origin="example.com/log", size=0, root=EMPTY_ROOT)
    assert opened(checkpoint.sign(SIGNER)) == checkpoint


def test_witnesses_are_tolerated() -> None:
    """Their signature type is another; their keys are unknown here."""
    witness = (
        SignerKey.generate("witness.example/w1").sign("other\n").decode().rpartition("\n\n")[2]
    )
    assert opened(CHECKPOINT.sign(SIGNER) + witness.encode()) == CHECKPOINT


def test_extension_lines_are_tolerated() -> None:
    note = SIGNER.sign(f"example.com/log\n3\n{ROOT}\nextension\nanother one\n")
    assert opened(note) == CHECKPOINT


@pytest.mark.parametrize(
    "text",
    [
        "example.com/log\n",
        "example.com/log\n3\n",
        f"example.com/log\n\n{ROOT}\n",
        f"\n3\n{ROOT}\n",
        f"example.com/log\n3\n{ROOT}\n\nextension\n",
        f"example.com/log\n03\n{ROOT}\n",
        f"example.com/log\n-3\n{ROOT}\n",
        f"example.com/log\n+3\n{ROOT}\n",
        f"example.com/log\n3 \n{ROOT}\n",
        f"example.com/log\n\u0663\n{ROOT}\n",  # a three, but not an ASCII one
        f"example.com/log\n1{'0' * 18}\n{ROOT}\n",
        f"example.com/log\n3\n{ROOT[:-4]}\n",
        f"example.com/log\n3\n{ROOT[:-2]}9=\n",
        f"example.com/log\n3\n{ROOT}AAAA\n",
        "example.com/log\n3\nnot base64\n",
        f"example.com/other\n3\n{ROOT}\n",
    ],
)
def test_what_is_no_checkpoint_of_this_log(text: str) -> None:
    with pytest.raises(LogMalformed):
        opened(SIGNER.sign(text))


def test_an_expected_origin_is_required() -> None:
    note = CHECKPOINT.sign(SIGNER)
    with pytest.raises(LogMalformed):
        Checkpoint.open(note, verifier=SIGNER.verifier, origin="example.com/other")


def test_another_key() -> None:
    other = SignerKey.generate("example.com/log")
    with pytest.raises(LogSignatureInvalid):
        opened(CHECKPOINT.sign(other))


@pytest.mark.parametrize(
    "changes",
    [{"origin": "example.com/other"}, {"size": -1}, {"size": 10**18}, {"root": bytes(31)}],
)
def test_what_is_not_signed(changes: dict[str, Any]) -> None:
    with pytest.raises(InputInvalid):
        replace(CHECKPOINT, **changes).sign(SIGNER)
