"""Every hostile input ends in a right answer or a stable error, in time and in memory.

Another process judges them, so that its peak memory is theirs alone, and a crash is seen.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.imaging.hostile import FAMILIES, hostile

if TYPE_CHECKING:
    from pathlib import Path

_SECONDS = 2.0  # of processor time; the best of three, because what else runs only adds to it
_MEBIBYTES = 512

_JUDGE = """
import json, resource, sys, time, warnings
from pathlib import Path
from tests.imaging.samples import judge
from visavis.imaging import Image
def peak_mebibytes():
    # Not ru_maxrss: exec inherits it from the process that started this one.
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
for path in sorted(Path(sys.argv[1]).iterdir()):
    data = path.read_bytes()
    times = []
    while not times or (min(times) > float(sys.argv[2]) and len(times) < 3):
        start = time.process_time()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            outcome = judge(Image.from_bytes, data)
        times.append(time.process_time() - start)
    print(json.dumps({
        "input": path.name,
        "outcome": outcome,
        "seconds": min(times),
        "warnings": [str(warning.message) for warning in caught],
        "mebibytes": peak_mebibytes(),
    }))
"""


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    folder: Path = tmp_path_factory.mktemp("hostile")
    names: dict[str, str] = {}
    for number, (name, content) in enumerate(hostile()):
        assert name not in names.values()
        names[f"{number:04}"] = name
        (folder / f"{number:04}").write_bytes(content)
    process = subprocess.run(
        [sys.executable, "-c", _JUDGE, str(folder), str(_SECONDS)],
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    for path in folder.iterdir():
        path.unlink()
    lines = [json.loads(line) for line in process.stdout.splitlines()]
    assert process.stderr == ""
    assert len(lines) == len(names)
    return {names[line["input"]]: line for line in lines}


def test_there_are_enough_of_every_family(verdicts: dict[str, dict[str, object]]) -> None:
    families = Counter(name.partition("/")[0] for name in verdicts)
    assert families.keys() == FAMILIES.keys()
    assert families.total() >= 600


def test_outcomes(verdicts: dict[str, dict[str, object]]) -> None:
    wrong = {
        name: verdict["outcome"]
        for name, verdict in verdicts.items()
        if verdict["outcome"] not in FAMILIES[name.partition("/")[0]]
    }
    assert wrong == {}


def test_damage_shows_in_more_than_one_way(verdicts: dict[str, dict[str, object]]) -> None:
    outcomes = {v["outcome"] for name, v in verdicts.items() if name.startswith("flipped/")}
    assert {"Image", "image.corrupt"} <= outcomes


def test_time(verdicts: dict[str, dict[str, object]]) -> None:
    slow = {n: v["seconds"] for n, v in verdicts.items() if float(str(v["seconds"])) > _SECONDS}
    assert slow == {}


def test_memory(verdicts: dict[str, dict[str, object]]) -> None:
    assert max(int(str(verdict["mebibytes"])) for verdict in verdicts.values()) <= _MEBIBYTES


def test_no_warning_leaks(verdicts: dict[str, dict[str, object]]) -> None:
    assert {name: v["warnings"] for name, v in verdicts.items() if v["warnings"]} == {}
