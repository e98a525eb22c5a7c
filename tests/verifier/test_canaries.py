"""After enrolments and verifications, what must not be anywhere is not there.

Every check is also run on a sealing that was broken on purpose, and has to fail there.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.sealing import test_broken as broken
from tests.verifier.canaries import (
    canaries,
    check_nothing_is_kept,
    check_nothing_repeats,
    check_rows_are_bound,
    check_two_of_three_open_nothing,
    claim_forms,
    files,
    forms,
    found,
    locator_forms,
    vector_forms,
)
from tests.verifier.people import Holder, again, enrol, somebody, verify
from visavis.sealing import Claim, Sealed, _record
from visavis.sealing._secret import Secret
from visavis.verifier import Vault, forget

if TYPE_CHECKING:
    from tests.postgresql import Server

_FEW = 20


def _sizes(name: str) -> pytest.MarkDecorator:
    """A few people always, a thousand as evidence of this name."""
    many = pytest.param(1_000, marks=pytest.mark.evidence(name))
    return pytest.mark.parametrize("people", [_FEW, many], ids="{:,}".format)


Keep = Callable[[Mapping[str, Any]], None]
Check = Callable[[Vault, Sequence[Holder], Path], None]


def _all(vault: Vault, holders: Sequence[Holder], _: Path) -> None:
    check_nothing_repeats(vault, holders)
    check_rows_are_bound(vault, holders)
    check_two_of_three_open_nothing(vault, holders)


def _use(vault: Vault, people: int) -> list[Holder]:
    holders = [enrol(vault) for _ in range(people)]
    for holder in holders:
        verify(vault, holder.claim, again(holder.person)).require_match()
        verify(vault, holder.claim, somebody())
    return holders


@_sizes("canaries_sqlite")
def test_no_claim_no_vector_and_no_key_is_kept_or_printed(
    tmp_path: Path,
    people: int,
    keep: Keep,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with Vault.create(f"sqlite:///{tmp_path}/store.db", keys=tmp_path / "keyring.json") as vault:
        holders = _use(vault, people)
        assert len(files(tmp_path)["store.db-wal"]) > 100_000
        check_nothing_is_kept(vault, holders, tmp_path)
        _all(vault, holders, tmp_path)
        wanted = canaries(vault, holders)
    output = {"output": ("".join(capfd.readouterr()) + caplog.text).encode()}
    assert found(wanted, files(tmp_path, but=("keyring.json",)) | output) == {}
    keep(
        {
            "enrolments": people,
            "verifications": 2 * people,
            "strings looked for": len(set(wanted)),
            "found in database, write-ahead log, log and output": 0,
            "opened with two of store, key ring and claims": f"0 of {people}",
            "opened after values, parts or rows were exchanged": f"0 of {people}",
        }
    )


@_sizes("canaries_postgresql")
def test_nothing_in_the_files_of_a_server(
    server: Server, tmp_path: Path, people: int, keep: Keep
) -> None:
    with Vault.create(server.new_database(), keys=tmp_path / "keyring.json") as vault:
        holders = _use(vault, people)
        places = _files_of(vault, server)
        wanted = canaries(vault, holders)
        _all(vault, holders, tmp_path)
    locators = [holder.claim.locator(institution="default") for holder in holders]
    assert found(locators, places)  # it is the right server's
    assert found(wanted, places) == {}
    keep({"enrolments": people, "found in the server's files": 0, "files": len(places)})


def _files_of(vault: Vault, server: Server) -> dict[str, bytes]:
    """Those of this database, the write-ahead log, and the server's log."""
    with vault.store.transaction() as t:
        t.connection.exec_driver_sql("CHECKPOINT")
        own = "SELECT oid FROM pg_database WHERE datname = current_database()"
        oid = t.connection.exec_driver_sql(own).scalar_one()
    data = server.socket / "data"
    return {
        **files(data / "base" / str(oid)),
        **files(data / "pg_wal"),
        "log": (server.socket / "log").read_bytes(),
    }


def test_the_scan_finds_what_is_there(tmp_path: Path) -> None:
    with Vault.create(f"sqlite:///{tmp_path}/store.db", keys=tmp_path / "keyring.json") as vault:
        holder = enrol(vault)
        places = files(tmp_path)
        locator = holder.claim.locator(institution="default")
        assert list(found([locator], places)) == ["store.db-wal"]
        leaks = {
            "claim": holder.claim.reveal().encode(),
            "secret": holder.claim._secret,
            "vector": b"..." + holder.person.vector.tobytes(),
            "hexadecimal": holder.person.vector.tobytes().hex().encode(),
            "key": vault.key_ring.current("default")._secret,
            "far behind": bytes(1 << 24) + holder.claim._secret,
            "across": bytes((1 << 24) - 1) + holder.claim._secret,
        }
        assert list(found(canaries(vault, [holder]), leaks)) == list(leaks)


def vector_left_in_a_column(patch: pytest.MonkeyPatch) -> None:
    seal = _record.seal

    def leaky(reference: bytes, **others: Any) -> Sealed:  # noqa: ANN401 - handed through
        sealed = seal(reference, **others)
        return Sealed(sealed.wrap, sealed.body[: -len(reference)] + reference)

    patch.setattr("visavis.verifier._enrol.seal", leaky)


def claim_left_out_of_the_wrap(patch: pytest.MonkeyPatch) -> None:
    keys = _record._keys

    def careless(secret: Secret, salt: bytes, info: bytes) -> bytes:
        known = Secret(bytes(32)) if isinstance(secret, Claim) else secret
        return keys(known, salt, info)

    patch.setattr(_record, "_keys", careless)


def claim_in_a_log(patch: pytest.MonkeyPatch) -> None:
    reveal = Claim.locator

    def chatty(self: Claim, *, institution: str) -> bytes:
        Path(os.environ["VISAVIS_TEST_LOG"]).write_text(f"looking for {self.reveal()}")
        return reveal(self, institution=institution)

    patch.setattr(Claim, "locator", chatty)


def _kept(vault: Vault, holders: Sequence[Holder], folder: Path) -> None:
    """As ``check_nothing_is_kept``, where records need not open any more."""
    wanted = [one for h in holders for one in (*claim_forms(h.claim), *vector_forms(h))]
    assert vault.institution
    assert found(wanted, files(folder, but=("keyring.json",))) == {}


def _repeats(vault: Vault, holders: Sequence[Holder], _: Path) -> None:
    check_nothing_repeats(vault, holders)


def _bound(vault: Vault, holders: Sequence[Holder], _: Path) -> None:
    check_rows_are_bound(vault, holders)


def _two_of_three(vault: Vault, holders: Sequence[Holder], _: Path) -> None:
    check_two_of_three_open_nothing(vault, holders)


@pytest.mark.parametrize(
    ("check", "break_"),
    [
        (_repeats, broken.fixed_nonce),
        (_repeats, broken.fixed_salt),
        (_bound, broken.no_associated_data),
        (_two_of_three, broken.key_ring_left_out),
        (_two_of_three, claim_left_out_of_the_wrap),
        (check_nothing_is_kept, broken.key_stored_beside),
        (check_nothing_is_kept, broken.no_encryption),
        (check_nothing_is_kept, claim_in_a_log),
        (_kept, vector_left_in_a_column),
    ],
    ids=lambda function: function.__name__,
)
def test_the_check_passes_here_and_fails_there(
    check: Check,
    break_: Callable[[pytest.MonkeyPatch], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("whole", "broken"):
        folder = tmp_path / name
        folder.mkdir()
        monkeypatch.setenv("VISAVIS_TEST_LOG", str(folder / "log.txt"))
        if name == "broken":
            break_(monkeypatch)
        url, keys = f"sqlite:///{folder}/store.db", folder / "keyring.json"
        with Vault.create(url, keys=keys) as vault:
            holders = [enrol(vault) for _ in range(3)]
            if name == "whole":
                check(vault, holders, folder)
                continue
            with pytest.raises(AssertionError):
                check(vault, holders, folder)


@dataclass(frozen=True)
class _Left:
    """What a process left behind that crashed."""

    wanted: list[bytes]
    running: dict[str, bytes]
    cores: dict[str, bytes]


def _crash(folder: Path, *, people: int, guard: str) -> _Left:
    with (
        (folder / "stderr.txt").open("wb") as stderr,
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.verifier.canary_process",
                str(folder),
                str(people),
                guard,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=os.environ | {"TMPDIR": str(folder), "XDG_CACHE_HOME": str(folder)},
            cwd=Path(__file__).parents[2],
        ) as process,
    ):
        assert process.stdout is not None
        wanted: list[bytes] = []
        for line in iter(process.stdout.readline, b"done\n"):
            text, vector = line.decode().split()
            claim, numbers = Claim.parse(text), bytes.fromhex(vector)
            assert np.isfinite(np.frombuffer(numbers, np.float32)).all()
            wanted += [*claim_forms(claim), *locator_forms(claim)]
            wanted += [
                one for at in range(0, len(numbers), 64) for one in forms(numbers[at : at + 16])
            ]
        status = Path(f"/proc/{process.pid}")
        running = files(folder, but=("keyring.json",))
        running |= {name: (status / name).read_bytes() for name in ("cmdline", "environ", "comm")}
        process.communicate(b"\n")
    assert process.returncode < 0
    after = files(folder, but=("keyring.json",))
    cores = {name: after.pop(name) for name in list(after) if name.startswith("core")}
    running |= {f"after {name}": content for name, content in after.items()}
    return _Left(wanted, running, cores)


@_sizes("canaries_process")
def test_nothing_in_arguments_caches_or_core_dumps(tmp_path: Path, people: int, keep: Keep) -> None:
    left = _crash(tmp_path, people=people, guard="guarded")
    assert left.cores == {}
    assert found(left.wanted, left.running) == {}
    keep(
        {
            "enrolments": people,
            "verifications": 2 * people,
            "strings looked for": len(set(left.wanted)),
            "places": sorted(left.running),
            "found": 0,
            "core dumps after a crash": 0,
        }
    )


def test_a_core_dump_would_hold_claims(tmp_path: Path) -> None:
    """So the test above would see it, and forbidding them is not for show."""
    if Path("/proc/sys/kernel/core_pattern").read_text().startswith(("|", "/")):
        pytest.skip("this kernel writes core dumps elsewhere")
    left = _crash(tmp_path, people=5, guard="open")
    assert found(left.wanted, left.running) == {}
    assert found(left.wanted, left.cores)


def test_forgetting_leaves_no_byte_of_the_row(tmp_path: Path) -> None:
    with Vault.create(f"sqlite:///{tmp_path}/store.db", keys=tmp_path / "keyring.json") as vault:
        holder, other = enrol(vault), enrol(vault)
        locator = holder.claim.locator(institution="default")
        assert found([locator], files(tmp_path))
        forget(vault, claim=holder.claim)
        assert found([locator], files(tmp_path)) == {}
        verify(vault, other.claim, other.person).require_match()
