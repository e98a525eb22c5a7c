"""Which packs there are, and where their files lie.

Built-in packs are manifests inside visavis. A person's own packs lie in a data folder, as
``packs/NAME/manifest.toml`` with the pack's files beside it; the downloaded files of a built-in
pack lie in ``packs/NAME/`` as well. Nothing here writes or downloads.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from visavis.errors import ModelDigestMismatch, ModelManifestInvalid, ModelMissing, ModelUnknown
from visavis.models._digest import is_pinned
from visavis.models._manifest import Manifest, Packaged, PackFile
from visavis.models._manifest_toml import NAME, parse_manifest
from visavis.models._strict_toml import MAX_BYTES

__all__ = [
    "BUILT_IN",
    "MANIFEST",
    "FileState",
    "FileStatus",
    "check_files",
    "find_pack",
    "locate",
    "pack_folder",
    "packs",
    "path_exists",
    "read_file",
    "read_manifest",
]

BUILT_IN = ("dlib", "opencv")
"""The packs that come with visavis; the first is the default."""

MANIFEST = "manifest.toml"


class FileState(StrEnum):
    """What became of a file of a pack."""

    OK = "ok"
    """There, with the size and SHA-256 that the manifest pins."""
    CHANGED = "changed"
    """There, but another file."""
    MISSING = "missing"
    """Not installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStatus:
    """The state of one file, found by hashing it.

    Attributes:
        file: the file as the manifest pins it.
        state: what was found.
    """

    file: PackFile
    state: FileState


def packs(*, home: Path | None = None) -> list[Manifest]:
    """List every pack: the built-in ones, then the person's own by name.

    Args:
        home: visavis's data folder; the platform's own by default.

    Raises:
        ModelManifestInvalid: a pack of the data folder has become invalid.
    """
    own = {path.parent.name for path in _packs_folder(home).glob(f"*/{MANIFEST}")} - {*BUILT_IN}
    names = [*BUILT_IN, *sorted(name for name in own if re.fullmatch(NAME, name))]
    return [find_pack(name, home=home) for name in names]


def find_pack(name: str, *, home: Path | None = None) -> Manifest:
    """Find a pack by its name. A built-in name always means the built-in pack.

    Args:
        name: the pack's name.
        home: visavis's data folder; the platform's own by default.

    Raises:
        ModelUnknown: there is no such pack.
        ModelManifestInvalid: the pack's manifest has become invalid.
    """
    if name in BUILT_IN:
        return parse_manifest(
            Path(__file__).with_name("packs").joinpath(f"{name}.toml").read_bytes()
        )
    path = pack_folder(name, home=home) / MANIFEST
    if not path_exists(path):
        raise ModelUnknown(f"no model pack is called {name!r}; see: visavis models list")
    try:
        manifest = parse_manifest(read_manifest(path))
    except ModelManifestInvalid as error:
        raise ModelManifestInvalid(
            f"{error.detail}; correct {path}, or run: visavis models remove {name}"
        ) from None
    if manifest.name != name:
        raise ModelManifestInvalid(f"name: the manifest {path} has another name")
    return manifest


def read_manifest(path: Path) -> bytes:
    """Read a manifest's bytes; of one that is too long, enough for `parse_manifest` to see it.

    Raises:
        ModelManifestInvalid: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ModelManifestInvalid(f"the manifest cannot be read: {error.strerror}") from None


def pack_folder(name: str, *, home: Path | None = None) -> Path:
    """Where the files of the pack lie that no PyPI package carries; may not exist yet.

    Raises:
        ModelUnknown: no pack can have this name, nor any folder below the data folder.
    """
    if re.fullmatch(NAME, name) is None:
        raise ModelUnknown(f"a pack's name is 1 to 40 of a-z, 0-9 and -, not {name[:60]!a}")
    return _packs_folder(home) / name


def path_exists(path: Path) -> bool:
    """Whether something is there; what may not be looked at counts as absent."""
    try:
        return path.exists()
    except OSError:
        return False


def locate(manifest: Manifest, file: PackFile, *, home: Path | None = None) -> Path:
    """Find an installed file. Its content is not checked: `read_file` and `check_files` do that.

    Args:
        manifest: the pack.
        file: one of its files.
        home: visavis's data folder; the platform's own by default.

    Raises:
        ModelMissing: the file is not installed.
    """
    if isinstance(file.source, Packaged):
        path = _locate_packaged(file.source)
        remedy = f"reinstall the PyPI package {file.source.distribution}"
    else:
        path = pack_folder(manifest.name, home=home) / file.name
        remedy = f"run: visavis models install {manifest.name}"
    if not path_exists(path):
        raise ModelMissing(f"{file.name} is not installed; {remedy}")
    return path


def read_file(manifest: Manifest, file: PackFile, *, home: Path | None = None) -> bytes:
    """Read an installed file, and make sure it is the one that the manifest pins.

    What is parsed afterwards is what was hashed: nothing can be exchanged in between.

    Args:
        manifest: the pack.
        file: one of its files.
        home: visavis's data folder; the platform's own by default.

    Raises:
        ModelMissing: the file is not installed, or cannot be read.
        ModelDigestMismatch: it is another file.
    """
    path = locate(manifest, file, home=home)
    try:
        with path.open("rb") as opened:
            data = opened.read(file.size + 1)
    except OSError as error:
        raise ModelMissing(f"{file.name} cannot be read: {error.strerror}") from None
    if len(data) != file.size or hashlib.sha256(data).hexdigest() != file.sha256:
        raise ModelDigestMismatch(f"{file.name} is not the file that the pack pins")
    return data


def check_files(manifest: Manifest, *, home: Path | None = None) -> tuple[FileStatus, ...]:
    """Hash every file of a pack again.

    Args:
        manifest: the pack.
        home: visavis's data folder; the platform's own by default.

    Returns:
        One status for each file, in the manifest's order.
    """
    return tuple(
        FileStatus(file=file, state=_state(manifest, file, home)) for file in manifest.files
    )


def _state(manifest: Manifest, file: PackFile, home: Path | None) -> FileState:
    try:
        path = locate(manifest, file, home=home)
    except ModelMissing:
        return FileState.MISSING
    return FileState.OK if is_pinned(path, file) else FileState.CHANGED


def _packs_folder(home: Path | None) -> Path:
    if home is None:
        import platformdirs  # noqa: PLC0415 - slow to import, and only the default needs it

        home = platformdirs.user_data_path("visavis")
    return home / "packs"


def _locate_packaged(source: Packaged) -> Path:
    import importlib.metadata  # noqa: PLC0415 - slow to import, and not every pack needs it

    try:
        distribution = importlib.metadata.distribution(source.distribution)
    except importlib.metadata.PackageNotFoundError:
        raise ModelMissing(f"the PyPI package {source.distribution} is not installed") from None
    return Path(str(distribution.locate_file(source.path)))
