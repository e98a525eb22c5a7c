"""Ten million given scores to a full report, against pyeer and bob.measure on the same files.

The peers live in an environment of their own, for they want an old NumPy and setuptools:

    python -m venv peers && peers/bin/pip install 'setuptools<81' pyeer bob.measure
    VISAVIS_PEERS=peers python -m benchmarks.evaluate_scores

A peer that is not there is left out, and the result says so. Ours runs before and after each peer.
"""

from __future__ import annotations

import json
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
from benchmarks._machine import pin

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
        results: dict[str, Any] = {
            "scores": count,
            "peers": _versions(peers / "bin" / "python"),
        }
        results["csv"] = _summary([_ours(folder, ["labelled.csv"]) for _ in range(_ROUNDS)])
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
        "Seconds on the clock, and of the processor (cpu); each from a fresh process reading text "
        "to the finished report; ours the median of three. The peers use one core; ours reads and "
        "measures with two, and one_core_s is the same held on one. Ours has intervals, theirs "
        "have none."
    )
    write("evaluate_scores", results)


def _generate(folder: Path, count: int) -> None:
    """The same scores twice: with labels (two layouts), and in one file of each kind."""
    generator = np.random.default_rng(19795)
    genuine = generator.random(count) < _GENUINE / 100
    scores = np.where(
        genuine, 2 * generator.beta(8, 3, count) - 1, generator.normal(0, 0.18, count)
    )
    with (
        (folder / "labelled.txt").open("w") as labelled,
        (folder / "labelled.csv").open("w") as named,
        (folder / "genuine.txt").open("w") as own,
        (folder / "impostor.txt").open("w") as other,
    ):
        named.write("label,score\n")
        for start in range(0, count, _CHUNK):
            texts = [f"{score:.7f}" for score in scores[start : start + _CHUNK].tolist()]
            truth = genuine[start : start + _CHUNK].tolist()
            pairs = list(zip(truth, texts, strict=True))
            labelled.write("".join(f"{1 if true else -1} {text}\n" for true, text in pairs))
            named.write("".join(f"{1 if true else -1},{text}\n" for true, text in pairs))
            own.write("".join(f"{text}\n" for true, text in pairs if true))
            other.write("".join(f"{text}\n" for true, text in pairs if not true))


def _against(folder: Path, files: list[str], command: list[Any]) -> dict[str, Any]:
    if not Path(command[0]).exists():
        return {"left_out": f"{Path(command[0]).name} is not installed"}
    ours = [_ours(folder, files)]
    theirs = _run(folder, command)
    ours += [_ours(folder, files) for _ in range(_ROUNDS - 1)]
    found = _summary(ours)
    cores = os.sched_getaffinity(0)
    pin(min(cores))
    alone = _ours(folder, files)[0]
    os.sched_setaffinity(0, cores)
    found |= {
        "visavis_one_core_s": round(alone, 2),
        "peer_s": round(theirs[0], 1),
        "peer_cpu_s": round(theirs[1], 1),
        "peer_mib": round(theirs[2]),
        "ratio": round(theirs[0] / found["visavis_s"], 1),
        "ratio_one_core": round(theirs[0] / alone, 1),
        "ratio_cpu": round(theirs[1] / found["visavis_cpu_s"], 1),
    }
    print(Path(command[0]).name, found)
    return found


def _summary(runs: list[tuple[float, float, float]]) -> dict[str, Any]:
    wall, cpu, memory = (statistics.median(numbers) for numbers in zip(*runs, strict=True))
    return {
        "visavis_s": round(wall, 2),
        "visavis_cpu_s": round(cpu, 2),
        "visavis_mib": round(memory),
    }


def _versions(python: Path) -> dict[str, str]:
    """Of the peers, as their own environment says."""
    if not python.exists():
        return {}
    names = ("pyeer", "bob.measure", "numpy")
    found = "import importlib.metadata as m, json, sys\n"
    found += "has = {d.name: d.version for d in m.distributions()}\n"
    found += "print(json.dumps({n: has[n] for n in sys.argv[1:] if n in has}))"
    told = subprocess.run([python, "-c", found, *names], check=True, capture_output=True, text=True)
    return dict(json.loads(told.stdout))


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
