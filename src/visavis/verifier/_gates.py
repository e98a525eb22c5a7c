"""Which samples are good enough, by what they are used for.

The limits come from the curves of `benchmarks.robustness` (``docs/robustness.md``): where the rate
of false non-matches, or of false matches, leaves what unaltered pictures give. Where no fall was
seen there is no gate. They are lenient: a gate that sends people away for nothing costs more than a
non-match, after which they try again.
"""

from __future__ import annotations

from visavis.quality import GateSet

__all__ = ["ENROL_GATES", "VERIFY_GATES"]

VERIFY_GATES = GateSet(eyes=40, gates=())
ENROL_GATES = GateSet(eyes=60, gates=())
