"""A capture of three frames -> one fused sample, beside one frame: JPEG bytes to embedding, gated.

The work that a verification has with its probes; opening and comparing the reference is the same
for both (``benchmarks.open_sealed``). Rounds alternate; the ratio is of the best ones.

    python -m benchmarks.fused_frames
"""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image as PillowImage

from benchmarks._evidence import write
from benchmarks._machine import pin
from benchmarks._pictures import frll_crops
from visavis.imaging import Image
from visavis.verifier import Sample, Verifier

if TYPE_CHECKING:
    from collections.abc import Sequence

_PEOPLE: Final = 20
_FRAMES: Final = 3
_ROUNDS: Final = 7


def main() -> None:
    """Measures, prints and writes ``docs/evidence/fused_frames.json``."""
    pin(0)
    chain = Verifier.default()._chain  # noqa: SLF001 - what `Verifier.verify` does with its probes
    captures = [_capture(picture) for picture in frll_crops(_PEOPLE)]
    best = dict.fromkeys((1, _FRAMES), float("inf"))
    for _ in range(_ROUNDS):
        for frames in best:
            started = time.perf_counter()
            for capture in captures:
                images = tuple(Image.from_bytes(data) for data in capture[:frames])
                chain.probes([Sample(images)], "probes")
            taken = (time.perf_counter() - started) / len(captures)
            best[frames] = min(best[frames], taken)
    results = {
        "captures": f"{_PEOPLE} of {_FRAMES} frames, 640 x 480, JPEG quality 90, one core",
        "ms": {f"{frames} frames": round(1000 * taken, 1) for frames, taken in best.items()},
        "ratio": round(best[_FRAMES] / best[1], 2),
        "at_most": 3.1,
    }
    print(results)
    write("fused_frames", results)


def _capture(picture: bytes) -> Sequence[bytes]:
    """The picture, moved by a few pixels from frame to frame."""
    with PillowImage.open(io.BytesIO(picture)) as opened:
        pixels = np.asarray(opened.convert("RGB"))
    frames = []
    for shift in range(_FRAMES):
        out = io.BytesIO()
        moved = np.roll(pixels, 2 * shift, axis=1)
        PillowImage.fromarray(moved).save(out, "JPEG", quality=90)
        frames.append(out.getvalue())
    return frames


if __name__ == "__main__":
    main()
