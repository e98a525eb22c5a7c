"""A process that asked for it leaves no core dump, whatever the kernel does with dumps."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

_REPORT = """
import ctypes, json, resource
dumpable = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
print(json.dumps([*resource.getrlimit(resource.RLIMIT_CORE), dumpable]))
"""  # 3: PR_GET_DUMPABLE

_CALL = "from visavis.sealing import forbid_core_dumps\nforbid_core_dumps()\n"
_MAIN = """
import sys
from visavis.cli import main
sys.argv = ["visavis", "--version"]
try:
    main()
except SystemExit:
    print()
"""


@pytest.mark.parametrize("program", [_CALL, _MAIN], ids=["library", "command line"])
def test_neither_the_limit_nor_the_flag_lets_one_through(program: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", program + _REPORT], check=True, capture_output=True, text=True
    )
    assert json.loads(done.stdout.splitlines()[-1]) == [0, 0, 0]


def test_importing_alone_changes_nothing() -> None:
    program = "import visavis.sealing\n" + _REPORT
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert json.loads(done.stdout)[2] == 1
