"""The use cases that look at faces: compare, enrol, verify."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from visavis.comparison import ATTENDED, Decision, decide, operating_point
from visavis.errors import Error, InputInvalid, OperatingPointAbsent
from visavis.face import Extractor
from visavis.models import embedding_digest, find_pack, pack_digest
from visavis.verifier._gates import EYES_TO_COMPARE, EYES_TO_ENROL, require_eye_distance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal
    from pathlib import Path
    from typing import Self
    from uuid import UUID

    from visavis.comparison import Profile
    from visavis.face import Embedding
    from visavis.imaging import Image
    from visavis.models import Manifest
    from visavis.sealing import Claim
    from visavis.verifier._enrol import Enrolment, GivenConsent
    from visavis.verifier._vault import Vault
    from visavis.verifier._verification import Verification

__all__ = ["DEFAULT_FMR", "MAX_SAMPLES", "Verifier"]

DEFAULT_FMR = "1e-4"
"""NIST SP 800-63A-4 and 63B-4 ask for a false match rate of 1:10,000 or better."""

MAX_SAMPLES = 5
"""On each side. More say little that is new, and no threshold is calibrated for them."""


class Verifier:
    """Answers one question: do these samples show the person whom those show?

    A verifier may be shared by threads.

    >>> from visavis import Image, Verifier
    >>> verifier = Verifier.default()  # doctest: +SKIP
    >>> decision = verifier.compare(
    ...     references=[Image.open("passport.jpg")], probes=[Image.open("selfie.jpg")]
    ... )  # doctest: +SKIP
    >>> decision.outcome  # doctest: +SKIP
    <Outcome.MATCH: 'match'>
    """

    def __init__(self, *, extractor: Extractor, pack: Manifest) -> None:
        if extractor.model != pack_digest(pack):
            raise InputInvalid("the operating points of this pack are not for this extractor")
        self._extractor = extractor
        self._pack = pack
        self._embedding = bytes.fromhex(embedding_digest(pack))

    @classmethod
    def default(cls) -> Self:
        """A verifier with the default model pack, ``dlib``, on one thread of the CPU.

        The first call on a machine converts the weights, which takes about ten seconds.

        Raises:
            ModelMissing: the packages that carry the weights are not installed.
            ModelDigestMismatch: they are not the files that visavis knows.
        """
        return cls.of_pack(find_pack("dlib"))

    @classmethod
    def of_pack(
        cls, pack: Manifest, *, home: Path | None = None, cache: Path | None = None
    ) -> Self:
        """A verifier with another model pack.

        Args:
            pack: which.
            home: visavis's data folder, with the pack's files; the platform's own by default.
            cache: the folder of converted models; the platform's own by default.

        Raises:
            Error: as `default`; ``model.corrupt`` where the pack's files cannot be used.
        """
        return cls(extractor=Extractor.load(pack, home=home, cache=cache), pack=pack)

    def compare(
        self,
        *,
        references: Sequence[Image],
        probes: Sequence[Image],
        fmr: str | Decimal = DEFAULT_FMR,
    ) -> Decision:
        """Compares samples of one person with samples of another or the same. Nothing is kept.

        Several samples on a side are fused; two or three different ones err far less than one.

        Args:
            references: 1 to 5 pictures of the person in question, such as a document's portrait.
            probes: 1 to 5 pictures of the person who is here.
            fmr: the false match rate wanted. There must be an operating point for it and for these
                counts of samples; none is interpolated.

        Returns:
            The decision. A non-match is a decision like another, not an error.

        Raises:
            InputInvalid: too few or too many samples.
            OperatingPointAbsent: the pack's card has no such operating point.
            FaceNone: in a picture there is no face.
            FaceSeveral: in a picture there are several faces, none of them dominant.
            FaceTooSmall: in a picture the eyes are less than 40 pixels apart.

            An error about one picture names it in ``input``: ``probes[0]``.
        """
        for samples in (references, probes):
            _require_count(samples)
        point = operating_point(
            self._pack.cells, fmr=fmr, reference_samples=len(references), probe_samples=len(probes)
        )
        settings = self._pack.embedder
        return decide(
            self._embeddings(references, "references", mirror=settings.flip_at_enrolment),
            self._embeddings(probes, "probes", mirror=settings.flip_at_verification),
            point=point,
        )

    def enrol(self, vault: Vault, *, samples: Sequence[Image], consent: GivenConsent) -> Enrolment:
        """Enrols a person, who is there and agrees, and gives them their claim.

        The samples are fused and sealed under the claim, and then gone. Nobody can open the record
        without the claim, which is kept nowhere: hand it to the holder.

        Args:
            vault: where.
            samples: 1 to 5 pictures of the person; two or three different ones are advised.
            consent: what the person agreed to. Only for its purpose can they be verified.

        Raises:
            InputInvalid: too few or too many samples, or the consent is none.
            SamplesDisagree: two samples do not match each other, at the operating point for one
                sample each.
            OperatingPointAbsent: the pack's card has no point for so many reference samples.
            FaceNone: in a picture there is no face.
            FaceSeveral: in a picture there are several faces, none of them dominant.
            FaceTooSmall: in a picture the eyes are less than 60 pixels apart.
            Error: ``store.*``, ``keyring.*``; nothing was kept.

            An error about one picture names it in ``input``: ``samples[0]``.
        """
        from visavis.verifier import _enrol  # noqa: PLC0415 - loads the store; comparing has none

        _require_count(samples)
        operating_point(
            self._pack.cells, fmr=DEFAULT_FMR, reference_samples=len(samples), probe_samples=1
        )
        mirror = self._pack.embedder.flip_at_enrolment
        embeddings = self._embeddings(samples, "samples", mirror=mirror, eyes=EYES_TO_ENROL)
        _enrol.require_agreement(embeddings, pack=self._pack, fmr=DEFAULT_FMR)
        return _enrol.store_enrolment(vault, embeddings, pack=self._pack, consent=consent)

    def verify(
        self,
        vault: Vault,
        *,
        claim: Claim,
        probes: Sequence[Image],
        purpose: str,
        enrolment_id: UUID | None = None,
        profile: Profile = ATTENDED,
        terminal: str | None = None,
        audience: str | None = None,
        nonce: str | None = None,
        transaction: Mapping[str, Any] | None = None,
    ) -> Verification:
        """Is the person in the probes the one who enrolled and got this claim?

        Counts as a failed attempt from the moment it is reserved until it is a match. No answer
        leaves before it is in the log, and it carries no score.

        Args:
            vault: where they enrolled.
            claim: the holder's.
            probes: 1 to 5 pictures of the person who is here, as many as the card has points for.
            purpose: what for; the holder must have consented to it.
            enrolment_id: the one of the account concerned. Give it wherever there is an account:
                without it, anybody's claim and face will do.
            profile: how sure, on what evidence, after how many attempts.
            terminal: the institution's word for where this is, to count failures by.
            audience: who shall rely on the receipt; the institution itself by default.
            nonce: what whoever relies on it wants to know the answer by.
            transaction: what is confirmed, a JSON object such as an amount and a payee. The
                receipt carries its salted hash.

        Returns:
            The decision, its leaf, and a receipt where the vault has keys to sign with. A
            non-match is an answer like another, not an error.

        Raises:
            VerificationRefused: the claim is unknown, forgotten, another's or another institution's
                or not of this enrolment, or there is no consent to the purpose. Which, is not said.
            EnrolmentDelayed, TerminalDelayed: after failures; nothing was compared.
            EnrolmentDisabled: after too many failures; nothing was compared.
            EnrolmentNeedsRenewal: the reference was made with another pack.
            ProfileUnsatisfied: the profile asks for evidence that there is none of.
            OperatingPointAbsent: the pack's card has no point for these counts of samples.
            InputInvalid: too few or too many probes, purpose or terminal are no words, or
                audience, nonce or transaction are not fit for a receipt.
            FaceNone: in a picture there is no face.
            FaceSeveral: in a picture there are several faces, none of them dominant.
            FaceTooSmall: in a picture the eyes are less than 40 pixels apart.
            Error: ``store.*``, ``keyring.*``; if the attempt was reserved, it stays counted.

            An error about one picture names it in ``input``: ``probes[0]``. It is no attempt.
        """
        from visavis.receipts import Question  # noqa: PLC0415 - as in `enrol`
        from visavis.verifier._attempt import Attempt  # noqa: PLC0415

        _require_count(probes)
        question = Question(audience=audience, nonce=nonce, transaction=transaction)
        profile.require_evidence()
        if not any(
            (cell.fmr, cell.probe_samples) == (profile.fmr, len(probes))
            for cell in self._pack.cells
        ):
            raise OperatingPointAbsent(
                f"the model card has no FMR {profile.fmr:e} for {len(probes)} probe samples"
            )
        attempt = Attempt(
            vault=vault,
            card=self._pack.cells,
            embedding=self._embedding,
            profile=profile,
            purpose=purpose,
            claim=claim,
            enrolment_id=enrolment_id,
            terminal=terminal,
            question=question,
        )
        mirror = self._pack.embedder.flip_at_verification
        return attempt.decide(self._embeddings(probes, "probes", mirror=mirror))

    @staticmethod
    def forget(
        vault: Vault, *, claim: Claim | None = None, enrolment_id: UUID | None = None
    ) -> None:
        """Deletes everything of an enrolment: see `visavis.verifier.forget`. It needs no model."""
        from visavis.verifier import _upkeep  # noqa: PLC0415 - as in `enrol`

        _upkeep.forget(vault, claim=claim, enrolment_id=enrolment_id)

    def _embeddings(
        self,
        images: Sequence[Image],
        side: str,
        *,
        mirror: bool,
        eyes: int = EYES_TO_COMPARE,
    ) -> list[Embedding]:
        faces = []
        for position, image in enumerate(images):
            try:
                face = self._extractor.find(image)
                require_eye_distance(face, at_least=eyes)
            except Error as error:
                error.input = f"{side}[{position}]"
                raise
            faces.append(face)
        return self._extractor.embed(faces, mirror=mirror)


def _require_count(samples: Sequence[Image]) -> None:
    if not 1 <= len(samples) <= MAX_SAMPLES:
        raise InputInvalid(f"each side takes 1 to {MAX_SAMPLES} samples")
