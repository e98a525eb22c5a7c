"""A pack of a person's own, added and installed as they would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.models.pack_factory import manifest
from visavis.models import DetectorKind, add_pack, find_pack, install

if TYPE_CHECKING:
    from pathlib import Path

    from visavis.models import Manifest


def own_pack(
    folder: Path,
    *,
    embedder: bytes,
    detector: bytes | None = None,
    cells: str = "[card]\ncells = []\n",
    changes: tuple[tuple[str, str], ...] = (),
) -> Manifest:
    """Install a pack below ``folder / "home"``.

    Args:
        folder: empty.
        embedder: an ONNX graph.
        detector: another, a YuNet; MTCNN by default.
        cells: the model card.
        changes: texts to replace in the manifest.
    """
    files = {"embedder.onnx": embedder}
    if detector is not None:
        files = {"detector.onnx": detector, **files}
    mtcnn = find_pack("dlib").detectors[0]
    assert mtcnn.kind is DetectorKind.MTCNN
    text = manifest(files, base=None, mtcnn=() if detector else mtcnn.files)
    for old, new in (("[card]\ncells = []\n", cells), *changes):
        assert old in text
        text = text.replace(old, new)
    path = folder / "pack.toml"
    path.write_text(text)
    pack = add_pack(path, home=folder / "home")
    for name, content in files.items():
        (folder / name).write_bytes(content)
    install(pack, home=folder / "home", folder=folder)
    return pack
