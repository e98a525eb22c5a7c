"""The whole way on the command line, as scripts use it."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.shell import Shell
from visavis.models import load_runtime

if TYPE_CHECKING:
    from pathlib import Path


def _enrol(shell: Shell, *photos: Path) -> dict[str, Any]:
    return shell.json("enrol", "--purpose", "payment", "--consent", "I agree", *photos)


def test_the_whole_way(shell: Shell, photo: Path, probe: Path) -> None:
    enrolled = _enrol(shell, photo)
    assert sorted(enrolled) == ["claim", "consent_id", "enrolment_id"]
    claim_file = shell.folder / "claim.txt"
    claim_file.write_text(enrolled["claim"] + "\n")
    verified = shell.json(
        "verify", "--claim", enrolled["claim"], "--purpose", "payment",
        "--enrolment-id", enrolled["enrolment_id"], probe,
    )  # fmt: skip
    assert verified["outcome"] == "match"
    assert verified["enrolment_id"] == enrolled["enrolment_id"]
    assert len(bytes.fromhex(verified["leaf"])) == 32
    assert "score" not in json.dumps(verified)
    shell.run("verify", "--claim-file", claim_file, "--purpose", "payment", probe)
    verify = ("verify", "--claim", "-", "--purpose", "payment", probe)
    done = shell.run(*verify, typed="no claim", status=2)
    assert "claim.malformed" in done.stderr


def test_another_provider_does_not_take_the_place_of_one_that_is_not_here(
    shell: Shell, photo: Path
) -> None:
    if "CUDAExecutionProvider" in load_runtime().get_available_providers():
        pytest.skip("this ONNX Runtime has CUDA")
    shell.environment["VISAVIS_PROVIDER"] = "cuda"
    enrol = ("enrol", "--purpose", "payment", "--consent", "I agree", photo)
    assert shell.json(*enrol, status=2)["error"]["code"] == "model.unavailable"


def test_what_is_refused(shell: Shell, photo: Path, probe: Path) -> None:
    enrolled = _enrol(shell, photo)
    verify = ("verify", "--claim", enrolled["claim"], "--purpose")
    for arguments, code in (
        ((*verify, "boarding", probe), "verification.refused"),
        ((*verify, "payment", "--enrolment-id", uuid.uuid4(), probe), "verification.refused"),
        ((*verify, "payment", "--profile", "sp800-63b-4", probe), "profile.unsatisfied"),
        (("verify", "--purpose", "payment", probe), "input.invalid"),
        (("verify", "--claim", "vis1_x", "--purpose", "payment", probe), "claim.malformed"),
    ):
        assert shell.json(*arguments, status=2)["error"]["code"] == code
    shell.run("consent", "withdraw", "--consent-id", enrolled["consent_id"])
    refused = shell.json(*verify, "payment", probe, status=2)
    assert refused["error"]["code"] == "verification.refused"
    shell.run("enrolments", "enable", "--enrolment-id", enrolled["enrolment_id"])
    shell.run("forget", "--enrolment-id", enrolled["enrolment_id"])
    assert shell.json("forget", "--claim", enrolled["claim"], status=2) == {
        "error": {
            "code": "enrolment.unknown", "detail": "there is no such enrolment", "input": None,
        }
    }  # fmt: skip


def test_another_person_is_status_1_and_in_the_end_delayed(
    shell: Shell, photo: Path, faces: Path
) -> None:
    claim = _enrol(shell, photo)["claim"]
    (other,) = (faces / "frll" / "002").glob("neutral_*_03.jpg")
    verify = ("verify", "--claim", claim, "--purpose", "payment", other)
    for _ in range(5):
        assert shell.json(*verify, status=1)["outcome"] == "non-match"
    assert shell.json(*verify, status=2)["error"]["code"] == "enrolment.delayed"


def test_the_claim_is_printed_once_and_kept_nowhere(shell: Shell, photo: Path, probe: Path) -> None:
    done = shell.process("enrol", "--purpose", "payment", "--consent", "I agree", photo)
    claim = done.stdout.split()[1]
    assert done.stdout.count(claim) == 1
    assert not done.stderr
    verified = shell.process("verify", "--claim", "-", "--purpose", "payment", probe, typed=claim)
    assert claim not in verified.stdout + verified.stderr
    shell.process("forget", "--claim", "-", typed=claim)
    kept = [path for path in shell.folder.rglob("*") if path.is_file()]
    assert not [path for path in kept if claim.encode() in path.read_bytes()]


def test_a_bad_photograph_is_named(shell: Shell, photo: Path) -> None:
    missing = photo.with_name("none.jpg")
    error = shell.json(
        "enrol", "--purpose", "payment", "--consent", "I agree", photo, missing, status=2
    )["error"]
    assert (error["code"], error["input"]) == ("image.unreadable", str(missing))


def test_init_warns_and_overwrites_nothing(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    store, keys = f"sqlite:///{tmp_path}/s.db", tmp_path / "k" / "keys.json"
    assert shell.json("verify", "--claim", "-", "--purpose", "payment", "x.jpg", status=2)
    done = shell.run("init", "--store", store, "--keys", keys)
    assert "Losing the key ring loses every enrolment" in done.stdout
    again = shell.json("init", "--store", store, "--keys", keys, status=2)
    assert again["error"]["code"] == "keyring.exists"
    assert not (tmp_path / "home").exists()
