"""How many sealed references one core opens and compares in a second, without the database.

This field boasts of a billion comparisons a day: 11,574 a second. Here each one has a claim of its
own: derive the locator, find the row in a dictionary, open its three layers with the key ring on
disk, read 128 float32 values, and compare them with the probe by cosine.
"""

from __future__ import annotations

import statistics
import tempfile
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks._evidence import write
from visavis.sealing import Binding, Claim, FileKeyRing, KeyRing, Sealed, seal, unseal

if TYPE_CHECKING:
    from numpy.typing import NDArray

BILLION_A_DAY = 1_000_000_000 / 86_400

_INSTITUTION = "default"
_RECORDS = 1_000
_ROUNDS = 50


def main() -> None:
    """Opens per second, median and best: ``docs/evidence/open_sealed.json``."""
    random = np.random.default_rng(0)
    probe = random.standard_normal(128, dtype=np.float32)
    probe /= np.linalg.norm(probe)
    with tempfile.TemporaryDirectory() as folder:
        key_ring = FileKeyRing.create(Path(folder) / "keys.json")
        key_ring.add_institution(_INSTITUTION)
        claims, rows = _enrol(key_ring, random)
        rates = [_RECORDS / _round(claims, rows, key_ring, probe) for _ in range(_ROUNDS)]
    print(
        f"open and compare one sealed reference, one core: median {statistics.median(rates):,.0f},"
        f" best {max(rates):,.0f} a second (n = {_ROUNDS} x {_RECORDS:,};"
        f" a billion a day is {BILLION_A_DAY:,.0f})"
    )
    results = {
        "open and compare, one core, a second": {
            "median": round(statistics.median(rates)),
            "best": round(max(rates)),
            "n": f"{_ROUNDS} x {_RECORDS:,}",
            "a billion a day": round(BILLION_A_DAY),
        }
    }
    write("open_sealed", results)


def _enrol(
    key_ring: KeyRing, random: np.random.Generator
) -> tuple[list[Claim], dict[bytes, tuple[Binding, Sealed]]]:
    claims = [Claim.generate(institution=_INSTITUTION) for _ in range(_RECORDS)]
    rows = {}
    for claim in claims:
        binding = Binding(
            institution=_INSTITUTION,
            locator=claim.locator(institution=_INSTITUTION),
            enrolment_id=uuid.uuid4(),
            model_digest=bytes(32),
            consent_id=uuid.uuid4(),
        )
        reference = random.standard_normal(128, dtype=np.float32)
        reference /= np.linalg.norm(reference)
        sealed = seal(
            reference.tobytes(), claim=claim, kek=key_ring.current(_INSTITUTION), binding=binding
        )
        rows[binding.locator] = (binding, sealed)
    return claims, rows


def _round(
    claims: list[Claim],
    rows: dict[bytes, tuple[Binding, Sealed]],
    key_ring: KeyRing,
    probe: NDArray[np.float32],
) -> float:
    """Seconds of one core to open and compare every record once; vectors have unit length."""
    highest = -1.0
    start = time.process_time()  # one thread works, and others' work on this machine is not ours
    for claim in claims:
        binding, sealed = rows[claim.locator(institution=_INSTITUTION)]
        opened = unseal(sealed, claim=claim, key_ring=key_ring, binding=binding)
        highest = max(highest, float(np.frombuffer(opened, dtype=np.float32) @ probe))
    seconds = time.process_time() - start
    if not -1.0 <= highest <= 0.9:
        raise RuntimeError("random vectors are never that similar: something was not opened")
    return seconds


if __name__ == "__main__":
    main()
