from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime as ort
import pytest

from tests.models.file_server import FileServer, serving
from tests.models.pack_factory import FILES, manifest, network
from visavis.errors import (
    ModelCorrupt,
    ModelDigestMismatch,
    ModelMissing,
    ModelNotStored,
    ModelUnavailable,
)
from visavis.models import FileState, add_pack, check_files, find_pack, install, locate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from visavis.models import Manifest

# What a person does in a shell: add, then install.
COMMAND = "from visavis.cli.models import app; app()"


@pytest.fixture(scope="module", autouse=True)
def _no_proxy() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("no_proxy", "*")
        yield


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving(dict(FILES)) as server:
        yield server


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def _add(home: Path, base: str | None, files: dict[str, bytes] = FILES) -> Manifest:
    path = home.parent / "pack.toml"
    path.write_text(manifest(files, base=base))
    return add_pack(path, home=home)


def _states(pack: Manifest, home: Path) -> set[FileState]:
    return {status.state for status in check_files(pack, home=home)}


def _names(home: Path) -> set[str]:
    return {path.name for path in (home / "packs" / "tiny").iterdir()}


def _start(home: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", COMMAND, "install", "tiny", "--home", str(home)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_an_installed_pack_runs(server: FileServer, home: Path) -> None:
    pack = _add(home, f"{server.base}/ranges/")
    assert _states(pack, home) == {FileState.MISSING}
    seen: dict[str, int] = {}
    install(pack, home=home, progress=lambda name, done, size: seen.update({name: done - size}))
    assert seen == {"detector.onnx": 0, "embedder.onnx": 0}
    assert _states(pack, home) == {FileState.OK}
    assert _names(home) == {"manifest.toml", "detector.onnx", "embedder.onnx"}
    session = ort.InferenceSession(
        locate(pack, pack.embedder.file, home=home), providers=["CPUExecutionProvider"]
    )
    (embedding,) = session.run(None, {"image": np.ones((1, 3, 112, 112), np.float32)})
    assert np.asarray(embedding).shape == (1, pack.embedder.output_dimension)


def test_installing_again_fetches_nothing(server: FileServer, home: Path) -> None:
    pack = _add(home, f"{server.base}/ranges/")
    install(pack, home=home)
    server.requests.clear()
    install(pack, home=home)
    assert server.requests == []


def test_installing_again_repairs(server: FileServer, home: Path) -> None:
    pack = _add(home, f"{server.base}/ranges/")
    install(pack, home=home)
    path = locate(pack, pack.embedder.file, home=home)
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    assert FileState.CHANGED in _states(pack, home)
    server.requests.clear()
    install(pack, home=home)
    assert _states(pack, home) == {FileState.OK}
    assert server.requests == [("/ranges/embedder.onnx", None)]


def test_a_wrong_file_is_not_kept(server: FileServer, home: Path) -> None:
    pack = _add(home, f"{server.base}/wrong/")
    with pytest.raises(ModelDigestMismatch, match=r"detector\.onnx"):
        install(pack, home=home)
    assert _names(home) == {"manifest.toml"}


def test_a_wrong_part_is_dropped_and_the_next_attempt_succeeds(
    server: FileServer, home: Path
) -> None:
    pack = _add(home, f"{server.base}/ranges/")
    part = home / "packs" / "tiny" / "detector.onnx.part"
    part.write_bytes(b"x" * 200)  # a part of something else
    with pytest.raises(ModelDigestMismatch):
        install(pack, home=home)
    assert not part.exists()
    install(pack, home=home)
    assert _states(pack, home) == {FileState.OK}


def test_an_interrupted_install_is_continued(server: FileServer, home: Path) -> None:
    files = {"detector.onnx": FILES["embedder.onnx"], "embedder.onnx": FILES["detector.onnx"]}
    server.files.update(files)
    pack = _add(home, f"{server.base}/cut/", files)
    with pytest.raises(ModelUnavailable):
        install(pack, home=home)
    half = len(files["detector.onnx"]) // 2
    assert (home / "packs" / "tiny" / "detector.onnx.part").stat().st_size == half
    with pytest.raises(ModelUnavailable):  # this server sends the first half again
        install(pack, home=home)
    install(pack, home=home, folder=_folder(home, files))
    assert _states(pack, home) == {FileState.OK}


def _folder(home: Path, files: dict[str, bytes]) -> Path:
    folder = home.parent / "brought"
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def test_files_can_be_brought_without_a_network(home: Path) -> None:
    pack = _add(home, None)
    with pytest.raises(ModelUnavailable, match="--from"):
        install(pack, home=home)
    install(pack, home=home, folder=_folder(home, FILES))
    assert _states(pack, home) == {FileState.OK}


def test_brought_files_pass_the_same_checks(home: Path) -> None:
    pack = _add(home, None)
    for content in (b"", b"x", FILES["detector.onnx"] + b"x", FILES["embedder.onnx"]):
        with pytest.raises(ModelDigestMismatch):
            install(pack, home=home, folder=_folder(home, {"detector.onnx": content}))
    with pytest.raises(ModelUnavailable, match=r"detector\.onnx"):
        install(pack, home=home, folder=home)
    assert _names(home) == {"manifest.toml"}


def test_an_unsafe_graph_is_not_installed(server: FileServer, home: Path) -> None:
    model = network()
    model.graph.node[0].domain = "com.example"
    files = {"detector.onnx": FILES["detector.onnx"], "embedder.onnx": model.SerializeToString()}
    server.files.update(files)
    pack = _add(home, f"{server.base}/ranges/", files)
    for folder in (None, _folder(home, files)):
        with pytest.raises(ModelCorrupt):
            install(pack, home=home, folder=folder)
        assert _names(home) == {"manifest.toml", "detector.onnx"}


def test_a_packs_pypi_files_are_checked_where_they_are(home: Path) -> None:
    install(find_pack("dlib", home=home), home=home)
    assert not home.exists()


def test_a_pypi_file_that_is_another_is_refused(home: Path) -> None:
    source = (find_pack("dlib", home=home).files[0].sha256, "0" * 64)
    text = manifest(FILES, base=None).replace("yunet", "mmod")
    text = text.replace('"from-detector"\nfiles = []', '"dlib-5"\nfiles = ["points.dat"]')
    text = text.replace("= 112", "= 150").replace("arcface-112", "dlib-150")
    packaged = 'package = "mtcnn"\npath = "mtcnn/assets/weights/{}"\n'
    for digest, path, error in (
        (source[1], "pnet.lz4", ModelDigestMismatch),
        (source[0], "absent.lz4", ModelMissing),
        (source[0], "pnet.lz4", ModelUnavailable),  # this one is right; the others have no address
    ):
        entry = f'[[files]]\nname = "points.dat"\nsha256 = "{digest}"\nbytes = 27119\n'
        changed = text.replace("[[files]]", entry + packaged.format(path) + "[[files]]", 1)
        path_of_pack = home.parent / "own.toml"
        path_of_pack.write_text(changed.replace('"tiny"', f'"own-{error.__name__.lower()}"'))
        pack = add_pack(path_of_pack, home=home)
        with pytest.raises(error):
            install(pack, home=home)


def test_two_processes_fetch_each_file_once(server: FileServer, home: Path) -> None:
    pack = _add(home, f"{server.base}/slow/")
    both = [_start(home), _start(home)]
    for process in both:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors.decode()
    assert _states(pack, home) == {FileState.OK}
    assert sorted(server.requests) == [("/slow/detector.onnx", None), ("/slow/embedder.onnx", None)]


def test_a_killed_install_is_continued(server: FileServer, home: Path) -> None:
    pack = _add(home, f"{server.base}/slow/")
    part = home / "packs" / "tiny" / "embedder.onnx.part"
    process = _start(home)
    deadline = time.monotonic() + 60
    while not part.exists() or part.stat().st_size < 10_000:
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.005)
    process.kill()
    process.communicate()
    kept = part.stat().st_size
    assert kept < len(FILES["embedder.onnx"])
    install(pack, home=home)
    assert server.requests[-1] == ("/slow/embedder.onnx", f"bytes={kept}-")
    assert _states(pack, home) == {FileState.OK}
    assert not part.exists()


def test_a_full_disk_is_said_so_and_left_as_it_was(server: FileServer, home: Path) -> None:
    _add(home, f"{server.base}/ranges/")
    # A limit on file size fails like a full disk does: in the middle of a write.
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000));"
    command = [sys.executable, "-c", limit + COMMAND, "install", "tiny", "--home", str(home)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert done.returncode == 2
    assert b"model.not_stored: the pack tiny cannot be changed: File too large" in done.stderr
    assert _names(home) == {"manifest.toml", "detector.onnx"}


def test_a_data_folder_that_is_a_file_is_said_so(server: FileServer, home: Path) -> None:
    pack = _add(home, f"{server.base}/ranges/")
    occupied = home.parent / "occupied"
    occupied.write_text("a file")
    with pytest.raises(ModelNotStored):
        install(pack, home=occupied)
    assert server.requests == []
