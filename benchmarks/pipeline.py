"""JPEG bytes -> embedding: photographs a second, against ``face_recognition`` in the same run.

The peer is measured where it is installed (``pip install visavis[peer]``, which compiles dlib).
Rounds of both alternate, so that a noisy machine slows both; ratios are of the best rounds.
"""

from __future__ import annotations

import io
import multiprocessing
import statistics
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks._evidence import write
from benchmarks._machine import pin
from benchmarks._pictures import frll_crops
from visavis.face import Extractor
from visavis.imaging import Image
from visavis.models import find_pack
from visavis.quality import assess

if TYPE_CHECKING:
    from collections.abc import Callable

_PICTURES = 60
_ROUNDS = 7
_PEER_PICTURES = 4
# Multiply-adds of one 150 x 150 chip through dlib's ResNet, summed over its convolutions.
_RESNET_MULTIPLY_ADDS = 270e6


def main() -> None:
    """Measures, prints and writes ``docs/evidence/pipeline.json``."""
    pin(0)
    pictures = frll_crops(_PICTURES)
    extractor = Extractor.load(find_pack("dlib"))
    contenders: dict[str, Callable[[], float]] = {
        "without mirror": lambda: _ours(extractor, pictures, mirror=False),
        "as shipped (with mirror)": lambda: _ours(extractor, pictures, mirror=True),
    }
    peer = _peer()
    if peer is not None:
        contenders["face_recognition (HOG, upsample 1)"] = lambda: peer(pictures[:_PEER_PICTURES])
    best = dict.fromkeys(contenders, 0.0)
    for _ in range(_ROUNDS):
        for name, contender in contenders.items():
            best[name] = max(best[name], contender())
    results: dict[str, Any] = {
        "pictures": f"{len(pictures)} FRLL frontal pictures cropped to 640 x 480, JPEG quality 90",
        "photographs_a_second_one_core": {name: round(rate, 1) for name, rate in best.items()},
        "stages_ms": _stages(extractor, pictures),
        "two_processes_a_second": round(_two_processes(), 1),
    }
    if peer is not None:
        rate = best["face_recognition (HOG, upsample 1)"]
        results["times_face_recognition"] = {
            name: round(best[name] / rate, 1) for name in list(contenders)[:2]
        }
    peak = _gemm_peak()
    decode = results["stages_ms"]["decode"]
    limit = decode + _RESNET_MULTIPLY_ADDS / peak * 1000
    results["machine_limit"] = {
        "gemm_multiply_adds_a_second": f"{peak:.2e}",
        "decode_and_embedding_at_that_peak_ms": round(limit, 2),
        "share_reached_without_mirror": round(limit * best["without mirror"] / 1000, 2),
    }
    for name, value in results.items():
        print(f"{name}: {value}")
    write("pipeline", results)


def _ours(extractor: Extractor, pictures: list[bytes], *, mirror: bool) -> float:
    """Photographs a second."""
    started = time.perf_counter()
    for data in pictures:
        extractor.embed([extractor.find(Image.from_bytes(data))], mirror=mirror)
    return len(pictures) / (time.perf_counter() - started)


def _peer() -> Callable[[list[bytes]], float] | None:
    try:
        import face_recognition  # noqa: PLC0415 - optional, and slow to import
    except ImportError:
        print("face_recognition is not installed here: the peer is not measured")
        return None

    def rate(pictures: list[bytes]) -> float:
        started = time.perf_counter()
        for data in pictures:
            pixels = face_recognition.load_image_file(io.BytesIO(data))
            boxes = face_recognition.face_locations(pixels)
            face_recognition.face_encodings(pixels, boxes, model="small")
        return len(pictures) / (time.perf_counter() - started)

    return rate


def _stages(extractor: Extractor, pictures: list[bytes]) -> dict[str, float]:
    """Medians over the pictures of each stage alone, in milliseconds."""
    images = [Image.from_bytes(data) for data in pictures]
    faces = [extractor.find(image) for image in images]

    def median(action: Callable[[int], object]) -> float:
        times = []
        for position in range(len(pictures)):
            started = time.perf_counter()
            action(position)
            times.append(time.perf_counter() - started)
        return round(statistics.median(times) * 1000, 2)

    return {
        "decode": median(lambda i: Image.from_bytes(pictures[i])),
        "detect": median(lambda i: extractor.detect(images[i])),
        "landmarks": median(lambda i: extractor.landmarks(faces[i].picture, faces[i].detection)),
        "chip": median(lambda i: extractor.chip(faces[i].picture, faces[i].landmarks)),
        "assess quality": median(lambda i: assess(faces[i])),
        "embed": median(lambda i: extractor.embed([faces[i]], mirror=False)),
        "embed with mirror": median(lambda i: extractor.embed([faces[i]], mirror=True)),
    }


def _work(core: int, pictures: list[bytes], queue: multiprocessing.Queue[float]) -> None:
    pin(core)
    extractor = Extractor.load(find_pack("dlib"))
    _ours(extractor, pictures[:5], mirror=False)
    queue.put(max(_ours(extractor, pictures, mirror=False) for _ in range(3)))


def _two_processes() -> float:
    """Photographs a second of two processes, each on a core of its own."""
    context = multiprocessing.get_context("spawn")
    queue: multiprocessing.Queue[float] = context.Queue()
    pictures = frll_crops(_PICTURES)
    workers = [context.Process(target=_work, args=(core, pictures, queue)) for core in (0, 1)]
    for worker in workers:
        worker.start()
    rate = sum(queue.get() for _ in workers)
    for worker in workers:
        worker.join()
    return rate


def _gemm_peak() -> float:
    """Multiply-adds a second of a float32 matrix product on this core."""
    size = 1024
    a, b = np.ones((size, size), np.float32), np.ones((size, size), np.float32)
    best = 0.0
    for _ in range(20):
        started = time.perf_counter()
        a @ b
        best = max(best, size**3 / (time.perf_counter() - started))
    return best


if __name__ == "__main__":
    main()
