"""dlib's face detector as an ONNX graph: a tiled pyramid -> scores.

Topology: dlib 20.0.1, ``tools/python/src/cnn_face_detector.cpp`` (``net_type``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from visavis.errors import ModelCorrupt
from visavis.models._dlib_convolution import read_convolution
from visavis.models._dlib_format import DlibReader
from visavis.models._dlib_network import MEAN, expect, read_layers
from visavis.models._graph import Graph

if TYPE_CHECKING:
    from visavis.models._dlib_network import Layer

__all__ = ["MMOD_OPTIONS", "MmodOptions", "build_mmod"]

_BLOCK = ("con", "bn", "relu")
_TOPOLOGY = (*_BLOCK * 6, "con")
_KERNELS = (
    (16, 3, 5, 5),
    (32, 16, 5, 5),
    (32, 32, 5, 5),
    (45, 32, 5, 5),
    (45, 45, 5, 5),
    (45, 45, 5, 5),
    (1, 45, 9, 9),
)
_STRIDES = (2, 2, 2, 1, 1, 1)  # of the blocks; dlib pads those of stride 1, and no others


@dataclass(frozen=True, slots=True)
class MmodOptions:
    """What is around the network: a file that says otherwise is refused.

    Attributes:
        mean: of R, G and B, subtracted from the picture.
        gap: between two levels of the tiled pyramid, in pixels.
        margin: around all of them, in pixels.
        window: the side of the square that a score speaks of, in pixels of the pyramid.
        overlap: two detections may share at most this part of the rectangle around both.
    """

    mean: tuple[float, float, float]
    gap: int
    margin: int
    window: int
    overlap: float


MMOD_OPTIONS = MmodOptions(mean=MEAN, gap=10, margin=11, window=80, overlap=0.3382761351109955)


def build_mmod(data: bytes) -> bytes:
    """Turns ``mmod_human_face_detector.dat`` into a serialized ONNX model.

    The model takes ``pyramid``, float32 [1, height, width, 3] RGB less the mean, gaps 0, and gives
    ``scores``, float32 [1, 1, rows, columns]: above 0 where dlib sees a face. The window of a score
    is centred on pixel (8 column + 14, 8 row + 14).

    Raises:
        ModelCorrupt: `data` is damaged or holds another network.
    """
    reader = DlibReader(data)
    reader.expect(1, "the loss layer's version")
    if reader.string() != "loss_mmod_":
        raise ModelCorrupt("dlib file holds a network with another loss layer")
    _read_options(reader)
    # An input of this name states no gap and margin: they are dlib's default (``dnn/input.h``).
    layers = read_layers(reader, _TOPOLOGY, input_name="input_rgb_image_pyramid")
    return _assemble(layers)


def _read_options(reader: DlibReader) -> None:
    """``mmod_options``, version 1 (``dnn/loss.h``)."""
    reader.expect(1, "the version of the detector's options")
    reader.expect(MMOD_OPTIONS.window, "the detector window's width")
    reader.expect(MMOD_OPTIONS.window, "the detector window's height")
    for _ in range(3):  # two losses and a threshold of the training
        reader.floating()
    overlap, covered = reader.floating(), reader.floating()
    if (overlap, covered) != (MMOD_OPTIONS.overlap, 1):  # 1: no share that is covered is too much
        raise ModelCorrupt("dlib file holds a detector that allows another overlap")
    for _ in range(2):  # overlaps that the training ignored
        reader.floating()


def _assemble(layers: list[Layer]) -> bytes:
    kernels = [layer.weights["kernel"].shape for layer in layers if layer.kind == "con"]
    if kernels != list(_KERNELS):
        raise ModelCorrupt("dlib file holds a detector with convolutions of other shapes")
    rest = iter(layers)
    graph = Graph("dlib-mmod")
    value = graph.input_floats("pyramid", "height", "width")
    for index, stride in enumerate(_STRIDES):
        padding, scale = (2 if stride == 1 else 0), (1 if index else 1 / 256)
        convolution = read_convolution(rest, stride=stride, padding=padding, scale=scale)
        expect(rest, "relu")
        value = graph.add("Relu", convolution.add_to(graph, value))
    last = expect(rest, "con")
    if last.window[2:] != (1, 1, 4, 4):
        raise ModelCorrupt("dlib file holds a convolution of another shape")
    kernel, bias = (graph.constant(last.weights[name]) for name in ("kernel", "bias"))
    value = graph.add("Conv", value, kernel, bias, kernel_shape=[9, 9], pads=[4] * 4)
    return graph.serialize(value, "scores", (1, 1, "rows", "columns"))
