"""Coverage-guided fuzzing of everything that reads a picture's bytes.

    scripts/fuzz .venv 60

Any exception but `visavis.errors.Error` is a finding; so are a crash, 10 seconds, or 2 GiB.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["visavis", "PIL"]):
    from tests.imaging.hostile import mend, small
    from visavis.errors import Error
    from visavis.imaging import Image
    from visavis.imaging._exif import read_orientation
    from visavis.imaging._icc import read_profile
    from visavis.imaging.pnm import read_pnm

_SEED_BYTES = 4096  # larger seeds only slow the fuzzer down


def check(data: bytes) -> None:
    """Read the same bytes in every way there is."""
    for read in (Image.from_bytes, read_pnm):
        try:
            read(mend(data)).full()
        except Error:
            continue
    read_orientation(data)
    profile = read_profile(data)
    if profile is not None:
        _ = profile.is_srgb


def write_seeds(folder: Path) -> None:
    for number, (_, content) in enumerate(small(seed=1)):
        if len(content) <= _SEED_BYTES:
            (folder / f"seed-{number}").write_bytes(content)
    (folder / "seed-pnm").write_bytes(b"P5 # comment\n20 20\n255\n" + bytes(400))


if __name__ == "__main__":
    write_seeds(Path(sys.argv[1]))
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()
