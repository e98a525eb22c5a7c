from __future__ import annotations

from pathlib import Path

import pytest

from tests.models.pack_factory import FILES, TINY
from visavis.errors import InputInvalid, ModelManifestInvalid, ModelNotStored, ModelUnknown
from visavis.models import add_pack, find_pack, install, packs, remove_pack


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(TINY)
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_a_pack_is_added_once(manifest: Path, home: Path) -> None:
    pack = add_pack(manifest, home=home)
    assert pack == find_pack("tiny", home=home)
    assert add_pack(manifest, home=home) == pack
    kept = home / "packs" / "tiny" / "manifest.toml"
    assert kept.read_bytes() == manifest.read_bytes()
    assert [path.name for path in kept.parent.iterdir()] == ["manifest.toml"]


def test_another_pack_of_the_same_name_is_refused(manifest: Path, home: Path) -> None:
    add_pack(manifest, home=home)
    manifest.write_text(TINY.replace("flip_at_enrolment = true", "flip_at_enrolment = false"))
    with pytest.raises(InputInvalid, match="tiny"):
        add_pack(manifest, home=home)
    assert find_pack("tiny", home=home).embedder.flip_at_enrolment


@pytest.mark.parametrize("name", ["dlib", "opencv"])
def test_a_built_in_name_is_taken(manifest: Path, home: Path, name: str) -> None:
    manifest.write_text(TINY.replace('name = "tiny"', f'name = "{name}"'))
    with pytest.raises(ModelManifestInvalid, match="name"):
        add_pack(manifest, home=home)
    assert not home.exists()


def test_a_bad_manifest_changes_nothing(manifest: Path, home: Path, tmp_path: Path) -> None:
    manifest.write_text(TINY.replace("127.5", "nan"))
    for path in (manifest, tmp_path / "nothing-here.toml", tmp_path):
        with pytest.raises(ModelManifestInvalid):
            add_pack(path, home=home)
    assert not home.exists()


def test_an_endless_manifest_is_not_read_to_its_end(home: Path, tmp_path: Path) -> None:
    endless = tmp_path / "endless.toml"
    endless.symlink_to("/dev/zero")
    with pytest.raises(ModelManifestInvalid, match="longer"):
        add_pack(endless, home=home)


def test_a_removed_pack_leaves_no_file(manifest: Path, home: Path, tmp_path: Path) -> None:
    pack = add_pack(manifest, home=home)
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    install(pack, home=home, folder=tmp_path)
    remove_pack("tiny", home=home)
    assert not (home / "packs" / "tiny").exists()
    assert [pack.name for pack in packs(home=home)] == ["dlib", "opencv"]
    with pytest.raises(ModelUnknown):
        remove_pack("tiny", home=home)


def test_a_pack_that_became_invalid_can_be_removed(manifest: Path, home: Path) -> None:
    add_pack(manifest, home=home)
    (home / "packs" / "tiny" / "manifest.toml").write_text("nonsense")
    remove_pack("tiny", home=home)
    assert len(packs(home=home)) == 2


def test_what_pypi_brought_is_not_ours_to_remove(home: Path) -> None:
    for name in ("dlib", "opencv"):
        with pytest.raises(InputInvalid, match="built in"):
            remove_pack(name, home=home)


def test_downloads_of_a_built_in_pack_can_be_removed(home: Path) -> None:
    folder = home / "packs" / "opencv"
    folder.mkdir(parents=True)
    (folder / "face_detection_yunet_2023mar.onnx").write_bytes(b"x")
    remove_pack("opencv", home=home)
    assert not folder.exists()


@pytest.mark.parametrize("name", ["..", "../..", ".", "", "/"])
def test_no_name_reaches_outside_the_packs(home: Path, name: str) -> None:
    home.mkdir()
    with pytest.raises(ModelUnknown):
        remove_pack(name, home=home)
    assert home.is_dir()


def test_a_data_folder_that_is_a_file_is_said_so(manifest: Path, tmp_path: Path) -> None:
    home = tmp_path / "occupied"
    home.write_text("a file")
    with pytest.raises(ModelNotStored, match="tiny"):
        add_pack(manifest, home=home)


def test_a_data_folder_that_nobody_may_write_is_said_so(manifest: Path) -> None:
    with pytest.raises(ModelNotStored, match="tiny"):
        add_pack(manifest, home=Path("/proc/visavis"))  # not even root makes folders there
