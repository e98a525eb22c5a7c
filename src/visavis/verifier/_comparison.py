"""Probes that are embedded already, to be compared with the reference that a claim opens."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol

from visavis.comparison import Outcome, decide_sealed, fuse
from visavis.errors import EnrolmentNeedsRenewal
from visavis.face import Embedding
from visavis.verifier._reference import Reference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visavis.comparison import Decision, Profile
    from visavis.extraction import Chain, Picture, Sample
    from visavis.models import OperatingPoint
    from visavis.records import StoredRecord

__all__ = ["Comparison"]


class _Point(Protocol):
    def __call__(self, *, reference_samples: int, probe_samples: int) -> OperatingPoint: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a reference is compared with, and by which operating points.

    Attributes:
        embedding: digest of what determines the probes' embeddings, 32 bytes.
        point: the operating point for these counts of reference and probe samples.
        probes: sets of probes; each set is fused, and each must match by itself.
    """

    embedding: bytes
    point: _Point
    probes: tuple[Sequence[Embedding], ...] = field(repr=False)

    @classmethod
    def of(
        cls, samples: Sequence[Picture | Sample], *, chain: Chain, profile: Profile
    ) -> Comparison:
        """With these probes, embedded.

        Raises:
            Error: as ``Chain.probes``.
        """
        return cls(
            embedding=chain.embedding,
            point=partial(profile.point, chain.pack.cells),
            probes=(chain.probes(samples, "probes"),),
        )

    def decide(self, record: StoredRecord, encoded: bytes) -> Decision:
        """The decision on the first set that does not match, or else on the first.

        Raises:
            EnrolmentNeedsRenewal: the reference was made with another pack.
            OperatingPointAbsent, ProfileUnsatisfied: there is no point for these counts.
        """
        if record.binding.model_digest != self.embedding:
            raise EnrolmentNeedsRenewal("the reference was made with another model pack")
        reference = Reference.decode(encoded)
        decisions = [
            decide_sealed(
                Embedding(reference.vector, probes[0].model),
                probes,
                reference_samples=reference.samples,
                point=self.point(reference_samples=reference.samples, probe_samples=len(probes)),
            )
            for probes in self.probes
        ]
        return next((one for one in decisions if one.outcome is not Outcome.MATCH), decisions[0])

    def spend(self) -> None:
        """As much work, where there is no reference."""
        for probes in self.probes:
            fuse(probes)
