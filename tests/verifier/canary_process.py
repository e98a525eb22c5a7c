"""Enrols and verifies people, and then crashes: for a look at everything that it leaves behind.

    python -m tests.verifier.canary_process FOLDER PEOPLE guarded|open

Claims and vectors go to standard output, a pipe, for whoever looks for them. At the end it waits
for a line, so that its arguments and its files can be looked at while it runs; then it aborts.
``guarded`` forbids core dumps first, as the command line does.
"""

from __future__ import annotations

import logging
import os
import resource
import sys
from pathlib import Path

from tests.verifier.people import again, enrol, somebody, verify
from visavis.sealing import forbid_core_dumps
from visavis.verifier import Vault


def main() -> None:
    folder, people, guard = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    if guard == "guarded":
        forbid_core_dumps()
    logging.basicConfig(filename=folder / "log.txt", level=logging.DEBUG)
    url, keys = f"sqlite:///{folder}/store.db", folder / "keys" / "keyring.json"
    with Vault.create(url, keys=keys) as vault:
        holders = [enrol(vault) for _ in range(people)]
        for holder in holders:
            verify(vault, holder.claim, again(holder.person)).require_match()
            verify(vault, holder.claim, somebody())
        for holder in holders:
            vector = holder.person.vector.tobytes().hex()
            os.write(1, f"{holder.claim.reveal()} {vector}\n".encode())
        os.write(1, b"done\n")
        sys.stdin.readline()
        os.chdir(folder)  # where a core dump would go
        os.abort()


if __name__ == "__main__":
    main()
