"""Processes that look at pictures: the same embeddings and errors, and nothing else beside them."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image as PillowImage

from tests.pictures import jpeg, portrait
from visavis._stages import listening
from visavis.errors import Error, InputInvalid, ModelMissing, ProcessFailed
from visavis.extraction import (
    ENROL_GATES,
    VERIFY_GATES,
    Chain,
    ChainElsewhere,
    LocalChain,
    Processes,
    Sample,
)
from visavis.extraction._message import Message
from visavis.face import Extractor
from visavis.imaging import Image
from visavis.models import find_pack
from visavis.verifier import Verifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from visavis.face import Embedding

_PACK = find_pack("dlib")
_SECRET = "visk_planted"  # noqa: S105 - planted, to be looked for


@pytest.fixture(scope="module")
def processes() -> Iterator[Processes]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VISAVIS_KEYRING", _SECRET)
        patch.setenv("PGPASSWORD", _SECRET)
        with Processes(_PACK, count=2) as processes:
            yield processes


@pytest.fixture(scope="module")
def elsewhere(processes: Processes) -> Chain:
    return ChainElsewhere.of(processes)


@pytest.fixture(scope="module")
def here() -> Chain:
    return LocalChain.of(Extractor.load(_PACK), _PACK)


@pytest.fixture(scope="module")
def pictures(astronaut: Path) -> list[bytes]:
    return [jpeg(portrait(astronaut, scale=scale)) for scale in (1.0, 1.5, 1.7)]


def test_embeddings_are_the_same(elsewhere: Chain, here: Chain, pictures: list[bytes]) -> None:
    asks: list[Callable[[Chain], list[Embedding]]] = [
        lambda chain: chain.probes(pictures[:2], "probes"),
        lambda chain: chain.references(pictures[1:], "samples", gates=ENROL_GATES),
        lambda chain: chain.references([Sample(tuple(pictures[:2])), pictures[2]], "references"),
        lambda chain: chain.frames(pictures),
    ]
    for ask in asks:
        there, expected = ask(elsewhere), ask(here)
        assert [one.model for one in there] == [one.model for one in expected]
        for one, other in zip(there, expected, strict=True):
            assert np.array_equal(one.vector, other.vector)
    assert (elsewhere.embedding, elsewhere.pack) == (here.embedding, here.pack)


def test_what_guides_and_what_liveness_measures_are_the_same(
    elsewhere: Chain, here: Chain, pictures: list[bytes]
) -> None:
    assert elsewhere.placed(pictures[0], gates=VERIFY_GATES) == here.placed(
        pictures[0], gates=VERIFY_GATES
    )
    seen, expected = (chain.observed(pictures[1], time=1.5) for chain in (elsewhere, here))
    assert seen is not None
    assert expected is not None
    assert (seen[0].time, seen[1]) == (expected[0].time, expected[1])
    for name in ("points", "face", "background", "eyes"):
        assert np.array_equal(getattr(seen[0], name), getattr(expected[0], name), equal_nan=True), (
            name
        )


def _asks(pictures: list[bytes]) -> list[Callable[[Chain], object]]:
    nothing = jpeg(PillowImage.new("RGB", (320, 240), (90, 120, 90)))
    return [
        lambda chain: chain.probes([pictures[0], pictures[1][:900]], "probes"),
        lambda chain: chain.probes([b""], "probes"),
        lambda chain: chain.probes([nothing], "probes"),
        lambda chain: chain.probes([pictures[0], pictures[0]], "probes"),
        lambda chain: chain.references([pictures[0]], "samples", gates=ENROL_GATES),
        lambda chain: chain.placed(pictures[0], gates=ENROL_GATES),
        lambda chain: chain.observed(nothing, time=0.0),
        lambda chain: chain.frames([b"none"]),
    ]


def test_errors_are_the_same(elsewhere: Chain, here: Chain, pictures: list[bytes]) -> None:
    codes = []
    for ask in _asks(pictures):
        found = []
        for chain in (elsewhere, here):
            with pytest.raises(Error) as raised:
                ask(chain)
            found.append((type(raised.value), raised.value.detail, raised.value.input))
        assert found[0] == found[1]
        codes.append(found[0][0].code)
    assert len(set(codes)) >= 5, codes


def test_they_hold_no_secret_of_whoever_started_them(processes: Processes) -> None:
    pids = _pids(processes)
    assert len(pids) == 2
    for pid in pids:
        assert _SECRET not in Path(f"/proc/{pid}/environ").read_bytes().decode()
        assert _SECRET not in Path(f"/proc/{pid}/cmdline").read_bytes().decode()
        limits = Path(f"/proc/{pid}/limits").read_text()
        (cores,) = [line for line in limits.splitlines() if line.startswith("Max core file size")]
        assert cores.split()[4:6] == ["0", "0"]
        opened = [str(one.readlink()) for one in Path(f"/proc/{pid}/fd").iterdir()]
        assert not [one for one in opened if one.endswith((".db", ".json"))]


def test_stages_of_the_process_are_heard(elsewhere: Chain, pictures: list[bytes]) -> None:
    told: list[tuple[str, int, int]] = []
    before = time.time_ns()
    with listening(lambda *stage: told.append(stage)):
        elsewhere.probes(pictures[:1], "probes")
    assert [name for name, _, _ in told] == ["decode", "detect", "embed"]
    assert all(before <= began <= ended <= time.time_ns() for _, began, ended in told)


def test_one_that_died_is_replaced(
    processes: Processes, elsewhere: Chain, pictures: list[bytes]
) -> None:
    before = _pids(processes)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.1)
    for _ in range(3):
        assert len(elsewhere.probes(pictures[:1], "probes")) == 1
    assert not set(_pids(processes)) & set(before)


def test_what_a_process_was_asked_fails_with_it_and_the_next_is_answered(
    processes: Processes, elsewhere: Chain, pictures: list[bytes]
) -> None:
    elsewhere.probes(pictures[:1], "probes")
    with ThreadPoolExecutor(2) as pool:
        for pid in _pids(processes):
            os.kill(pid, signal.SIGSTOP)
        asked = [pool.submit(elsewhere.probes, pictures[:1], "probes") for _ in range(2)]
        time.sleep(0.2)
        for pid in _pids(processes):
            os.kill(pid, signal.SIGKILL)
        for one in asked:
            with pytest.raises(ProcessFailed):
                one.result()
    assert len(elsewhere.probes(pictures[:1], "probes")) == 1


def test_one_that_does_not_answer_is_replaced(
    monkeypatch: pytest.MonkeyPatch, pictures: list[bytes]
) -> None:
    with Processes(_PACK, count=1) as processes:
        chain = ChainElsewhere.of(processes)
        (pid,) = _pids(processes)
        monkeypatch.setattr("visavis.extraction._processes._SECONDS", 0.02)
        os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)
        with pytest.raises(ProcessFailed):  # too short to load the models in
            chain.probes(pictures[:1], "probes")
        monkeypatch.undo()
        assert len(chain.probes(pictures[:1], "probes")) == 1


def test_a_mistake_there_is_told_with_its_places(processes: Processes, elsewhere: Chain) -> None:
    with pytest.raises(ProcessFailed) as failed:
        processes.ask(Message({"call": "nothing of the kind"}), lambda _: None)
    assert failed.value.places[0] == "ValueError"
    assert failed.value.places[-1].startswith("_tasks.py:")
    assert "nothing of the kind" not in str(failed.value.places)
    with pytest.raises(ProcessFailed):
        processes.ask(Message({"call": "placed", "gates": "verify"}), lambda _: None)
    assert isinstance(elsewhere, ChainElsewhere)


def test_signals_for_the_whole_group_do_not_end_them(processes: Processes) -> None:
    before = _pids(processes)
    for pid in before:
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(pid, one)
    time.sleep(0.1)
    assert _pids(processes) == before
    assert all(Path(f"/proc/{pid}/cmdline").read_bytes() for pid in before)


def test_a_pack_without_its_files_is_refused_and_leaves_no_process(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        Processes(find_pack("opencv"), count=2, home=tmp_path)
    assert _children("visavis.extraction._process", str(tmp_path)) == []
    with pytest.raises(InputInvalid):
        Processes(_PACK, count=0)


def test_they_end_with_whoever_started_them() -> None:
    with Processes(_PACK, count=1) as processes:
        (pid,) = _pids(processes)
    assert not Path(f"/proc/{pid}").exists()


def test_a_verifier_in_processes_compares_like_another(pictures: list[bytes]) -> None:
    images = [Image.from_bytes(one) for one in pictures]
    expected = Verifier.default().compare(references=images[1:], probes=images[:1])
    with Processes(_PACK, count=1) as processes:
        verifier = Verifier(ChainElsewhere.of(processes))
        found = verifier.compare(references=pictures[1:], probes=pictures[:1])
        with pytest.raises(InputInvalid, match="contents of their files"):
            verifier.compare(references=images[1:], probes=pictures[:1])
    assert (found.outcome, found._score) == (expected.outcome, expected._score)


def _pids(processes: Processes) -> list[int]:
    return [one._process.pid for one in processes._all if one._process is not None]


def _children(*words: str) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                line = (folder / "cmdline").read_bytes().decode()
            except OSError:
                continue
            if all(word in line for word in words):
                found.append(int(folder.name))
    return found
