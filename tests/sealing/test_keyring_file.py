from __future__ import annotations

import errno
import os
import stat
import threading
from typing import TYPE_CHECKING

import pytest

from tests.sealing.world import World
from visavis.errors import (
    Error,
    InputInvalid,
    KeyringCorrupt,
    KeyringEpochDestroyed,
    KeyringExists,
    KeyringMissing,
    KeyringPermissions,
    KeyringUnwritable,
)
from visavis.sealing import FileKeyRing

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    ring = FileKeyRing.create(tmp_path / "keys.json")
    ring.add_institution("default")
    return ring.path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def leftovers(path: Path) -> list[str]:
    return sorted(
        entry.name
        for entry in path.parent.iterdir()
        if entry.name not in {path.name, f".{path.name}.lock"}
    )


def test_a_new_key_ring(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    previous = os.umask(0)
    try:
        ring = FileKeyRing.create(path)
    finally:
        os.umask(previous)
    assert ring.institutions() == ()
    assert mode(path) == 0o600
    assert mode(tmp_path / ".keys.json.lock") == 0o600
    kek = ring.add_institution("default")
    assert mode(path) == 0o600
    assert FileKeyRing(path).current("default") == kek
    assert leftovers(path) == []


def test_nothing_is_overwritten(path: Path, tmp_path: Path) -> None:
    before = path.read_bytes()
    ring = FileKeyRing(path)
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for there in (path, tmp_path / "link", tmp_path):
        for attempt in (FileKeyRing.create, ring.backup):
            with pytest.raises(KeyringExists):
                attempt(there)
    assert path.read_bytes() == before
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("bits", [0o040, 0o020, 0o010, 0o004, 0o002, 0o001, 0o077])
def test_looser_modes_are_refused(path: Path, bits: int) -> None:
    ring = FileKeyRing(path)
    path.chmod(0o600 | bits)
    for attempt in (lambda: FileKeyRing(path), lambda: ring.current("default")):
        with pytest.raises(KeyringPermissions) as caught:
            attempt()
        assert caught.value.code == "keyring.permissions"
    path.chmod(0o400)
    assert FileKeyRing(path).current("default") == ring.current("default")


def test_a_link_is_refused(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(path)
    with pytest.raises(KeyringPermissions):
        FileKeyRing(link)


def test_other_things_than_files_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in (".", "pipe"):
        with pytest.raises(KeyringPermissions):
            FileKeyRing(tmp_path / name)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_another_users_file_is_refused(path: Path) -> None:
    os.chown(path, 65534, 65534)
    with pytest.raises(KeyringPermissions):
        FileKeyRing(path)


def test_no_file(tmp_path: Path, path: Path) -> None:
    for absent in (tmp_path / "absent.json", path / "below"):
        with pytest.raises(KeyringMissing):
            FileKeyRing(absent)


def test_a_damaged_file_is_refused_and_not_touched(path: Path) -> None:
    document = path.read_bytes()[:-10]
    path.write_bytes(document)
    with pytest.raises(KeyringCorrupt):
        FileKeyRing(path)
    assert path.read_bytes() == document


def test_a_file_that_is_far_too_large(path: Path) -> None:
    os.truncate(path, 1 << 40)  # sparse
    with pytest.raises(KeyringCorrupt):
        FileKeyRing(path)


@pytest.mark.parametrize("failing", ["fsync", "open"])
def test_a_full_disk_changes_nothing(
    path: Path, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = FileKeyRing(path)
    before, kek = path.read_bytes(), ring.current("default")
    real_open = os.open

    def full(*_arguments: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    def full_for_new(file: Path, flags: int, *rest: int) -> int:
        return full() if flags & os.O_EXCL else real_open(file, flags, *rest)

    monkeypatch.setattr(os, failing, full_for_new if failing == "open" else full)
    for attempt in (
        lambda: ring.start_epoch("default"),
        lambda: ring.add_institution("other"),
        lambda: ring.backup(path.with_name("backup.json")),
        lambda: FileKeyRing.create(path.with_name("other.json")),
    ):
        with pytest.raises(KeyringUnwritable):
            attempt()
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert ring.current("default") == kek
    assert leftovers(path) == [".other.json.lock"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(KeyringUnwritable):
        FileKeyRing.create(tmp_path / "absent" / "keys.json")


def test_a_crash_leaves_nothing_for_long(path: Path) -> None:
    """A half-written file of a killed process, keys included, goes with the next change."""
    path.with_name(".keys.json.new").write_text("keys of a writer that was killed")
    FileKeyRing(path).start_epoch("default")
    assert leftovers(path) == []


def test_a_refused_change_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    ring = FileKeyRing(path)
    for attempt in (
        lambda: ring.add_institution("default"),
        lambda: ring.add_institution("No Identifier"),
        lambda: ring.start_epoch("unknown"),
        lambda: ring.destroy_epoch("default", 1),
    ):
        with pytest.raises(Error):
            attempt()
    assert path.read_bytes() == before
    assert leftovers(path) == []


def test_writers_wait_for_each_other(path: Path) -> None:
    failures: list[BaseException] = []

    def rotate() -> None:
        try:
            for _ in range(10):
                FileKeyRing(path).start_epoch("default")
        except BaseException as error:  # noqa: BLE001 - shown below
            failures.append(error)

    threads = [threading.Thread(target=rotate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    epochs = FileKeyRing(path).epochs("default")
    assert [epoch.number for epoch in epochs] == list(range(1, 42))
    assert len({epoch.kek_id for epoch in epochs}) == 41


class TestAnotherProcessRotates:
    def test_new_records_use_the_new_key_at_once(self, path: Path) -> None:
        service, operator = FileKeyRing(path), FileKeyRing(path)
        assert service.current("default").epoch == 1
        kek = operator.start_epoch("default")
        assert service.current("default") == kek

    def test_rewrapped_records_open_at_once(self, path: Path) -> None:
        service, operator = FileKeyRing(path), FileKeyRing(path)
        old = service.current("default")
        assert service.find("default", old.kek_id) == old
        kek = operator.start_epoch("default")
        assert service.find("default", kek.kek_id) == kek

    def test_a_destroyed_key_is_gone_within_a_second(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = 1000.0
        monkeypatch.setattr("visavis.sealing._keyring_file.time.monotonic", lambda: now)
        service, operator = FileKeyRing(path), FileKeyRing(path)
        old = service.current("default")
        operator.start_epoch("default")
        operator.destroy_epoch("default", 1)
        now += 1.0
        with pytest.raises(KeyringEpochDestroyed):
            service.find("default", old.kek_id)

    def test_a_file_that_others_may_read_meanwhile_is_refused(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = 1000.0
        monkeypatch.setattr("visavis.sealing._keyring_file.time.monotonic", lambda: now)
        ring = FileKeyRing(path)
        kek = ring.current("default")
        path.chmod(0o644)
        now += 1.0
        with pytest.raises(KeyringPermissions):
            ring.find("default", kek.kek_id)


def test_a_backup_opens_what_the_key_ring_opened(path: Path, tmp_path: Path) -> None:
    ring = FileKeyRing(path)
    copy = tmp_path / "safe" / "backup.json"
    copy.parent.mkdir()
    ring.backup(copy)
    assert mode(copy) == 0o600
    assert copy.read_bytes() == path.read_bytes()
    assert sorted(entry.name for entry in copy.parent.iterdir()) == ["backup.json"]
    assert FileKeyRing(copy).current("default") == ring.current("default")


def test_an_operators_fault_is_no_refusal(path: Path) -> None:
    """A key ring that is gone must not look like a wrong claim."""
    world = World.make().with_(key_ring=FileKeyRing(path))
    path.unlink()
    with pytest.raises(KeyringMissing):
        world.open()


def test_identifiers_are_checked(path: Path) -> None:
    with pytest.raises(InputInvalid):
        FileKeyRing(path).add_institution("../other")
