"""Ten million given scores to a full report, against pyeer and bob.measure on the same files.

The peers live in an environment of their own, for they want an old NumPy and setuptools:

    python -m venv peers && peers/bin/pip install 'setuptools<81' pyeer bob.measure
    VISAVIS_PEERS=peers python -m benchmarks.evaluate_scores

A peer that is not there is left out, and the result says so. Ours runs before and after each peer.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._evidence import write

_GENUINE = 10  # per cent
_CHUNK = 500_000
_ROUNDS = 3


def main() -> None:
    """Measures, prints and writes ``docs/evidence/evaluate_scores.json``."""
    count = int(os.environ.get("VISAVIS_SCORES", "10000000"))
    peers = Path(os.environ.get("VISAVIS_PEERS", "peers")).absolute()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _generate(folder, count)
        labelled, apart = ["labelled.txt"], ["genuine.txt", "impostor.txt"]
        _ours(folder, labelled)  # unmeasured: it warms the disk, and caches of fonts and bytecode
        results: dict[str, Any] = {"scores": count}
        results["pyeer"] = _against(
            folder,
            apart,
            [peers / "bin" / "geteerinf", "-p", ".", "-g", apart[0], "-i", apart[1], "-rf", "html"],
        )
        results["bob.measure"] = _against(
            folder,
            labelled,
            [peers / "bin" / "bob", "measure", "evaluate", "-o", "bob.pdf", *labelled],
        )
    results["note"] = (
        "Two shared cores. Seconds on the clock, and of the processor; each from a fresh process "
        "reading text to the finished report. Ours has intervals, theirs have none."
    )
    write("evaluate_scores", results)


def _generate(folder: Path, count: int) -> None:
    """The same scores twice: with labels in one file, and in one file of each kind."""
    generator = np.random.default_rng(19795)
    genuine = generator.random(count) < _GENUINE / 100
    scores = np.where(
        genuine, 2 * generator.beta(8, 3, count) - 1, generator.normal(0, 0.18, count)
    )
    with (
        (folder / "labelled.txt").open("w") as labelled,
        (folder / "genuine.txt").open("w") as own,
        (folder / "impostor.txt").open("w") as other,
    ):
        for start in range(0, count, _CHUNK):
            texts = [f"{score:.7f}" for score in scores[start : start + _CHUNK].tolist()]
            truth = genuine[start : start + _CHUNK].tolist()
            pairs = list(zip(truth, texts, strict=True))
            labelled.write("".join(f"{1 if true else -1} {text}\n" for true, text in pairs))
            own.write("".join(f"{text}\n" for true, text in pairs if true))
            other.write("".join(f"{text}\n" for true, text in pairs if not true))


def _against(folder: Path, files: list[str], command: list[Any]) -> dict[str, Any]:
    if not Path(command[0]).exists():
        return {"left_out": f"{Path(command[0]).name} is not installed"}
    ours = [_ours(folder, files)]
    theirs = _run(folder, command)
    ours += [_ours(folder, files) for _ in range(_ROUNDS - 1)]
    wall, cpu, memory = (statistics.median(numbers) for numbers in zip(*ours, strict=True))
    found = {
        "visavis_s": round(wall, 2),
        "visavis_cpu_s": round(cpu, 2),
        "visavis_mib": round(memory),
        "peer_s": round(theirs[0], 1),
        "peer_cpu_s": round(theirs[1], 1),
        "peer_mib": round(theirs[2]),
        "ratio": round(theirs[0] / wall, 1),
        "ratio_cpu": round(theirs[1] / cpu, 1),
    }
    print(Path(command[0]).name, found)
    return found


def _ours(folder: Path, files: list[str]) -> tuple[float, float, float]:
    program = Path(sys.executable).with_name("visavis")
    return _run(folder, [program, "evaluate", "scores", *files, "--out", "ours"])


def _run(folder: Path, command: list[Any]) -> tuple[float, float, float]:
    """Seconds, seconds of the processor and peak resident MiB of one run."""
    # As installed: with the bytecode that the first start leaves behind.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"MPLBACKEND": "agg"}
    started = time.perf_counter()
    with subprocess.Popen(
        [str(part) for part in command], cwd=folder, env=environment, stdout=subprocess.DEVNULL
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    elapsed = time.perf_counter() - started
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    return elapsed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
