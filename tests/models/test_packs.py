from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.models.pack_factory import FILES, TINY
from visavis.errors import (
    ModelDigestMismatch,
    ModelManifestInvalid,
    ModelMissing,
    ModelUnknown,
)
from visavis.models import (
    FileState,
    check_files,
    embedding_digest,
    find_pack,
    locate,
    packs,
    read_file,
)
from visavis.models._manifest import Alignment, DetectorKind, Download, Packaged
from visavis.models._packs import BUILT_IN

if TYPE_CHECKING:
    from pathlib import Path


def _keep(home: Path, name: str, text: str) -> Path:
    folder = home / "packs" / name
    folder.mkdir(parents=True)
    (folder / "manifest.toml").write_text(text)
    return folder


def test_the_default_pack_is_what_the_pypi_packages_carry(tmp_path: Path) -> None:
    pack = find_pack("dlib", home=tmp_path)
    assert {file.name: file.sha256[:8] for file in pack.files} == {
        "pnet.lz4": "ea6b0c3e",
        "rnet.lz4": "cb00e646",
        "onet.lz4": "94f6ea2f",
        "mmod_human_face_detector.dat": "4cb19393",
        "shape_predictor_5_face_landmarks.dat": "c4b1e980",
        "dlib_face_recognition_resnet_model_v1.dat": "55533b28",
    }
    assert {status.state for status in check_files(pack, home=tmp_path)} == {FileState.OK}
    assert [file.name[0] for file in pack.detectors[0].files] == ["p", "r", "o"]
    assert pack.detectors[1].kind is DetectorKind.MMOD
    assert pack.embedder.mean == (122.782, 117.001, 104.298)
    assert pack.embedder.scale == (1 / 256, 1 / 256, 1 / 256)
    assert "did not consent" in pack.training_data
    # Another digest here leaves every holder's reference in need of renewal.
    assert embedding_digest(pack)[:8] == "db7387cd"
    assert not list(tmp_path.iterdir())  # looking writes nothing


def test_the_opencv_pack_pins_what_the_zoo_published(tmp_path: Path) -> None:
    pack = find_pack("opencv", home=tmp_path)
    assert [(file.size, file.sha256) for file in pack.files] == [
        (232_589, "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4"),
        (38_696_353, "0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79"),
    ]
    assert all(isinstance(file.source, Download) for file in pack.files)
    assert pack.embedder.alignment is Alignment.ARCFACE_112
    states = {status.state for status in check_files(pack, home=tmp_path)}
    assert states == {FileState.MISSING}


def test_the_68_point_predictor_is_in_no_built_in_pack(tmp_path: Path) -> None:
    for name in BUILT_IN:
        for file in find_pack(name, home=tmp_path).files:
            assert "68" not in file.name
            assert file.sha256[:8] != "fbdc2cb8"  # its SHA-256 in face_recognition_models 0.3.0


def test_packs_are_the_built_in_ones_and_ones_own(tmp_path: Path) -> None:
    assert [pack.name for pack in packs(home=tmp_path)] == ["dlib", "opencv"]
    _keep(tmp_path, "zeta", TINY.replace('name = "tiny"', 'name = "zeta"'))
    _keep(tmp_path, "tiny", TINY)
    (tmp_path / "packs" / "left-over").mkdir()
    assert [pack.name for pack in packs(home=tmp_path)] == ["dlib", "opencv", "tiny", "zeta"]


def test_a_pack_put_by_hand_cannot_shadow_a_built_in_one(tmp_path: Path) -> None:
    _keep(tmp_path, "dlib", TINY.replace('name = "tiny"', 'name = "dlib"'))
    assert find_pack("dlib", home=tmp_path).title == "dlib's ResNet with MTCNN"
    assert [pack.name for pack in packs(home=tmp_path)] == ["dlib", "opencv"]


@pytest.mark.parametrize(
    "name", ["nope", "", "..", "../packs/tiny", "a/b", "\x1b[31m", "A", "a" * 41]
)
def test_an_unknown_name_is_no_path(tmp_path: Path, name: str) -> None:
    _keep(tmp_path, "tiny", TINY)
    with pytest.raises(ModelUnknown) as caught:
        find_pack(name, home=tmp_path)
    assert caught.value.detail.isprintable()


def test_a_folder_and_its_manifest_have_one_name(tmp_path: Path) -> None:
    _keep(tmp_path, "other", TINY)
    with pytest.raises(ModelManifestInvalid, match="name"):
        find_pack("other", home=tmp_path)


def test_an_invalid_pack_is_not_passed_over(tmp_path: Path) -> None:
    _keep(tmp_path, "tiny", TINY.replace("127.5", "nan"))
    with pytest.raises(ModelManifestInvalid, match=r"embedder\.mean"):
        packs(home=tmp_path)


def test_a_file_is_read_only_as_pinned(tmp_path: Path) -> None:
    folder = _keep(tmp_path, "tiny", TINY)
    pack = find_pack("tiny", home=tmp_path)
    file = pack.embedder.file
    with pytest.raises(ModelMissing, match="visavis models install tiny"):
        read_file(pack, file, home=tmp_path)
    path = folder / file.name
    content = FILES["embedder.onnx"]
    path.write_bytes(content)
    assert locate(pack, file, home=tmp_path) == path
    assert read_file(pack, file, home=tmp_path) == content
    changed = bytearray(content)
    changed[1000] ^= 1
    for other in (bytes(changed), content[:-1], content + b"\0", b""):
        path.write_bytes(other)
        with pytest.raises(ModelDigestMismatch, match=r"embedder\.onnx"):
            read_file(pack, file, home=tmp_path)
        assert check_files(pack, home=tmp_path)[1].state is FileState.CHANGED


@pytest.mark.parametrize(
    "source",
    [Packaged("no-such-distribution-of-ours", "a/b"), Packaged("mtcnn", "mtcnn/no-such-file")],
)
def test_a_missing_package_is_a_missing_file(tmp_path: Path, source: Packaged) -> None:
    pack = find_pack("dlib", home=tmp_path)
    file = replace(pack.files[0], source=source)
    with pytest.raises(ModelMissing, match=source.distribution):
        locate(pack, file, home=tmp_path)


def test_packages_are_read_and_not_imported(tmp_path: Path) -> None:
    pack = find_pack("dlib", home=tmp_path)
    data = read_file(pack, pack.files[0], home=tmp_path)
    assert hashlib.sha256(data).hexdigest() == pack.files[0].sha256


def test_the_data_folder_is_the_platforms_own_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    _keep(tmp_path / "visavis", "tiny", TINY)
    assert find_pack("tiny").name == "tiny"
