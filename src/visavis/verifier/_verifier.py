"""The use cases that look at faces: compare, enrol, verify."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from visavis.comparison import ATTENDED, Decision, decide, operating_point
from visavis.errors import EnrolmentUnknown, OperatingPointAbsent
from visavis.extraction import ENROL_GATES, LocalChain, require_samples
from visavis.face import Extractor
from visavis.models import Provider, find_pack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal
    from pathlib import Path
    from typing import Self
    from uuid import UUID

    from visavis.comparison import Profile
    from visavis.extraction import Chain, Picture, Sample
    from visavis.models import Manifest
    from visavis.sealing import Claim
    from visavis.verifier._comparison import Comparison
    from visavis.verifier._enrolment import Enrolment, GivenConsent
    from visavis.verifier._once import Once
    from visavis.verifier._vault import Vault
    from visavis.verifier._verification import Verification

__all__ = ["DEFAULT_FMR", "Verifier"]

DEFAULT_FMR = "1e-4"
"""NIST SP 800-63A-4 and 63B-4 ask for a false match rate of 1:10,000 or better."""


class Verifier:
    """Answers one question: do these samples show the person whom those show?

    A verifier may be shared by threads. An error about one picture names it in ``input``:
    ``probes[0]``.

    >>> from visavis import Image, Verifier
    >>> verifier = Verifier.default()  # doctest: +SKIP
    >>> decision = verifier.compare(
    ...     references=[Image.open("passport.jpg")], probes=[Image.open("selfie.jpg")]
    ... )  # doctest: +SKIP
    >>> decision.require_match()  # doctest: +SKIP
    """

    def __init__(self, chain: Chain) -> None:
        """As `default` and `of_pack` make them, or with pictures looked at by ``Processes``."""
        self._chain = chain

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
        cls,
        pack: Manifest,
        *,
        provider: Provider = Provider.CPU,
        home: Path | None = None,
        cache: Path | None = None,
    ) -> Self:
        """A verifier with another model pack.

        Args:
            pack: which.
            provider: what runs its networks; refused where it is not here, never replaced.
            home: visavis's data folder, with the pack's files; the platform's own by default.
            cache: the folder of converted models; the platform's own by default.

        Raises:
            Error: as `default`; ``model.corrupt`` where the pack's files cannot be used,
                ``model.unavailable`` where the provider cannot.
        """
        extractor = Extractor.load(pack, provider=provider, home=home, cache=cache)
        return cls(LocalChain.of(extractor, pack))

    def compare(
        self,
        *,
        references: Sequence[Picture | Sample],
        probes: Sequence[Picture | Sample],
        fmr: str | Decimal = DEFAULT_FMR,
    ) -> Decision:
        """Compares samples of one person with samples of another or the same. Nothing is kept.

        Several samples on a side are fused; two or three different ones err far less than one.

        Args:
            references: 1 to 5 samples of the person in question, such as a document's portrait:
                pictures or contents of their files, or each a `Sample` of the frames of one
                capture.
            probes: 1 to 5 samples of the person who is here.
            fmr: the false match rate wanted. There must be an operating point for it and for these
                counts of samples; none is interpolated.

        Raises:
            InputInvalid: too few or too many samples.
            OperatingPointAbsent: the pack's card has no such operating point.
            FaceNone, FaceSeveral: in a picture there is no face, or no dominant one.
            FaceTooSmall: in a picture the eyes are less than 32 pixels apart.
            FramesDisagree: the frames of a sample do not show one person.
            Error: ``quality.*``, a picture does not pass a gate of `VERIFY_GATES`.
        """
        require_samples(references, "references")
        require_samples(probes, "probes")
        counts = {"reference_samples": len(references), "probe_samples": len(probes)}
        point = operating_point(self._chain.pack.cells, fmr=fmr, **counts)
        return decide(
            self._chain.references(references, "references"),
            self._chain.probes(probes, "probes"),
            point=point,
        )

    def enrol(
        self,
        vault: Vault,
        *,
        samples: Sequence[Picture | Sample],
        consent: GivenConsent,
        once: Once | None = None,
    ) -> Enrolment:
        """Enrols a person, who is there and agrees, and gives them their claim.

        The samples are fused and sealed under the claim, and then gone. Nobody can open the record
        without the claim, which is kept nowhere: hand it to the holder.

        Args:
            vault: where.
            samples: 1 to 5 samples of the person; two or three different ones are advised. Each is
                a picture, or a `Sample` of the frames of one capture.
            consent: what the person agreed to. Only for its purpose can they be verified.
            once: the request. A repeated one gets a fresh claim for the same enrolment.

        Raises:
            InputInvalid: too few or too many samples, or the consent is none.
            SamplesDisagree: two samples do not match each other, at the operating point for one
                sample each.
            OperatingPointAbsent: the pack's card has no point for so many reference samples.
            FaceNone, FaceSeveral: in a picture there is no face, or no dominant one.
            FaceTooSmall: in a picture the eyes are less than 60 pixels apart.
            FramesDisagree: the frames of a sample do not show one person.
            Error: ``quality.*``, a picture does not pass a gate of `ENROL_GATES`.
            Error: ``store.*``, ``keyring.*``; nothing was kept.
        """
        from visavis.verifier import _enrol  # noqa: PLC0415 - loads the store; comparing has none

        require_samples(samples, "samples")
        operating_point(
            self._chain.pack.cells, fmr=DEFAULT_FMR, reference_samples=len(samples), probe_samples=1
        )
        embeddings = self._chain.references(samples, "samples", gates=ENROL_GATES)
        _enrol.require_agreement(embeddings, pack=self._chain.pack, fmr=DEFAULT_FMR)
        return _enrol.store_enrolment(
            vault, embeddings, pack=self._chain.pack, consent=consent, once=once
        )

    def verify(
        self,
        vault: Vault,
        *,
        claim: Claim,
        probes: Sequence[Picture | Sample],
        purpose: str,
        enrolment_id: UUID | None = None,
        profile: Profile = ATTENDED,
        terminal: str | None = None,
        audience: str | None = None,
        nonce: str | None = None,
        transaction: Mapping[str, Any] | None = None,
        once: Once | None = None,
    ) -> Verification:
        """Is the person in the probes the one who enrolled and got this claim?

        Counts as a failed attempt from the moment it is reserved until it is a match. No answer
        leaves before it is in the log, and it carries no score.

        Args:
            vault: where they enrolled.
            claim: the holder's.
            probes: 1 to 5 samples of the person who is here, as many as the card has points for:
                pictures or contents of their files, or each a `Sample` of the frames of one
                capture.
            purpose: what for; the holder must have consented to it.
            enrolment_id: the one of the account concerned. Give it wherever there is an account:
                without it, anybody's claim and face will do.
            profile: how sure, on what evidence, after how many attempts.
            terminal: the institution's word for where this is, to count failures by.
            audience: who shall rely on the receipt; the institution itself by default.
            nonce: what whoever relies on it wants to know the answer by.
            transaction: what is confirmed, a JSON object; the receipt carries its salted hash.
            once: the request. Ask it first whether it was answered.

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
            Error: about a picture, as for `compare`; it is no attempt.
            Error: ``store.*``, ``keyring.*``; if the attempt was reserved, it stays counted.
        """
        from visavis.receipts import Question  # noqa: PLC0415 - as in `enrol`
        from visavis.verifier._attempt import Attempt  # noqa: PLC0415

        question = Question(audience=audience, nonce=nonce, transaction=transaction)
        attempt = Attempt(
            vault=vault,
            claim=claim,
            purpose=purpose,
            consented=purpose,
            enrolment_id=enrolment_id,
            profile=profile,
            terminal=terminal,
            question=question,
            once=once,
        )
        return attempt.decide(self._comparison(probes, profile=profile))

    def renew(
        self,
        vault: Vault,
        *,
        claim: Claim,
        probes: Sequence[Picture],
        enrolment_id: UUID | None = None,
        profile: Profile = ATTENDED,
        terminal: str | None = None,
        once: Once | None = None,
    ) -> Enrolment:
        """Gives a holder a new claim for the reference that their present claim opens.

        The present claim goes on working until the new one's first use, and is then refused. A
        renewal that was not used gives way to the next one. It is an attempt like a verification:
        whoever copied a claim cannot renew it without the face (docs/decisions/0008).

        Args:
            vault: where they enrolled.
            claim: the holder's present one.
            probes: 1 to 5 pictures of the person who is here, as many as the card has points for.
            enrolment_id: the one of the account concerned.
            profile: how sure, on what evidence, after how many attempts.
            terminal: the institution's word for where this is, to count failures by.
            once: the request. A repeated one gets a fresh claim until its claim was used.

        Returns:
            The new claim, with the ids as they were.

        Raises:
            NonMatch: the probes do not match the reference; it counts as a failed attempt.
            Error: as for `verify`. The claim is refused, too, where no consent holds any more.
        """
        from visavis.verifier import _renew  # noqa: PLC0415 - as in `enrol`

        attempt = _renew.attempt_to_renew(
            vault,
            claim=claim,
            enrolment_id=enrolment_id,
            profile=profile,
            terminal=terminal,
            once=once,
        )
        return _renew.renew(attempt, self._comparison(probes, profile=profile))

    def needs_renewal(
        self, vault: Vault, *, claim: Claim | None = None, enrolment_id: UUID | None = None
    ) -> bool:
        """Whether the reference was made with another pack, so that new samples are needed.

        Give one of the two. By enrolment_id, a renewal that waits for its first use is enough.

        Raises:
            InputInvalid: neither or both are given.
            EnrolmentUnknown: there is no such enrolment.
            Error: ``store.*``.
        """
        from visavis.verifier import _upkeep  # noqa: PLC0415 - as in `enrol`

        digests = _upkeep.model_digests(vault, claim=claim, enrolment_id=enrolment_id)
        if not digests:
            raise EnrolmentUnknown("there is no such enrolment")
        return self._chain.embedding not in digests

    def re_enrol(
        self,
        vault: Vault,
        *,
        claim: Claim,
        samples: Sequence[Picture],
        previous: Verifier | None = None,
        enrolment_id: UUID | None = None,
        terminal: str | None = None,
    ) -> Enrolment:
        """Gives an enrolment a new reference, made with this verifier's pack, and a new claim.

        Enrolment and consent stay. As for `renew`, the present claim and reference live until the
        new claim's first use. Tell the holder, and by another way than the claim came.

        Args:
            vault: where they enrolled.
            claim: the holder's present one.
            samples: 2 to 5 different pictures, fit to enrol with. They agree with each other, and
                each matches the present reference by itself, at the card's strictest points.
            previous: a verifier with the pack that the present reference was made with, where that
                is not this one's: it compares.
            enrolment_id: the one of the account concerned.
            terminal: the institution's word for where this is, to count failures by.

        Returns:
            The new claim, with the ids as they were.

        Raises:
            NonMatch: a sample does not match the present reference; it counts as a failed attempt.
            EnrolmentNeedsRenewal: neither verifier can compare the reference, see
                `re_enrol_attended`; it counts as a failed attempt.
            InputInvalid: too few or too many samples, or two of them are the same.
            SamplesDisagree: two samples do not match each other.
            Error: as for `enrol` and `verify`. The claim is refused, too, where no consent holds.
        """
        from visavis.verifier import _re_enrol, _renew, _upkeep  # noqa: PLC0415 - as in `enrol`

        new = _re_enrol.NewReference.of(samples, chain=self._chain)
        made_with = _upkeep.model_digests(vault, claim=claim)
        chain = self._chain
        if previous is not None and chain.embedding not in made_with:
            chain = previous._chain  # noqa: SLF001 - of this class
        attempt = _renew.attempt_to_renew(
            vault, claim=claim, enrolment_id=enrolment_id, profile=ATTENDED, terminal=terminal
        )
        comparison = _re_enrol.strict_comparison(samples, chain=chain)
        return new.replace_by_face(attempt, comparison)

    def re_enrol_attended(
        self, vault: Vault, *, claim: Claim, samples: Sequence[Picture], enrolment_id: UUID
    ) -> Enrolment:
        """As `re_enrol`, where no verifier can compare the present reference any more.

        No face shows that it is the same person: staff has identified the holder by other means,
        and answers for it. The log says so (docs/decisions/0008).

        Args:
            vault: where they enrolled.
            claim: the holder's present one; it must open the present reference.
            samples: as for `re_enrol`.
            enrolment_id: the one of the account of the person whom staff has identified.

        Raises:
            VerificationRefused: as for `verify`; or no consent holds any more.
            InputInvalid: as for `re_enrol`, or this verifier can compare the reference.
            Error: as for `enrol`.
        """
        from visavis.verifier import _re_enrol  # noqa: PLC0415 - as in `enrol`

        new = _re_enrol.NewReference.of(samples, chain=self._chain)
        return new.replace_attended(vault, claim=claim, enrolment_id=enrolment_id)

    @staticmethod
    def forget(
        vault: Vault, *, claim: Claim | None = None, enrolment_id: UUID | None = None
    ) -> None:
        """Deletes everything of an enrolment: see `visavis.verifier.forget`. It needs no model."""
        from visavis.verifier import _upkeep  # noqa: PLC0415 - as in `enrol`

        _upkeep.forget(vault, claim=claim, enrolment_id=enrolment_id)

    def _comparison(self, probes: Sequence[Picture | Sample], *, profile: Profile) -> Comparison:
        """What to compare a sealed reference with, so far as it can be known to be satisfied."""
        from visavis.verifier._comparison import Comparison  # noqa: PLC0415 - as in `enrol`

        require_samples(probes, "probes")
        profile.require_evidence()
        # Early, for there is no reference that could be compared with these.
        asked, cells = (profile.fmr, len(probes)), self._chain.pack.cells
        if not any((cell.fmr, cell.probe_samples) == asked for cell in cells):
            raise OperatingPointAbsent(
                f"the model card has no FMR {profile.fmr:e} for {len(probes)} probe samples"
            )
        return Comparison.of(probes, chain=self._chain, profile=profile)
