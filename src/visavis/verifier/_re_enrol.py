"""New samples for an enrolment that is there: after a pack's upgrade, or of a changed face."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Self

from visavis.comparison import ATTENDED, fuse, operating_point
from visavis.errors import InputInvalid, SealingRefused, VerificationRefused
from visavis.extraction import ENROL_GATES, require_samples
from visavis.models import embedding_digest, pack_digest
from visavis.records import append_leaf, find_consent, find_record
from visavis.sealing import unseal
from visavis.transparency import Event, EventKind
from visavis.verifier._attempt import refused
from visavis.verifier._comparison import Comparison
from visavis.verifier._enrol import require_agreement
from visavis.verifier._reference import Reference
from visavis.verifier._renew import RENEWAL, seal_anew

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from visavis.comparison import Decision
    from visavis.extraction import Chain, Picture
    from visavis.face import Embedding
    from visavis.models import Manifest, OperatingPoint
    from visavis.records import StoredRecord, Transaction
    from visavis.sealing import Claim
    from visavis.verifier._attempt import Attempt
    from visavis.verifier._enrolment import Enrolment
    from visavis.verifier._vault import Vault

__all__ = ["NewReference", "strict_comparison", "strictest_point"]

_FMR = Decimal("1e-4")  # as for every verification, where a card has nothing stricter


# What shows that new samples are of the person who enrolled, as it stands in the log.
_BY_FACE = "continuity.face"
_ATTENDED = "continuity.attended"


def strictest_point(
    card: Sequence[OperatingPoint], *, reference_samples: int, probe_samples: int
) -> OperatingPoint:
    """The card's point of the lowest FMR for these counts of samples, 1e-4 or below.

    Raises:
        OperatingPointAbsent: the card has none.
    """
    rates = [
        cell.fmr
        for cell in card
        if (cell.reference_samples, cell.probe_samples) == (reference_samples, probe_samples)
    ]
    return operating_point(
        card,
        fmr=min([_FMR, *rates]),
        reference_samples=reference_samples,
        probe_samples=probe_samples,
    )


def strict_comparison(samples: Sequence[Picture], *, chain: Chain) -> Comparison:
    """Of each sample by itself, at the strictest points.

    Raises:
        FaceNone, FaceSeveral, FaceTooSmall: ``input`` names the picture.
    """
    return Comparison(
        embedding=chain.embedding,
        point=partial(strictest_point, chain.pack.cells),
        probes=tuple([probe] for probe in chain.probes(samples, "samples")),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReference:
    """New samples, which agree with each other, to take the place of a reference.

    Attributes:
        pack: that they were embedded with.
        embeddings: of two samples or more.
    """

    pack: Manifest
    embeddings: Sequence[Embedding]

    @classmethod
    def of(cls, samples: Sequence[Picture], *, chain: Chain) -> Self:
        """Of pictures that are fit to enrol with.

        Raises:
            Error: as ``Verifier.re_enrol``.
        """
        require_samples(samples, "samples", at_least=2)
        embeddings = chain.references(samples, "samples", gates=ENROL_GATES)
        point = strictest_point(chain.pack.cells, reference_samples=1, probe_samples=1)
        require_agreement(embeddings, pack=chain.pack, fmr=point.fmr)
        return cls(pack=chain.pack, embeddings=embeddings)

    def replace_by_face(self, attempt: Attempt, comparison: Comparison) -> Enrolment:
        """Put them in the place of a reference that they match.

        Raises:
            NonMatch: they do not; the attempt counts as failed.
            Error: as ``Verifier.re_enrol``.
        """
        kept: list[Enrolment] = []

        def accepted(t: Transaction, record: StoredRecord, _: bytes, __: Decision) -> None:
            kept.append(self._keep(t, attempt.vault, record, _BY_FACE))

        attempt.decide(comparison, accepted=accepted).require_match()
        return kept.pop()

    def replace_attended(self, vault: Vault, *, claim: Claim, enrolment_id: UUID) -> Enrolment:
        """Put them in the place of a reference that cannot be compared.

        Raises:
            Error: as ``Verifier.re_enrol_attended``.
        """
        today = vault.clock().astimezone(UTC).date()
        locator = claim.locator(institution=vault.institution)
        with vault.store.transaction() as t:
            record = find_record(t, vault.institution, locator)
            consent = find_consent(t, enrolment_id, purpose=None, on=today)
            if (
                record is not None
                and consent is not None
                and record.binding.enrolment_id == enrolment_id
                and _opens(vault, claim, record)
            ):
                if record.binding.model_digest == self._embedding:
                    raise InputInvalid("this reference can be compared, so it must match")
                return self._keep(t, vault, record, _ATTENDED)
            denial = Event(
                kind=EventKind.VERIFICATION_DENIED,
                institution=vault.institution,
                purpose=RENEWAL,
                profile=ATTENDED.name,
                reason=VerificationRefused.code,
            )
            append_leaf(t, denial, on=today)
        raise refused()

    def _keep(
        self, t: Transaction, vault: Vault, record: StoredRecord, continuity: str
    ) -> Enrolment:
        reference = Reference(fuse(self.embeddings).vector, len(self.embeddings))
        event = Event(
            kind=EventKind.ENROLMENT_RE_ENROLLED,
            institution=vault.institution,
            profile=ATTENDED.name,
            reason=continuity,
            model_digest=bytes.fromhex(pack_digest(self.pack)),
        )
        binding = replace(record.binding, model_digest=self._embedding)
        return seal_anew(t, vault, binding, reference.encode(), event=event)

    @property
    def _embedding(self) -> bytes:
        return bytes.fromhex(embedding_digest(self.pack))


def _opens(vault: Vault, claim: Claim, record: StoredRecord) -> bool:
    try:
        unseal(record.sealed, claim=claim, key_ring=vault.key_ring, binding=record.binding)
    except SealingRefused:
        return False
    return True
