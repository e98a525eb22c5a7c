"""A billion comparisons to a DET curve with intervals, in bounded memory on two cores.

    python -m benchmarks.billion

44,800 made-up embeddings of 11,200 people, every one against every other, from vectors to a written
report. In a process of its own, with a linear algebra library of one thread: the blocks have two.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks._evidence import write
from visavis.evaluation.protocols import streamed_report
from visavis.evaluation.protocols._all_pairs import compare_all
from visavis.evaluation.report import this_run, write_report

_PEOPLE: Final = 11_200
_EACH: Final = 4
_SIZE: Final = 128
_NOISE: Final = 1.0


def main() -> None:
    """Measures in a child process, prints and writes ``docs/evidence/billion.json``."""
    command = [sys.executable, "-m", "benchmarks.billion", "--child"]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    results = json.loads(done.stdout)
    print(results)
    write("billion", results)


def measure() -> dict[str, Any]:
    """Seconds by the clock and of the processors, and the largest memory."""
    random = np.random.default_rng(0)
    person = np.repeat(np.arange(_PEOPLE), _EACH).astype(np.int32)
    vectors = random.standard_normal((_PEOPLE, _SIZE), dtype=np.float32)[person]
    vectors += np.float32(_NOISE) * random.standard_normal(vectors.shape, dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    load = os.getloadavg()[0]
    clock, processor = time.perf_counter(), time.process_time()
    scores = compare_all(vectors, person)
    compared, compared_cpu = time.perf_counter() - clock, time.process_time() - processor
    report = streamed_report(
        scores, title="A billion comparisons", data_set="made up", run=this_run("billion")
    )
    with tempfile.TemporaryDirectory() as folder:
        write_report(report, Path(folder))
    return {
        "embeddings": len(vectors),
        "people": report.people,
        "genuine": report.genuine,
        "impostor": report.impostor,
        "kept_exactly": int(scores.tail.scores.size),
        "seconds": round(time.perf_counter() - clock, 1),
        "processor_seconds": round(time.process_time() - processor, 1),
        "of_which_comparing": {
            "seconds": round(compared, 1),
            "processor_seconds": round(compared_cpu, 1),
        },
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "load_average_before": round(load, 1),
        "points_of_the_band": 0 if report.det.band is None else len(report.det.band.fmr),
        "fnmr_at_fmr": {
            point.at.asked: [
                round(x, 5) for x in (point.fnmr.value, point.fnmr.low, point.fnmr.high)
            ]
            for point in report.points
        },
    }


if __name__ == "__main__":
    if "--child" in sys.argv[1:]:
        print(json.dumps(measure()))
    else:
        main()
