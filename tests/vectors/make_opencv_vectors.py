"""Writes opencv_4_14_0.json with OpenCV itself. Run once, by hand, where OpenCV is installed:

    python -m tests.vectors.make_opencv_vectors

How OpenCV reads a made-up network's answers, and how it aligns a picture that shows nobody. A face
is 15 numbers: left, top, width, height, x and y of five points, score. Of the aligned picture there
are the means of squares of 8 x 8 pixels, row by row, in RGB.
"""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np

from tests.face import yunet_network

POINTS = [[52, 43], [77, 38], [67, 60], [50, 69], [74, 62]]
"""Five points that no similarity puts on ArcFace's template, in OpenCV's coordinates."""


def main() -> None:
    picture = np.ascontiguousarray(yunet_network.scene()[..., ::-1])
    model = np.frombuffer(yunet_network.network(yunet_network.wild_heads()), np.uint8)
    nothing = np.empty(0, np.uint8)
    height, width = yunet_network.SCENE
    detector = cv2.FaceDetectorYN.create("onnx", model, nothing, (width, height))
    _, faces = detector.detect(picture)
    face = np.array([0, 0, 0, 0, *np.ravel(POINTS), 1], np.float32)
    aligned = cv2.FaceRecognizerSF.create("onnx", model, nothing).alignCrop(picture, face[None])
    means = aligned[..., ::-1].reshape(14, 8, 14, 8, 3).mean(axis=(1, 3))
    vectors = {
        "source": f"OpenCV {cv2.__version__} (opencv-python-headless), default settings",
        "faces": [[round(float(number), 4) for number in face] for face in faces],
        "aligned_points": POINTS,
        "aligned_means": [[round(float(mean), 2) for mean in row.ravel()] for row in means],
    }
    text = ",\n".join(f"{json.dumps(name)}: {_rows(value)}" for name, value in vectors.items())
    Path(__file__).with_name("opencv_4_14_0.json").write_text(f"{{\n{text}\n}}\n")


def _rows(value: object) -> str:
    """JSON with a line for each row."""
    if not isinstance(value, list):
        return json.dumps(value)
    return "[\n" + ",\n".join(json.dumps(row) for row in value) + "\n]"


if __name__ == "__main__":
    main()
