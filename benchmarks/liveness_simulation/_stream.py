"""What a camera's, or a virtual camera's, video coding does between frames: H.264 and VP8.

By FFmpeg's libx264 and libvpx, as for a call: no frame waits for a later one, and the rate is held.
"""

from __future__ import annotations

from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal, cast

import av
import numpy as np

if TYPE_CHECKING:
    from av.video.codeccontext import VideoCodecContext
    from numpy.typing import NDArray

__all__ = ["Coding", "Stream"]

_RATE: Final = 21
"""Frames a second that the encoder is told of; sessions have 20 to 22."""

_BITS: Final = (0.11, 0.54)
"""A pixel: 1 Mbit/s at 640 x 480 and 30 frames a second, 2.5 Mbit/s at 15."""

_KEY_SECONDS: Final = (2.0, 5.0)


class Coding(Enum):
    """How a camera hands its frames over; `NONE` is one that does not code them as video."""

    NONE = "none"
    H264 = "h264"
    VP8 = "vp8"


_OPTIONS: Final = {
    Coding.H264: {"preset": "veryfast", "tune": "zerolatency", "profile": "baseline"},
    Coding.VP8: {"deadline": "realtime", "cpu-used": "6", "lag-in-frames": "0", "qmax": "56"},
}
_ENCODERS: Final = {Coding.H264: "libx264", Coding.VP8: "libvpx"}


class Stream:
    """One stream: each frame is coded against those before it, and decoded again.

    Args:
        coding: `Coding.H264` or `Coding.VP8`.
        rng: decides rate and distance of key frames.
    """

    def __init__(self, coding: Coding, rng: np.random.Generator) -> None:
        self._coding = coding
        self._bits = float(np.exp(rng.uniform(*np.log(_BITS))))
        self._key_seconds = float(rng.uniform(*_KEY_SECONDS))
        self._encoder: VideoCodecContext | None = None
        self._decoder = _context(coding.value, "r")
        self._decoder.thread_count = 1
        self._count = 0

    def through(self, frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A frame RGB [h, w, 3] as whoever decodes the stream sees it."""
        if self._encoder is None:
            height, width, _ = frame.shape
            self._encoder = self._opened(width, height)
        picture = av.VideoFrame.from_ndarray(frame, format="rgb24").reformat(format="yuv420p")
        picture.pts, picture.time_base = self._count, Fraction(1, _RATE)
        self._count += 1
        (packet,) = self._encoder.encode(picture)
        (decoded,) = self._decoder.decode(packet)
        return np.asarray(decoded.to_ndarray(format="rgb24"), np.uint8)

    def _opened(self, width: int, height: int) -> VideoCodecContext:
        encoder = _context(_ENCODERS[self._coding], "w")
        encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
        encoder.time_base, encoder.framerate = Fraction(1, _RATE), Fraction(_RATE)
        encoder.bit_rate = round(self._bits * width * height * _RATE)
        encoder.gop_size = round(self._key_seconds * _RATE)
        encoder.thread_count = 1
        held = {"maxrate": str(encoder.bit_rate), "bufsize": str(encoder.bit_rate)}
        encoder.options = _OPTIONS[self._coding] | held
        return encoder


def _context(codec: str, mode: Literal["r", "w"]) -> VideoCodecContext:
    return cast("VideoCodecContext", av.CodecContext.create(codec, mode))
