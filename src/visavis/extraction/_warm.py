"""Everything once, on a picture of nobody: tables are made, and networks take their memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from visavis.extraction._gates import ENROL_GATES
from visavis.face import Detection, Face
from visavis.imaging import Image, load_decoders
from visavis.liveness import observe
from visavis.quality import assess

if TYPE_CHECKING:
    from visavis.extraction._chain import LocalChain

__all__ = ["warm"]

_HEIGHT, _WIDTH = 480, 640
_BOX = (220.0, 120.0, 420.0, 380.0)
_POINTS = ((270.0, 220.0), (370.0, 220.0), (320.0, 270.0), (280.0, 320.0), (360.0, 320.0))


def warm(chain: LocalChain) -> None:
    """Do what a picture asks for: then the first takes as long as the next, and opens no file."""
    load_decoders()
    noise = np.random.default_rng(0).integers(0, 256, (_HEIGHT, _WIDTH, 3), np.uint8)
    image, points = Image.from_pixels(noise), np.array(_POINTS, np.float32)
    extractor, embedder = chain.extractor, chain.pack.embedder
    extractor.detect(image)
    detection = Detection(*_BOX, score=1.0, landmarks=points)
    landmarks = extractor.landmarks(image.pixels, detection)
    face = Face(
        detection=detection,
        landmarks=landmarks,
        eye_distance=float(ENROL_GATES.eyes),
        quarter_turns=0,
        picture=image.pixels,
        chip=extractor.chip(image.pixels, landmarks),
    )
    ENROL_GATES.refusals(face, assess(face))
    observe(image.pixels, points.astype(np.float64), time=0.0)
    extractor.embed([face], mirror=embedder.flip_at_verification)
    extractor.embed([face], mirror=embedder.flip_at_enrolment, crops=embedder.crops_at_enrolment)
