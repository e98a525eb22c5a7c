"""Measures how far the activations of dlib's network reach, and writes the file that says so.

    python -m benchmarks.int8_ranges

Its SHA-256 then belongs into ``visavis.models._int8_ranges``, and the evidence is to be made anew.

The file comes with visavis: whoever installs it has no photographs to measure on. It holds the
least and the greatest value of each activation over all pictures, and nothing of any one of them.

Least and greatest, not percentiles: leaving out 1 value in 10,000 of each picture lowers the
cosine between the embeddings of float32 and of int8 from 0.999 to 0.985 for the worst faces.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx

import visavis.models
from benchmarks._machine import faces_folder
from visavis.face import Extractor
from visavis.imaging import Image
from visavis.models import find_pack, open_session, read_file
from visavis.models._dlib_network import MEAN
from visavis.models._dlib_resnet_weights import CHIP, read_resnet
from visavis.models._graph import Graph

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.models._dlib_resnet_weights import Resnet

__all__ = ["FRONTAL", "PEOPLE", "main", "people"]

PEOPLE = 51
"""The first half of FRLL's, by number; the others are for measuring what came of it."""

FRONTAL = ("neutral_*_03.jpg", "smiling_*_08.jpg")

_FILE = Path(visavis.models.__file__).with_name("packs") / "dlib_int8_ranges.toml"
_HEAD = """\
# How far the activations of dlib's ResNet reach. Written by benchmarks/int8_ranges.py; no template
# or picture of anybody follows from it.
schema = 1
weights_sha256 = "{weights}"
data_set = "{data_set}"
people = {people}
pictures = {pictures}
onnxruntime = "{onnxruntime}"
method = "least and greatest value of each activation over all pictures, float32"

stem = {stem:.4g}
"""
_BLOCK = """
[[blocks]]
first = {first:.4g}
second = [{low:.4g}, {high:.4g}]
total = {total:.4g}
"""
_DATA_SET = (
    "Face Research Lab London Set (DeBruine and Jones 2017, CC BY 4.0): neutral and smiling frontal"
    " pictures, 640 px, of the first half of its people"
)


def main() -> None:
    """Measures and writes the package's file."""
    pack = find_pack("dlib")
    extractor = Extractor.load(pack)
    paths = [path for folder in people()[:PEOPLE] for name in FRONTAL for path in folder.glob(name)]
    chips = [extractor.find_dominant(Image.open(path)).chip for path in paths]
    low, high = _reach(read_file(pack, pack.embedder.file), chips)
    text = _HEAD.format(
        weights=pack.embedder.file.sha256,
        data_set=_DATA_SET,
        people=PEOPLE,
        pictures=len(chips),
        onnxruntime=importlib.metadata.version("onnxruntime"),
        stem=high[0],
    )
    for at in range(1, len(high), 3):
        text += _BLOCK.format(
            first=high[at],
            low=low[at + 1],
            high=high[at + 1],
            total=high[at + 2],
        )
    _FILE.write_text(text)
    print(f"{_FILE}: SHA-256 {hashlib.sha256(text.encode()).hexdigest()}")


def people() -> list[Path]:
    """The folders of FRLL's people, by number."""
    return sorted(path for path in (faces_folder() / "frll").iterdir() if path.is_dir())


def _reach(data: bytes, chips: list[NDArray[np.uint8]]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Least and greatest value of each activation, in the network's order."""
    model, names = _plain_network(read_resnet(data))
    network = onnx.load_from_string(model)
    network.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    session = open_session(network.SerializeToString())
    values = [session.run(names, {"chips": chip[None]}) for chip in chips]
    return (
        np.array([[each.min() for each in row] for row in values]).min(axis=0),
        np.array([[each.max() for each in row] for row in values]).max(axis=0),
    )


def _plain_network(resnet: Resnet) -> tuple[bytes, list[str]]:
    """The network in float32, none of its layers rewritten, and the names of its activations."""
    graph = Graph("plain")
    value = graph.input_pixels("chips", "n", CHIP, CHIP)
    value = graph.add("Relu", resnet.stem.uncentred(MEAN).add_to(graph, value))
    names = [value]
    value = graph.add("MaxPool", value, kernel_shape=[3, 3], strides=[2, 2])
    for block in resnet.blocks:
        first = graph.add("Relu", block.first.add_to(graph, value))
        second = block.second.add_to(graph, first)
        if block.halves:
            value = graph.add("AveragePool", value, kernel_shape=[2, 2], strides=[2, 2])
        inner = graph.pad(second, (0, 0, block.missing, block.missing))
        outer = graph.pad(value, (0, block.more_channels, 0, 0))
        value = graph.add("Relu", graph.add("Add", inner, outer))
        names += [first, second, value]
    return graph.serialize(value, "last", ("n", "channels", "rows", "columns")), names


if __name__ == "__main__":
    main()
