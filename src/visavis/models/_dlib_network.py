"""The layers of a dlib network file, innermost (nearest the picture) first.

Source of the format: dlib 20.0.1, ``dnn/core.h`` and ``dnn/layers.h``. A file does not describe how
its layers are wired, so each network's topology is written down where its graph is built, and the
file must agree with it layer by layer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from visavis.errors import ModelCorrupt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from visavis.models._dlib_format import DlibReader

__all__ = ["MEAN", "Layer", "expect", "read_layers"]

MEAN = (122.782, 117.001, 104.298)
"""Of R, G and B: every dlib network subtracts it, then divides by 256."""

_MARKERS = ("tag", "skip")  # they stand in the topology but carry no content of their own


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer with content.

    Attributes:
        kind: dlib's name without its version (``con``, ``affine``, ``relu``, ...).
        weights: its parameters by name, float32.
        window: rows, columns, stride y, stride x, padding y, padding x (convolutions and pools).
    """

    kind: str
    weights: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    window: tuple[int, ...] = ()


def read_layers(reader: DlibReader, kinds: Sequence[str], *, input_name: str) -> list[Layer]:
    """Reads the network that follows a loss layer.

    Args:
        reader: stands behind the loss layer's own content.
        kinds: every layer expected, innermost first, ``tag`` and ``skip`` among them.
        input_name: dlib's name of the input layer, after which the three of `MEAN` follow.

    Returns:
        The layers that have content, innermost first.

    Raises:
        ModelCorrupt: the file holds another network, or is damaged.
    """
    versions = [reader.integer() for _ in kinds]
    expected = [1 if kind in _MARKERS else 2 for kind in reversed(kinds)]
    expected[-1] = 3  # the innermost layer is a template of its own, with its own version
    if versions != expected:
        raise ModelCorrupt("dlib file holds another network than its manifest says")
    _read_input(reader, input_name)
    layers = []
    for position, kind in enumerate(kinds):
        if kind in _MARKERS:
            continue
        layers.append(_READERS[kind](reader))
        for _ in range(3):
            reader.boolean()
        for _ in range(3):  # gradient, cached output, gradient of the parameters: all unused
            reader.tensor()
        if position == 0:
            reader.integer()
    reader.end()
    return layers


def expect(rest: Iterator[Layer], kind: str) -> Layer:
    """The next layer, which must be of this kind."""
    layer = next(rest)
    if layer.kind != kind:
        raise ModelCorrupt(f"dlib file has a layer {layer.kind!r} where {kind!r} should be")
    return layer


def _read_input(reader: DlibReader, name: str) -> None:
    if reader.string() != name:
        raise ModelCorrupt("dlib file holds a network with another kind of input")
    if not np.allclose(reader.finite_floats(3), MEAN, rtol=1e-6, atol=0):
        raise ModelCorrupt("dlib file holds a network with another mean colour")
    if name == "input_rgb_image_sized":
        reader.expect(150, "the input's height")
        reader.expect(150, "the input's width")


def _named(reader: DlibReader, name: str) -> None:
    found = reader.string()
    if found != name:
        raise ModelCorrupt(f"dlib file has a layer {found!r} where {name!r} should be")


def _reshape(values: NDArray[np.float32], *sides: int) -> NDArray[np.float32]:
    try:
        return values.reshape(sides)
    except ValueError as error:
        raise ModelCorrupt("dlib layer's sides do not fit its weights") from error


def _skip_floats(reader: DlibReader) -> None:
    for _ in range(4):  # learning rates and weight decays
        reader.floating()


def _convolution(reader: DlibReader) -> Layer:
    _named(reader, "con_4")
    flat = reader.tensor().ravel()
    filters, rows, columns, *strides_and_padding = (reader.integer() for _ in range(7))
    reader.alias_tensor()
    reader.alias_tensor()
    _skip_floats(reader)
    if not 0 < filters < flat.size or rows < 1 or columns < 1:
        raise ModelCorrupt("dlib convolution's sides do not fit its weights")
    kernel, bias = flat[:-filters], flat[-filters:]
    return Layer(
        "con",
        {"kernel": _reshape(kernel, filters, -1, rows, columns), "bias": bias},
        (rows, columns, *strides_and_padding),
    )


def _affine(reader: DlibReader) -> Layer:
    _named(reader, "affine_")
    flat = reader.tensor().ravel()
    reader.alias_tensor()
    reader.alias_tensor()
    reader.integer()
    gain, offset = _reshape(flat, 2, -1)
    return Layer("affine", {"gain": gain, "offset": offset})


def _batch_norm(reader: DlibReader) -> Layer:
    _named(reader, "bn_con2")
    flat = reader.tensor().ravel()
    reader.alias_tensor()
    reader.alias_tensor()
    reader.tensor()  # means and inverse deviations of the last training batch
    reader.tensor()
    mean, variance = reader.tensor().ravel(), reader.tensor().ravel()
    reader.integer()
    reader.integer()
    _skip_floats(reader)
    eps = reader.floating()
    gamma, beta = _reshape(flat, 2, -1)
    if not gamma.shape == mean.shape == variance.shape or eps <= 0 or (variance < 0).any():
        raise ModelCorrupt("dlib batch normalisation's sides do not fit its weights")
    gain = (gamma / (variance + eps) ** 0.5).astype("float32")
    return Layer("affine", {"gain": gain, "offset": beta - gain * mean})


def _fully_connected(reader: DlibReader) -> Layer:
    _named(reader, "fc_2")
    outputs, inputs = reader.integer(), reader.integer()
    matrix = reader.tensor().ravel()
    reader.alias_tensor()
    reader.alias_tensor()
    reader.integer()
    _skip_floats(reader)
    return Layer("fc", {"matrix": _reshape(matrix, inputs, outputs)})


def _relu(reader: DlibReader) -> Layer:
    _named(reader, "relu_")
    return Layer("relu")


def _add_prev(reader: DlibReader) -> Layer:
    _named(reader, "add_prev_")
    return Layer("add_prev")


def _max_pool(reader: DlibReader) -> Layer:
    _named(reader, "max_pool_2")
    return Layer("max_pool", window=tuple(reader.integer() for _ in range(6)))


def _avg_pool(reader: DlibReader) -> Layer:
    _named(reader, "avg_pool_2")
    return Layer("avg_pool", window=tuple(reader.integer() for _ in range(6)))


_READERS = {
    "con": _convolution,
    "affine": _affine,
    "bn": _batch_norm,
    "fc": _fully_connected,
    "relu": _relu,
    "add_prev": _add_prev,
    "max_pool": _max_pool,
    "avg_pool": _avg_pool,
}
