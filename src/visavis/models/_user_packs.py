"""Packs of a person's own: added as a manifest, removed with their files."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from visavis.errors import InputInvalid, ModelManifestInvalid, ModelUnknown
from visavis.models._manifest_toml import parse_manifest
from visavis.models._packs import BUILT_IN, MANIFEST, pack_folder, path_exists, read_manifest
from visavis.models._store import changing, commit

if TYPE_CHECKING:
    from pathlib import Path

    from visavis.models._manifest import Manifest

__all__ = ["add_pack", "remove_pack"]


def add_pack(path: Path, *, home: Path | None = None) -> Manifest:
    """Check a manifest and keep it. Its files come with `install` afterwards.

    Args:
        path: the manifest.
        home: visavis's data folder; the platform's own by default.

    Returns:
        The manifest.

    Raises:
        ModelManifestInvalid: it breaks a rule, or has the name of a built-in pack.
        InputInvalid: another pack of this name is there already.
        ModelNotStored: it cannot be written.
    """
    data = read_manifest(path)
    manifest = parse_manifest(data)
    if manifest.name in BUILT_IN:
        raise ModelManifestInvalid(f"name: {manifest.name} is a built-in pack")
    with changing(manifest.name, home=home) as folder:
        final = folder / MANIFEST
        if not final.exists():
            part = folder / f"{MANIFEST}.part"
            part.write_bytes(data)
            commit(part, final)
        elif final.read_bytes() != data:
            raise InputInvalid(
                f"another pack is called {manifest.name}; remove it first, or rename this one"
            )
    return manifest


def remove_pack(name: str, *, home: Path | None = None) -> None:
    """Remove a person's own pack with its files, or the downloaded files of a built-in pack.

    A pack whose manifest has become invalid can be removed too.

    Args:
        name: the pack's name.
        home: visavis's data folder; the platform's own by default.

    Raises:
        ModelUnknown: there is no such pack.
        InputInvalid: the pack is built in, and no file of it was downloaded.
        ModelNotStored: it cannot be removed.
    """
    folder = pack_folder(name, home=home)
    if name in BUILT_IN:
        if not path_exists(folder):
            raise InputInvalid(f"{name} is built in; no file of it was downloaded")
    elif not path_exists(folder / MANIFEST):
        raise ModelUnknown(f"no model pack is called {name!r}; see: visavis models list")
    with changing(name, home=home):
        # Without its manifest it is no pack any more, however far the rest gets.
        (folder / MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(folder)
