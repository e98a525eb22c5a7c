"""The weights of dlib's 29-layer face recognition network, as convolutions and residual blocks.

Topology: dlib 20.0.1, ``examples/dnn_face_recognition_ex.cpp`` (``anet_type``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from visavis.errors import ModelCorrupt
from visavis.models._dlib_convolution import read_convolution
from visavis.models._dlib_format import DlibReader
from visavis.models._dlib_network import expect, read_layers

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from visavis.models._dlib_convolution import Convolution
    from visavis.models._dlib_network import Layer

__all__ = ["CHIP", "FIRST_SIDE", "Block", "Resnet", "read_resnet"]

CHIP = 150
"""Side of the input."""

FIRST_SIDE = 35
"""Side of the map that the residual blocks begin with: 150 -> 72 -> 35."""

_CONVOLUTION = ("con", "affine")
_BLOCK = (*_CONVOLUTION, "relu", *_CONVOLUTION)
_SAME = ("tag", *_BLOCK, "add_prev", "relu")
_DOWN = ("tag", *_BLOCK, "tag", "skip", "avg_pool", "add_prev", "relu")
_STAGES = (_SAME * 3, _DOWN + _SAME * 3, _DOWN + _SAME * 2, _DOWN + _SAME * 2, _DOWN)
_TOPOLOGY = (
    *_CONVOLUTION,
    "relu",
    "max_pool",
    *(kind for stage in _STAGES for kind in stage),
    "avg_pool",
    "fc",
)
# Of each residual block: whether it halves the map.
_HALVES = (False,) * 3 + (True, False, False, False) + (True, False, False) * 2 + (True,)


@dataclass(frozen=True, slots=True)
class Block:
    """A residual block: ReLU(second(ReLU(first(x))) + x).

    dlib's ``add_prev`` pads the smaller operand with zeros, in channels and at the bottom and
    right.

    Attributes:
        first: of stride 2 in a block that halves the map, else 1.
        second: of stride 1.
        halves: whether x is averaged over 2 x 2 values before the sum.
        missing: by how many rows and columns the convolutions' operand is smaller than the other.
        side: of the map that comes out.
    """

    first: Convolution
    second: Convolution
    halves: bool
    missing: int
    side: int

    @property
    def more_channels(self) -> int:
        """How many channels the sum has that x has not."""
        channels_out: int = self.first.kernel.shape[0]
        channels_in: int = self.first.kernel.shape[1]
        return channels_out - channels_in


@dataclass(frozen=True, slots=True)
class Resnet:
    """The network.

    Attributes:
        stem: takes pixels, 0..255, less `MEAN`; a ReLU and a 3 x 3 maximum of stride 2 follow.
        blocks: the residual blocks in their order; the mean over the map follows.
        matrix: float32 [256, 128], which that mean is multiplied by.
    """

    stem: Convolution
    blocks: tuple[Block, ...]
    matrix: NDArray[np.float32]


def read_resnet(data: bytes) -> Resnet:
    """Reads ``dlib_face_recognition_resnet_model_v1.dat``.

    Raises:
        ModelCorrupt: `data` is damaged or holds another network.
    """
    reader = DlibReader(data)
    reader.expect(1, "the loss layer's version")
    if reader.string() != "loss_metric_2":
        raise ModelCorrupt("dlib file holds a network with another loss layer")
    reader.floating()
    reader.floating()
    rest = iter(read_layers(reader, _TOPOLOGY, input_name="input_rgb_image_sized"))
    stem = read_convolution(rest, stride=2, padding=0, scale=1 / 256)
    expect(rest, "relu")
    expect(rest, "max_pool")
    blocks = []
    side = FIRST_SIDE
    for halves in _HALVES:
        # A convolution of 3 x 3 and stride 2 gives the first of these sides, the average of 2 x 2
        # beside it the second: they differ where `side` is even.
        convolved, averaged = ((side - 3) // 2 + 1, side // 2) if halves else (side, side)
        missing, side = averaged - convolved, averaged
        blocks.append(_block(rest, halves=halves, missing=missing, side=side))
    expect(rest, "avg_pool")
    return Resnet(stem, tuple(blocks), expect(rest, "fc").weights["matrix"])


def _block(rest: Iterator[Layer], *, halves: bool, missing: int, side: int) -> Block:
    stride, padding = (2, 0) if halves else (1, 1)
    first = read_convolution(rest, stride=stride, padding=padding)
    expect(rest, "relu")
    second = read_convolution(rest, stride=1, padding=1)
    if halves:
        expect(rest, "avg_pool")
    expect(rest, "add_prev")
    expect(rest, "relu")
    return Block(first, second, halves, missing, side)
