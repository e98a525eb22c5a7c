"""A log's copy: what it keeps, and that nothing is taken from one that was changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from tests.transparency.copies import DAY, Log, event
from visavis.errors import (
    Error,
    LogCopyDamaged,
    LogCopyForeign,
    LogCopyMissing,
    LogCopyUnwritable,
    LogTampered,
)
from visavis.transparency import (
    EventKind,
    Frontier,
    LogCopy,
    Opening,
    SignerKey,
    Told,
    VerifierKey,
)
from visavis.transparency._copy import _checksum

_VERIFIED = EventKind.VERIFICATION_DECIDED
_FORGOTTEN = EventKind.ENROLMENT_FORGOTTEN
_DISABLED = EventKind.ENROLMENT_DISABLED


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """Nine leaves in three runs, three of them told."""
    log = Log.at(tmp_path / "copy")
    log.grow(event(_VERIFIED), event(_FORGOTTEN), event(_VERIFIED))
    log.grow(event(_DISABLED), event(_VERIFIED))
    log.grow(event(_VERIFIED), event(_VERIFIED), event(_FORGOTTEN), event(_VERIFIED))
    return log


def _entries(copy: LogCopy) -> list[tuple[bytes, Told | None]]:
    return list(copy.entries(copy.head(), frontier=Frontier()))


def test_every_leaf_in_order_and_only_what_must_be_told(log: Log) -> None:
    entries = _entries(log.copy)
    assert [leaf for leaf, _ in entries] == log.leaves
    assert [told for _, told in entries if told is not None] == log.told
    assert [told.run for told in log.told] == [3, 5, 9]
    assert all(told.read().kind is not _VERIFIED for told in log.told)
    assert log.copy.check().note == log.note()


def test_it_is_private(log: Log) -> None:
    assert log.copy.folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in log.copy.folder.iterdir()} == {0o600}


def test_the_copy_of_a_log_without_leaves(tmp_path: Path) -> None:
    log = Log.at(tmp_path / "copy")
    assert _entries(log.copy) == []
    assert log.copy.check().note is None
    log.copy.create()  # what is there stays
    log.grow(event(_FORGOTTEN))
    log.copy.create()
    assert len(_entries(log.copy)) == 1


def test_what_a_crash_left_behind_does_not_count_and_is_overwritten(log: Log) -> None:
    """All that is written before the head."""
    before = log.copy.head()
    for name in ("leaves", "told.0"):
        with (log.copy.folder / name).open("ab") as file:
            file.write(b"half a leaf")
    (log.copy.folder / "head.new").write_bytes(b"half a head")
    (log.copy.folder / "told.1").write_bytes(b"half of what is told")
    assert log.copy.check() == before
    log.grow(event(_FORGOTTEN), event(_VERIFIED))
    assert [leaf for leaf, _ in _entries(log.copy)] == log.leaves
    assert not (log.copy.folder / "told.1").exists()


@pytest.mark.parametrize("steps", [1, 7, 20])
def test_killed_while_it_is_written_it_is_whole(tmp_path: Path, steps: int) -> None:
    signer = SignerKey.generate("log.example/default")
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.transparency.copies", str(tmp_path / "copy")],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"VISAVIS_TEST_LOG_KEY": signer.reveal()},
        cwd=Path(__file__).parents[2],
    )
    with writer:
        assert writer.stdout is not None
        said = [int(writer.stdout.readline()) for _ in range(steps)]
        writer.kill()
    copy = LogCopy(tmp_path / "copy", key=signer.verifier)
    head = copy.check()
    assert head.size >= said[-1]
    leaves = [leaf for leaf, _ in copy.entries(head, frontier=Frontier())]
    log = Log(copy, signer, leaves=leaves)
    log.grow(event(_FORGOTTEN))
    assert copy.check().size == head.size + 1


def test_openings_that_must_go_are_gone_from_the_disk(log: Log) -> None:
    first = log.told[0]
    head = log.copy.drop(log.copy.head(), gone=lambda told: told == first)
    assert [told for _, told in _entries(log.copy) if told is not None] == log.told[1:]
    assert log.copy.check() == head
    kept = b"".join(path.read_bytes() for path in log.copy.folder.iterdir())
    assert first.opening.event not in kept
    assert first.opening.blinding not in kept
    assert log.copy.drop(head, gone=lambda told: told.on < DAY) == head
    log.grow(event(_DISABLED))
    assert len(_entries(log.copy)) == 10


def test_leaves_that_do_not_lead_to_the_checkpoint_are_not_copied(log: Log) -> None:
    before = log.copy.check()
    note = log.note()
    with pytest.raises(LogTampered):
        log.copy.extend(before, leaves=[bytes(32)], told=[], note=note)
    assert log.copy.check() == before


def _parts(log: Log) -> dict[str, bytes]:
    names = ("head", "leaves", "told.0")
    return {name: (log.copy.folder / name).read_bytes() for name in names}


def _put(log: Log, parts: dict[str, bytes]) -> None:
    for name, content in parts.items():
        (log.copy.folder / name).write_bytes(content)


@pytest.fixture
def small(tmp_path: Path) -> Log:
    log = Log.at(tmp_path / "small")
    log.grow(event(_VERIFIED), event(_FORGOTTEN))
    return log


@pytest.mark.parametrize("name", ["head", "leaves", "told.0"])
def test_cut_short_anywhere_it_is_refused(small: Log, name: str) -> None:
    content = _parts(small)[name]
    for end in range(len(content) - (name == "head")):  # its last newline says nothing
        _put(small, {name: content[:end]})
        with pytest.raises(LogCopyDamaged):
            small.copy.check()


@pytest.mark.parametrize("name", ["head", "leaves", "told.0"])
def test_with_any_byte_changed_it_is_refused(small: Log, name: str) -> None:
    content = _parts(small)[name]
    for at in range(len(content) - (name == "head")):
        flipped = bytearray(content)
        flipped[at] ^= 1 << at % 8
        _put(small, {name: bytes(flipped)})
        with pytest.raises(LogCopyDamaged):
            small.copy.check()


def _head(log: Log, **changed: object) -> None:
    """A head as somebody writes it who knows its checksum."""
    content, _, _ = _parts(log)["head"].removesuffix(b"\n").rpartition(b"\n")
    changed_content = json.dumps(json.loads(content) | changed).encode()
    _put(log, {"head": changed_content + b"\n" + _checksum(changed_content) + b"\n"})


@pytest.mark.parametrize(
    "changed",
    [
        {"told": 10**30},
        {"told": 2**63},
        {"told": -1},
        {"told": "many"},
        {"told": None},
        {"told": 5},
        {"told_file": 10**30},
        {"told_file": -1},
        {"told_file": "0/../../leaves"},
        {"peaks": []},
        {"peaks": ["00" * 32] * 2},
        {"peaks": ["00"] * 2},
        {"peaks": ["no"] * 2},
        {"peaks": 7},
        {"note": None},
        {"note": 7},
        {"note": "no note"},
        {"note": "log.example/default\n9\nAAAA\n\n"},
        {"format": "visavis-log-copy-2"},
        {"log_key": 7},
    ],
)
def test_a_head_that_lies_is_refused(log: Log, changed: dict[str, object]) -> None:
    _head(log, **changed)
    with pytest.raises(Error) as refused:
        log.copy.check()
    assert refused.value.code in ("log.copy_damaged", "log.copy_foreign")


@pytest.mark.parametrize("content", [b"", b"\n", b"{}\n", b"[]", b"nothing", b"\xff" * 100])
def test_a_head_that_is_none_is_refused(log: Log, content: bytes) -> None:
    for head in (content, content + b"\n" + _checksum(content) + b"\n", b"x" * 10**6):
        _put(log, {"head": head})
        with pytest.raises(LogCopyDamaged):
            log.copy.check()


def test_a_checkpoint_of_more_leaves_than_there_are(log: Log) -> None:
    more = Log(log.copy, log.signer, leaves=[*log.leaves, bytes(32)])
    _head(log, note=more.note().decode())
    with pytest.raises(LogCopyDamaged):
        log.copy.check()


def test_another_logs_copy_is_refused(log: Log) -> None:
    for name in ("log.example/default", "log.example/other"):
        other: VerifierKey = SignerKey.generate(name).verifier
        with pytest.raises(LogCopyForeign):
            LogCopy(log.copy.folder, key=other).check()
        _head(log, log_key=other.render())  # and under another log's name it has a false signature
        with pytest.raises(LogCopyDamaged):
            LogCopy(log.copy.folder, key=other).check()
        _head(log, log_key=log.signer.verifier.render())


def _tell(log: Log, *told: Told) -> None:
    records = b"".join(one.encode() for one in told)
    _put(log, {"told.0": records})
    _head(log, told=len(records))


def test_what_is_told_must_be_in_the_log(log: Log) -> None:
    first, second, third = log.told
    other = Opening.of(first.read())
    replaced = Told(position=1, run=3, on=DAY, opening=other)
    beyond = Told(position=9, run=10, on=DAY, opening=third.opening)
    moved = Told(position=2, run=3, on=DAY, opening=first.opening)
    for lies in (
        (replaced,),
        (beyond,),
        (moved,),
        (second, first),
        (first, first),
        (Told(position=1, run=1, on=DAY, opening=first.opening),),
    ):
        _tell(log, *lies)
        with pytest.raises(LogCopyDamaged):
            log.copy.check()
    _tell(log, first, third)
    log.copy.check()  # whoever may write the copy can leave out what it tells: a limit


def test_what_no_copy_keeps_is_refused(log: Log) -> None:
    """Also with its leaf in the log."""
    for content in (event(_VERIFIED).encode(), b"no event"):
        opening = Opening(blinding=bytes(32), event=content)
        folder = log.copy.folder.with_name(uuid.uuid4().hex)
        other = Log(LogCopy(folder, key=log.signer.verifier), log.signer, leaves=[opening.leaf])
        other.copy.create()
        told = Told(position=0, run=1, on=DAY, opening=opening)
        other.copy.extend(other.copy.head(), leaves=other.leaves, told=[told], note=other.note())
        with pytest.raises(LogCopyDamaged):
            other.copy.check()


def test_where_no_copy_is(tmp_path: Path) -> None:
    copy = LogCopy(tmp_path / "nowhere", key=SignerKey.generate("log.example/default").verifier)
    with pytest.raises(LogCopyMissing):
        copy.check()
    with pytest.raises(LogCopyMissing), copy.locked():
        pass
    (tmp_path / "nowhere").mkdir()
    with pytest.raises(LogCopyMissing):
        copy.check()
    (tmp_path / "nowhere" / "head").mkdir()
    with pytest.raises(LogCopyDamaged):
        copy.check()


@pytest.mark.parametrize("name", ["head", "leaves", "told.0"])
def test_links_and_pipes_are_refused(log: Log, name: str) -> None:
    path = log.copy.folder / name
    moved = path.rename(path.with_name("moved"))
    path.symlink_to(moved)
    with pytest.raises(LogCopyDamaged):
        log.copy.check()
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(LogCopyDamaged):
        log.copy.check()


def test_where_it_cannot_be_written(log: Log, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(LogCopyUnwritable):
        LogCopy(tmp_path / "file" / "copy", key=log.signer.verifier).create()
    (log.copy.folder / "head.new").mkdir()
    before = log.copy.check()
    with pytest.raises(LogCopyUnwritable):
        log.grow(event(_FORGOTTEN))
    assert log.copy.check() == before


def test_a_copy_that_became_shorter_is_not_gone_on_with(log: Log) -> None:
    for name in ("leaves", "told.0"):
        whole = _parts(log)
        (log.copy.folder / name).write_bytes(whole[name][:-1])
        with pytest.raises(LogCopyDamaged):
            log.grow(event(_FORGOTTEN))
        log.leaves.pop()
        _put(log, whole)
        log.copy.check()
