from __future__ import annotations

import numpy as np

from visavis.models import open_session
from visavis.models._dlib_convolution import Convolution
from visavis.models._graph import Graph


def test_uncentred_gives_for_a_picture_what_it_gave_for_it_less_the_mean() -> None:
    rng = np.random.default_rng(1)
    kernel = rng.normal(size=(4, 3, 5, 5)).astype(np.float32)
    bias = rng.normal(size=4).astype(np.float32)
    convolution = Convolution(kernel, bias, stride=2, padding=0)
    mean = (3.0, 50.5, 200.0)
    graph = Graph("test")
    value = graph.input_pixels("pixels", "n", 9, 9)
    value = convolution.uncentred(mean).add_to(graph, value)
    session = open_session(graph.serialize(value, "maps", ("n", 4, 3, 3)))
    pixels = rng.integers(0, 256, (2, 9, 9, 3), dtype=np.uint8)
    (maps,) = session.run(None, {"pixels": pixels})
    windows = np.lib.stride_tricks.sliding_window_view(pixels - np.array(mean), (5, 5), axis=(1, 2))
    expected = np.einsum("nyxihw,oihw->noyx", windows[:, ::2, ::2], kernel) + bias[:, None, None]
    np.testing.assert_allclose(maps, expected, rtol=1e-5, atol=1e-3)
