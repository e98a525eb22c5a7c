from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from tests.models.mtcnn_files import weight_file
from visavis.errors import ModelCorrupt
from visavis.models import build_onet, build_pnet, build_rnet, open_session, read_mtcnn

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

# The networks once more, as the package ``mtcnn`` 1.0.0 writes them in TensorFlow (NHWC, float64
# here), with none of the rearrangements of the graphs.


def normalised(pixels: npt.NDArray[np.uint8]) -> Array:
    return (pixels.astype(np.float64) - 127.5) / 128


def convolution(x: Array, kernel: Array, bias: Array) -> Array:
    windows = sliding_window_view(x, kernel.shape[:2], axis=(1, 2))
    result: Array = np.einsum("nyxcij,ijco->nyxo", windows, kernel) + bias
    return result


def prelu(x: Array, slopes: Array) -> Array:
    return np.where(x > 0, x, x * slopes)


def pool(x: Array, window: int, *, same: bool) -> Array:
    if same:
        more = [max(0, (-(-n // 2) - 1) * 2 + window - n) for n in x.shape[1:3]]
        padding = [(0, 0), *((m // 2, m - m // 2) for m in more), (0, 0)]
        x = np.pad(x, padding, constant_values=-np.inf)
    windows = sliding_window_view(x, (window, window), axis=(1, 2))[:, ::2, ::2]
    result: Array = windows.max(axis=(-1, -2))
    return result


def flattened(x: Array) -> Array:
    return x.transpose(0, 2, 1, 3).reshape(len(x), -1)  # Permute((2, 1, 3)), then Flatten


def softmax(x: Array) -> Array:
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    result: Array = powers / powers.sum(axis=-1, keepdims=True)
    return result


def pnet(x: Array, w: list[Array]) -> tuple[Array, Array]:
    x = pool(prelu(convolution(x, w[0], w[1]), w[2]), 2, same=True)
    x = prelu(convolution(x, w[3], w[4]), w[5])
    x = prelu(convolution(x, w[6], w[7]), w[8])
    return convolution(x, w[9], w[10]), softmax(convolution(x, w[11], w[12]))


def rnet(x: Array, w: list[Array]) -> tuple[Array, Array]:
    x = pool(prelu(convolution(x, w[0], w[1]), w[2]), 3, same=True)
    x = pool(prelu(convolution(x, w[3], w[4]), w[5]), 3, same=False)
    x = prelu(convolution(x, w[6], w[7]), w[8])
    x = prelu(flattened(x) @ w[9] + w[10], w[11])
    return x @ w[12] + w[13], softmax(x @ w[14] + w[15])


def onet(x: Array, w: list[Array]) -> tuple[Array, Array, Array]:
    x = pool(prelu(convolution(x, w[0], w[1]), w[2]), 3, same=True)
    x = pool(prelu(convolution(x, w[3], w[4]), w[5]), 3, same=False)
    x = pool(prelu(convolution(x, w[6], w[7]), w[8]), 2, same=True)
    x = prelu(convolution(x, w[9], w[10]), w[11])
    x = prelu(flattened(x) @ w[12] + w[13], w[14])
    return x @ w[15] + w[16], softmax(x @ w[19] + w[20]), x @ w[17] + w[18]


def weights(name: str) -> list[npt.NDArray[np.float32]]:
    return read_mtcnn(weight_file(name))


def exact(name: str) -> list[Array]:
    return [array.astype(np.float64) for array in weights(name)]


def pictures(count: int, height: int, width: int) -> npt.NDArray[np.uint8]:
    """Noise at several scales: enough contrast to take every branch of every PReLU."""
    rng = np.random.default_rng([count, height, width])
    fine = rng.integers(0, 256, (count, height, width, 3), dtype=np.uint8)
    coarse = rng.integers(0, 256, (count, height // 6 + 1, width // 6 + 1, 3), dtype=np.uint8)
    coarse = coarse.repeat(6, axis=1).repeat(6, axis=2)[:, :height, :width]
    return np.where(np.arange(width)[:, np.newaxis] % 40 < 20, fine, coarse)


def probability(log_odds: Array) -> Array:
    return 1 / (1 + np.exp(-log_odds))


@pytest.mark.parametrize(("height", "width"), [(12, 12), (13, 12), (41, 58), (64, 47)])
def test_pnet_computes_what_the_package_describes(height: int, width: int) -> None:
    pixels = pictures(2, height, width)
    session = open_session(build_pnet(weights("pnet.lz4")))
    (cells,) = session.run(None, {"pixels": pixels})
    offsets, faces = pnet(normalised(pixels), exact("pnet.lz4"))
    np.testing.assert_allclose(cells[:, :4].transpose(0, 2, 3, 1), offsets, atol=3e-5)
    np.testing.assert_allclose(probability(cells[:, 4]), faces[..., 1], atol=1e-5)


def test_rnet_computes_what_the_package_describes() -> None:
    pixels = pictures(5, 24, 24)
    session = open_session(build_rnet(weights("rnet.lz4")))
    (windows,) = session.run(None, {"pixels": pixels})
    offsets, faces = rnet(normalised(pixels), exact("rnet.lz4"))
    np.testing.assert_allclose(windows[:, :4], offsets, atol=3e-5)
    np.testing.assert_allclose(probability(windows[:, 4]), faces[:, 1], atol=1e-5)


def test_onet_computes_what_the_package_describes() -> None:
    pixels = pictures(3, 48, 48)
    session = open_session(build_onet(weights("onet.lz4")))
    (windows,) = session.run(None, {"pixels": pixels})
    offsets, faces, landmarks = onet(normalised(pixels), exact("onet.lz4"))
    np.testing.assert_allclose(windows[:, :4], offsets, atol=3e-5)
    np.testing.assert_allclose(probability(windows[:, 4]), faces[:, 1], atol=1e-5)
    np.testing.assert_allclose(windows[:, 5:], landmarks, atol=3e-5)


@pytest.mark.parametrize(
    ("build", "own", "other"),
    [
        (build_pnet, "pnet.lz4", "rnet.lz4"),
        (build_rnet, "rnet.lz4", "onet.lz4"),
        (build_onet, "onet.lz4", "pnet.lz4"),
    ],
)
def test_other_arrays_are_refused(
    build: Callable[[list[npt.NDArray[np.float32]]], bytes], own: str, other: str
) -> None:
    right = weights(own)
    wrong = [*right[:3], right[3][..., :-1], *right[4:]]
    for arrays in (weights(other), right[:-1], [*right, right[0]], right[::-1], [], wrong):
        with pytest.raises(ModelCorrupt):
            build(arrays)


def test_a_slope_above_1_is_turned_over_behind_the_first_layer_only() -> None:
    steep = weights("pnet.lz4")
    assert (steep[2] > 1).any()
    steep[5] = np.full_like(steep[5], 1.5)
    with pytest.raises(ModelCorrupt):
        build_pnet(steep)
