"""After twenty enrolments and verifications, what must not be anywhere is not there."""

from __future__ import annotations

import base64
import logging
from typing import TYPE_CHECKING

from tests.verifier.people import again, enrol, somebody, verify
from visavis.verifier import Vault, forget
from visavis.verifier._reference import Reference

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from tests.verifier.people import Holder
    from visavis.sealing import Claim

_PEOPLE = 20


def _forms(secret: bytes) -> Iterator[bytes]:
    """As it is, and as programs usually write bytes."""
    yield secret
    yield secret.hex().encode()
    yield base64.b64encode(secret).rstrip(b"=")[:-1]
    yield base64.b32encode(secret).rstrip(b"=").lower()[:-1]


def _canaries(holder: Holder) -> Iterator[bytes]:
    claim = holder.claim
    yield claim.reveal().encode()
    yield claim.reveal().split("_")[1][:-1].encode()
    yield from _forms(claim._secret)
    vector = Reference(holder.person.vector, 1).encode()[6:]
    for start in range(0, len(vector), 64):
        yield from _forms(vector[start : start + 16])


def _locator_forms(claim: Claim) -> Iterator[bytes]:
    """The locator stands in the row; as text it stands nowhere, such as in a log."""
    yield from list(_forms(claim.locator(institution="default")))[1:]


def _kept(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _found(canaries: list[bytes], places: dict[str, bytes]) -> list[str]:
    return [name for name, content in places.items() if any(one in content for one in canaries)]


def test_no_claim_and_no_vector_is_kept_or_printed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with Vault.create(f"sqlite:///{tmp_path}/store.db", keys=tmp_path / "keyring.json") as vault:
        holders = [enrol(vault, samples=1) for _ in range(_PEOPLE)]
        for holder in holders:
            verify(vault, holder.claim, again(holder.person)).require_match()
            verify(vault, holder.claim, somebody())
        places = _kept(tmp_path)
        assert len(places["store.db-wal"]) > 100_000
    places |= {f"closed {name}": content for name, content in _kept(tmp_path).items()}
    output = "".join(capfd.readouterr()) + caplog.text
    places["output"] = output.encode()
    canaries = [one for holder in holders for one in _canaries(holder)]
    canaries += [one for holder in holders for one in _locator_forms(holder.claim)]
    assert _found(canaries, places) == []


def test_the_scan_finds_what_is_there(tmp_path: Path) -> None:
    with Vault.create(f"sqlite:///{tmp_path}/store.db", keys=tmp_path / "keyring.json") as vault:
        holder = enrol(vault)
        places = _kept(tmp_path)
        locator = holder.claim.locator(institution="default")
        assert _found([locator], places) == ["store.db-wal"]
        leaks = {
            "claim": holder.claim.reveal().encode(),
            "secret": holder.claim._secret,
            "vector": b"..." + holder.person.vector.tobytes(),
            "hexadecimal": holder.person.vector.tobytes().hex().encode(),
        }
        assert _found(list(_canaries(holder)), leaks) == list(leaks)


def test_forgetting_leaves_no_byte_of_the_row(tmp_path: Path) -> None:
    with Vault.create(f"sqlite:///{tmp_path}/store.db", keys=tmp_path / "keyring.json") as vault:
        holder, other = enrol(vault), enrol(vault)
        locator = holder.claim.locator(institution="default")
        assert _found([locator], _kept(tmp_path))
        forget(vault, claim=holder.claim)
        assert _found([locator], _kept(tmp_path)) == []
        verify(vault, other.claim, other.person).require_match()
