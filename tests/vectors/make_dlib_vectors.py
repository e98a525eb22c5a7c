"""Writes dlib_20_0_1.json with dlib itself. Run once, by hand, where dlib is installed:

    python -m tests.vectors.make_dlib_vectors FOLDER_OF_DLIB_WEIGHTS

Descriptors are stored for chips that show nobody. For the astronaut (a public-domain portrait, but
of a person) there are boxes, landmarks, the chip's digest, and her descriptor's distances to the
synthetic chips: six numbers from which no template follows.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import dlib
import numpy as np
import skimage.data

from tests.vectors import synthetic


def main(folder: str) -> None:
    weights = Path(folder)
    embedder = dlib.face_recognition_model_v1(
        str(weights / "dlib_face_recognition_resnet_model_v1.dat")
    )
    predictor = dlib.shape_predictor(str(weights / "shape_predictor_5_face_landmarks.dat"))
    mmod = dlib.cnn_face_detection_model_v1(str(weights / "mmod_human_face_detector.dat"))
    picture = np.ascontiguousarray(skimage.data.astronaut())  # type: ignore[no-untyped-call]

    descriptors = [np.array(embedder.compute_face_descriptor(chip)) for chip in synthetic.chips()]
    found = []
    for left, top, right, bottom in (
        (170, 64, 277, 171),
        (150, 40, 300, 200),
        (-20, -10, 260, 240),
    ):
        shape = predictor(picture, dlib.rectangle(left, top, right, bottom))
        chip = dlib.get_face_chip(picture, shape, size=150, padding=0.25)
        descriptor = np.array(embedder.compute_face_descriptor(chip))
        found.append(
            {
                "box": [left, top, right, bottom],
                "landmarks": [[point.x, point.y] for point in shape.parts()],
                "chip_sha256": hashlib.sha256(np.ascontiguousarray(chip).tobytes()).hexdigest(),
                "distances": [float(np.linalg.norm(descriptor - other)) for other in descriptors],
            }
        )
    detections = [
        {
            "box": [d.rect.left(), d.rect.top(), d.rect.right(), d.rect.bottom()],
            "confidence": d.confidence,
        }
        for d in mmod(picture, 0)
    ]
    vectors = {
        "source": f"dlib {dlib.__version__} from PyPI, weights of face_recognition_models 0.3.0",
        "synthetic_chips_sha256": hashlib.sha256(synthetic.chips().tobytes()).hexdigest(),
        "synthetic_descriptors": [[float(v) for v in d] for d in descriptors],
        "astronaut_faces": found,
        "astronaut_mmod": detections,
    }
    out = Path(__file__).with_name("dlib_20_0_1.json")
    out.write_text(json.dumps(vectors, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
