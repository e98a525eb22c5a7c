"""Rotates a store's records, as a process that can be killed and whose memory can be measured.

    python -m tests.records.rotator URL

The key ring comes from the environment. Every line is JSON: after each batch how many records are
done, at the end also the peak of the memory.
"""

from __future__ import annotations

import json
import os
import resource
import sys

from visavis.records import open_store, rotate
from visavis.sealing import EnvironmentKeyRing


def say(**content: object) -> None:
    print(json.dumps(content), flush=True)  # noqa: T201 - read by the test


def peak() -> int:
    """The most memory that this process has had so far, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    key_ring = EnvironmentKeyRing(os.environ)
    with open_store(sys.argv[1]) as store:
        at_first = peak()
        done = rotate(
            store,
            key_ring=key_ring,
            institution="default",
            progress=lambda rotated: say(rotated=rotated),
        )
    say(
        rotated=done.rotated,
        refused=done.refused,
        remaining=done.remaining,
        peak=peak(),
        growth=peak() - at_first,
    )


if __name__ == "__main__":
    main()
