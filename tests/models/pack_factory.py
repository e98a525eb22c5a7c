"""Small packs made on the spot: two real ONNX graphs and the manifest that pins them."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper

from visavis.models._manifest import Packaged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visavis.models import PackFile

CELL = """
[[card.cells]]
reference_samples = 1
probe_samples = 2
fmr = "1e-3"
threshold = 0.9375
fnmr = 0.05
fmr_interval = [0.0005, 0.002]
data_set = "made up"
comparisons = 20000
people = 142
person_pairs = 10011
note = "in-sample"
"""


def network(*, padding: int = 0) -> ModelProto:
    """Build a graph: (1, 3, 112, 112) -> 16 means; ``padding`` more floats make its file larger."""
    random = np.random.default_rng(padding)
    weights = [
        numpy_helper.from_array(random.normal(size=(16, 3, 1, 1)).astype(np.float32), "weights"),
        numpy_helper.from_array(random.normal(size=padding).astype(np.float32), "padding"),
    ]
    nodes = [
        helper.make_node("GlobalAveragePool", ["image"], ["pooled"]),
        helper.make_node("Conv", ["pooled", "weights"], ["mixed"], kernel_shape=[1, 1]),
        helper.make_node("Flatten", ["mixed"], ["embedding"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 112, 112])],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, 16])],
        weights,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def onnx_bytes(*, padding: int = 0) -> bytes:
    return bytes(network(padding=padding).SerializeToString())


def manifest(
    files: dict[str, bytes],
    *,
    base: str | None = "https://example.org/",
    name: str = "tiny",
    mtcnn: Sequence[PackFile] = (),
) -> str:
    """Write the manifest of a pack: the last file embeds, another one is a YuNet.

    Args:
        files: names and contents.
        base: the address of their folder; None where a person brings them.
        name: of the pack.
        mtcnn: three files of a PyPI package that detect in YuNet's place.
    """
    entries = "".join(
        f"""
[[files]]
name = "{file}"
sha256 = "{hashlib.sha256(content).hexdigest()}"
bytes = {len(content)}
"""
        + (f'url = "{base}{file}"\n' if base else "")
        for file, content in files.items()
    )
    for file in mtcnn:
        assert isinstance(file.source, Packaged)
        entries += f"""
[[files]]
name = "{file.name}"
sha256 = "{file.sha256}"
bytes = {file.size}
package = "{file.source.distribution}"
path = "{file.source.path}"
"""
    *detector, embedder = files
    return f"""schema = 1
name = "{name}"
title = "A tiny pack"
licence = "CC0-1.0"
homepage = "https://example.org/"
training_data = "None: random numbers."
{entries}
[[detectors]]
kind = "{"mtcnn" if mtcnn else "yunet"}"
files = {json.dumps([file.name for file in mtcnn] or detector)}

[landmarks]
kind = "from-detector"
files = []

[embedder]
kind = "onnx"
files = ["{embedder}"]
input_width = 112
input_height = 112
channel_order = "BGR"
mean = [127.5, 127.5, 127.5]
scale = [0.0078125, 0.0078125, 0.0078125]
alignment = "arcface-112"
output_dimension = 16
output_normalisation = "l2"
flip_at_enrolment = true
flip_at_verification = false
score = "cosine"

[card]
cells = []
"""


def with_cells(text: str, *cells: str) -> str:
    """Give a manifest a model card."""
    return text.replace("[card]\ncells = []\n", "".join(cells))


FILES = {"detector.onnx": onnx_bytes(), "embedder.onnx": onnx_bytes(padding=50_000)}
TINY = manifest(FILES)
