"""Coverage-guided fuzzing of everything that reads weights, graphs and manifests.

    scripts/fuzz .venv 60

Any exception but `visavis.errors.Error` is a finding; so are a crash, 10 seconds, or 2 GiB.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["visavis"]):
    from tests.models.dlib_writer import shape_predictor
    from tests.models.mtcnn_files import weight_file
    from tests.models.pack_factory import manifest, onnx_bytes
    from visavis.errors import Error
    from visavis.models import build_mmod, build_resnet, build_shape_predictor, read_mtcnn
    from visavis.models._check import check_onnx
    from visavis.models._manifest_toml import parse_manifest

_GRAPH = Path(tempfile.mkdtemp()) / "graph.onnx"
_MARK = {b"M": parse_manifest, b"T": read_mtcnn, b"S": build_shape_predictor}
_MARK |= {b"R": build_resnet, b"D": build_mmod}


def check(data: bytes) -> None:
    """Read the bytes behind the first with the reader that the first byte names."""
    mark, content = data[:1], data[1:]
    try:
        if mark == b"O":
            _GRAPH.write_bytes(content)
            check_onnx(_GRAPH)
        elif mark in _MARK:
            _MARK[mark](content)
    except Error:
        return


def write_seeds(folder: Path) -> None:
    seeds = {
        b"M": manifest({"tiny.onnx": onnx_bytes()}).encode(),
        b"T": weight_file("pnet.lz4"),
        b"S": shape_predictor(),
        b"R": bytes.fromhex("010101") + b"\x0dloss_metric_2",
        b"D": bytes.fromhex("010101") + b"\x0aloss_mmod_",
        b"O": onnx_bytes(),
    }
    for mark, content in seeds.items():
        (folder / f"seed-{mark.decode()}").write_bytes(mark + content)


if __name__ == "__main__":
    write_seeds(Path(sys.argv[1]))
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()
