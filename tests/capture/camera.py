"""What a camera sees of somebody who does as the page asks, rendered for a challenge known before.

The renderer is that of ``benchmarks.liveness_simulation``, which shares no code with the detector.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from benchmarks.liveness_simulation import _person, _script, _sessions, _stream
from PIL import Image as PillowImage

from visavis.liveness import Challenge, Mode, Turn
from visavis.verifier import COLOUR_SECONDS, LEAD_SECONDS, TURN_SECONDS

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from visavis.face import Extractor

RATE = 12.0  # frames a second
_AFTER = 0.5  # seconds that are rendered beyond the end


@dataclass(frozen=True, slots=True)
class Film:
    """Frames of a session.

    Attributes:
        before: a frame of somebody who waits, on a white screen.
        frames: seconds from the moment the screen turns white for the challenge, and JPEG.
    """

    before: bytes
    frames: tuple[tuple[float, bytes], ...]

    def at(self, seconds: float) -> bytes:
        """The frame shown at a time."""
        shown = self.before
        for time, frame in self.frames:
            if time > seconds:
                break
            shown = frame
        return shown


def film(
    faces: Path, number: int, extractor: Extractor, *, nonce: bytes, subject: str, mode: Mode
) -> Film:
    """Somebody of the Face Research Lab London Set, who is there and does as asked."""
    challenge = Challenge.derive(nonce, subject=subject, mode=mode)
    colours = tuple(colour.rgb for colour in challenge.colours)
    # The holder's left is at the picture's right.
    turns = tuple(1 if turn is Turn.LEFT else -1 for turn in challenge.turns)
    asked = _sessions.Asked(colours, turns)
    take = _sessions._take(
        asked,
        colours,
        _script_of(len(colours), turns),
        np.random.default_rng(number),
        _sessions._head_of(_person.load(faces, number, extractor)),
        ratio=2.0,
    )
    take = replace(take, taken=1)
    take.camera.coding = _stream.Coding.NONE
    script = take.script
    taken = [
        (float(seen), _jpeg(picture))
        for seen, (_, picture) in zip(
            script.seen, take.frames(0.0, script.ended + 1.0), strict=False
        )
    ]
    return Film(before=taken[0][1], frames=tuple(taken))


def _script_of(colours: int, turns: tuple[int, ...]) -> _script.Script:
    shown = [LEAD_SECONDS + place * COLOUR_SECONDS for place in range(colours)]
    now = LEAD_SECONDS + colours * COLOUR_SECONDS
    knots = [(0.0, 0.0)]
    for side in turns:
        shown.append(now)
        angle = side * np.radians(42)
        knots += [(now + 0.3, 0.0), (now + 0.9, angle), (now + 1.2, angle), (now + 1.8, 0.0)]
        now += TURN_SECONDS
    seen = np.arange(0.0, now + _AFTER, 1 / RATE)
    return _script.Script(tuple(shown), now, seen, seen, _script._smooth(knots, seen))


def _jpeg(pixels: NDArray[np.uint8]) -> bytes:
    out = io.BytesIO()
    PillowImage.fromarray(pixels).save(out, "JPEG", quality=90)
    return out.getvalue()
