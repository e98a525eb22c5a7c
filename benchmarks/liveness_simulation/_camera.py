"""A camera: flare, white balance and exposure that adapt, photon noise, gamma, video, JPEG."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image as PillowImage

from benchmarks.liveness_simulation._stream import Coding, Stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Camera", "display"]

_LEVELS: Final = 4096
_CODINGS: Final = (0.2, 0.4, 0.4)
"""Shares of cameras, in the order of `Coding`."""


def _curve() -> NDArray[np.uint8]:
    value = np.arange(_LEVELS) / (_LEVELS - 1)
    coded = np.where(value <= 0.0031308, 12.92 * value, 1.055 * value ** (1 / 2.4) - 0.055)
    levels: NDArray[np.uint8] = np.rint(255 * coded).astype(np.uint8)
    return levels


_CODED: Final = _curve()
_SHOWN: Final = ((np.arange(256) / 255.0) ** 2.2).astype(np.float32)


def display(frame: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The light of a screen that shows this frame, 0 to 1."""
    return _SHOWN[frame]


@dataclass(slots=True)
class Camera:
    """Takes frames one after the other; its loops remember.

    Attributes:
        rng: of noise.
        electrons: that saturate a pixel: 2,000 to 9,000.
        coding: of the frames as video, before anybody sees them.
        quality: of the JPEG that the page makes of those that it sends.
        adapts: share of the way to its wish that white balance goes in a frame.
        exposes: the same of exposure.
        level: mean linear value that exposure wishes for.
        flare: share of the mean light that the lens spreads over the picture.
    """

    rng: np.random.Generator
    electrons: float
    coding: Coding
    quality: int
    adapts: float
    exposes: float
    level: float
    flare: float
    _gains: NDArray[np.float32] | None = field(default=None)
    _exposure: float = 0.0
    _noise: NDArray[np.float32] | None = field(default=None)
    _stream: Stream | None = field(default=None)

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> Camera:
        """Some camera."""
        return cls(
            rng=rng,
            electrons=float(rng.uniform(2000, 9000)),
            coding=list(Coding)[int(rng.choice(len(Coding), p=_CODINGS))],
            quality=int(rng.integers(60, 91)),
            adapts=float(rng.uniform(0.0, 0.12)),
            exposes=float(rng.uniform(0.0, 0.15)),
            level=float(rng.uniform(0.16, 0.26)),
            flare=float(rng.uniform(0.0, 0.01)),
        )

    def take(self, light: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Light [h, w, 3] -> frame. Light is changed."""
        means = light[::8, ::8].mean(axis=0).mean(axis=0)
        light += np.float32(self.flare) * means
        wished = means.mean() / means
        if self._gains is None:
            self._gains, self._exposure = wished, self.level / float(means.mean())
        frame_gains = (self._gains * self._exposure).astype(np.float32)
        self._gains = self._gains + self.adapts * (wished - self._gains)
        self._exposure *= (self.level / float(means.mean()) / self._exposure) ** self.exposes
        light *= frame_gains
        light += np.sqrt(light * np.float32(1 / self.electrons)) * self._fresh_noise(light.shape)
        np.clip(light, 0, 1, out=light)
        light *= _LEVELS - 1
        frame = _CODED[light.astype(np.uint16)]
        if self.coding is Coding.NONE:
            return frame
        if self._stream is None:
            self._stream = Stream(self.coding, self.rng)
        return self._stream.through(frame)

    def send(self, frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The frame as it arrives where it is sent: through JPEG."""
        out = io.BytesIO()
        picture = PillowImage.fromarray(frame)
        picture.save(out, "JPEG", quality=self.quality, subsampling="4:2:0")
        with PillowImage.open(out) as opened:
            return np.asarray(opened)

    def _fresh_noise(self, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """Normal numbers, from a store that is cut at another place each time."""
        count = int(np.prod(shape))
        if self._noise is None:
            self._noise = self.rng.standard_normal(2 * count, dtype=np.float32)
        start = int(self.rng.integers(count))
        return self._noise[start : start + count].reshape(shape)
