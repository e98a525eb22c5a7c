"""Import time, time to the first embedding, and resident memory, each in a fresh process."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from typing import Any

from benchmarks._evidence import write

_ROUNDS = 7
_IMPORT = """
import sys, time
started = time.perf_counter()
import visavis
elapsed = time.perf_counter() - started
assert "onnxruntime" not in sys.modules and "onnx" not in sys.modules
print(elapsed)
"""
_LOAD = """
import time
started = time.perf_counter()
from visavis.face import Extractor
from visavis.models import find_pack
Extractor.load(find_pack("dlib"))
print(time.perf_counter() - started)
"""
_MEMORY = """
import resource
from benchmarks._pictures import frll_crops
from visavis.face import Extractor
from visavis.imaging import Image
from visavis.models import find_pack
extractor = Extractor.load(find_pack("dlib"))
for data in frll_crops(60):
    extractor.embed([extractor.find(Image.from_bytes(data))], mirror=True)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def main() -> None:
    """Measures, prints and writes ``docs/evidence/startup.json``."""
    results: dict[str, Any] = {
        "import_visavis_s": round(_median(_IMPORT), 3),
        "load_default_pack_from_cache_s": round(_median(_LOAD), 3),
        "peak_resident_mib_after_60_photographs": round(_median(_MEMORY, rounds=3)),
    }
    for name, value in results.items():
        print(f"{name}: {value}")
    write("startup", results)


def _median(program: str, *, rounds: int = _ROUNDS) -> float:
    """Of the number that a fresh interpreter prints; one round before, unmeasured, warms disks."""
    # As installed: with the bytecode that the first import leaves behind.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    numbers = []
    for _ in range(rounds + 1):
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        numbers.append(float(done.stdout))
    return statistics.median(numbers[1:])


if __name__ == "__main__":
    main()
