"""How a new claim reaches its holder on the command line."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import zxingcpp
from PIL import Image as PillowImage

from visavis.sealing import Claim

if TYPE_CHECKING:
    from tests.cli.shell import Shell

_VISAVIS = Path(sys.executable).with_name("visavis")
_ENROL = ("enrol", "--purpose", "payment", "--consent", "I agree")


def test_the_qr_code_holds_the_claim(shell: Shell, photo: Path) -> None:
    for name in ("claim.png", "claim.svg"):
        path = shell.folder / name
        claim = shell.json(*_ENROL, "--qr", path, photo)["claim"]
        assert path.stat().st_mode & 0o777 == 0o600
        if path.suffix == ".png":
            (code,) = zxingcpp.read_barcodes(PillowImage.open(path))
            assert code.text == claim
        else:
            assert path.read_text().startswith("<?xml")


def test_no_claim_without_its_qr_code_and_no_code_without_its_claim(
    shell: Shell, photo: Path
) -> None:
    taken = shell.folder / "taken.png"
    taken.write_bytes(b"other")
    for path in (taken, shell.folder / "claim.gif", shell.folder / "none" / "claim.png"):
        error = shell.json(*_ENROL, "--qr", path, photo, status=2)["error"]
        assert error["code"] == "input.invalid"
    assert taken.read_bytes() == b"other"
    gone = shell.folder / "claim.png"
    shell.json(*_ENROL, "--qr", gone, shell.folder / "no-photograph.jpg", status=2)
    assert not gone.exists()
    (institution,) = shell.json("status")["institutions"]
    assert institution["enrolments"] == 0


def test_the_new_claim_takes_over_at_its_first_use(
    shell: Shell, photo: Path, probe: Path, faces: Path
) -> None:
    old = shell.json(*_ENROL, photo)
    other = _frll(faces, "002", "neutral")
    renew = ("renew", "--claim", old["claim"])
    assert shell.json(*renew, other, status=1) == {"outcome": "non-match"}
    new = shell.json(*renew, "--qr", shell.folder / "new.svg", probe)
    assert new | {"claim": ""} == old | {"claim": ""}
    verify = ("--purpose", "payment", probe)
    for claim, status in ((old, 0), (new, 0), (old, 2), (new, 0)):
        shell.json("verify", "--claim", claim["claim"], *verify, status=status)
    assert shell.json(*renew, probe, status=2)["error"]["code"] == "verification.refused"


def test_new_samples_and_a_new_claim_take_over_together(shell: Shell, faces: Path) -> None:
    neutral, smiling = _frll(faces, "001", "neutral"), _frll(faces, "001", "smiling")
    others = [_frll(faces, "002", kind) for kind in ("neutral", "smiling")]
    old = shell.json(*_ENROL, neutral)
    again = ("re-enrol", "--claim", old["claim"], "--enrolment-id", old["enrolment_id"])
    assert shell.json(*again, neutral, status=2)["error"]["code"] == "input.invalid"
    assert (
        shell.json(*again, neutral, others[0], status=2)["error"]["code"]
        == "enrolment.samples_disagree"
    )
    assert shell.json(*again, *others, status=1) == {"outcome": "non-match"}
    taken = shell.folder / "new.svg"
    new = shell.json(*again, "--qr", taken, neutral, smiling)
    assert new | {"claim": ""} == old | {"claim": ""}
    assert taken.exists()
    verify = ("--purpose", "payment", smiling)
    for claim, samples in ((old, 1), (new, 2)):
        answer = shell.json("verify", "--claim", claim["claim"], *verify)
        assert (answer["outcome"], answer["reference_samples"]) == ("match", samples)
    error = shell.json("verify", "--claim", old["claim"], *verify, status=2)["error"]
    assert error["code"] == "verification.refused"


def _frll(faces: Path, person: str, expression: str) -> Path:
    (photo,) = (faces / "frll" / person).glob(f"{expression}_{person}_*.jpg")
    return photo


def test_a_terminal_shows_it(shell: Shell, photo: Path) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [str(_VISAVIS), *_ENROL, str(photo)],
        stdout=theirs,
        env=os.environ | shell.environment,
    )
    os.close(theirs)
    shown = b""
    until = time.monotonic() + 60
    while select.select([ours], [], [], max(0, until - time.monotonic()))[0]:
        try:
            shown += os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
    os.close(ours)
    assert process.wait() == 0
    text = shown.decode()
    assert Claim.parse(text.split()[1]).issued_by("default")
    assert text.count("\u2588") > 100  # full blocks


def test_a_terminals_word_counts_failures(shell: Shell, photo: Path) -> None:
    claim = shell.json(*_ENROL, photo)["claim"]
    verify = ("verify", "--claim", claim, "--purpose", "payment", photo)
    assert shell.json(*verify, "--terminal", "till-3")["outcome"] == "match"
    shell.environment["VISAVIS_TERMINAL"] = "till 3"
    assert shell.json(*verify, status=2)["error"]["code"] == "input.invalid"


@pytest.mark.parametrize(
    "arguments", [["--version"], ["compare", "--reference", "none", "--probe", "none", "--json"]]
)
def test_what_needs_no_store_loads_none(arguments: list[str]) -> None:
    program = (
        "import sys\nfrom visavis.cli import app\n"
        f"sys.argv = ['visavis', *{arguments!r}]\n"
        "try:\n    app()\nexcept SystemExit:\n    pass\n"
        "slow = {'alembic', 'pydantic_settings', 'sqlalchemy'} & set(sys.modules)\n"
        "assert not slow, slow\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
