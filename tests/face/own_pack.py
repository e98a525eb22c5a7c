"""A pack of a person's own, added and installed as they would."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tests.face import yunet_network
from tests.models.pack_factory import manifest
from visavis.models import DetectorKind, add_pack, find_pack, install

if TYPE_CHECKING:
    from pathlib import Path

    from visavis.models import Manifest


# A face that this network sees around a red cell: 40 pixels between the eyes, the head upright.
RED_SPOTTER = yunet_network.network(
    yunet_network.red_heads(
        stride=16,
        box=(0.5, 0.5, np.log(5.0), np.log(6.0)),
        points=((-0.75, -0.5), (1.75, -0.5), (0.5, 1.0), (-0.5, 2.25), (1.5, 2.25)),
    )
)


def own_pack(
    folder: Path,
    *,
    embedder: bytes,
    detector: bytes | None = None,
    cells: str = "[card]\ncells = []\n",
    changes: tuple[tuple[str, str], ...] = (),
    home: Path | None = None,
) -> Manifest:
    """Install a pack.

    Args:
        folder: empty; gets the manifest and its files.
        embedder: an ONNX graph.
        detector: another, a YuNet; MTCNN by default.
        cells: the model card.
        changes: texts to replace in the manifest.
        home: visavis's data folder; ``folder / "home"`` by default.
    """
    home = home or folder / "home"
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
    pack = add_pack(path, home=home)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    install(pack, home=home, folder=folder)
    return pack
