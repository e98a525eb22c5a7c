"""One simulated session: rendered and looked at, and what the detector says of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.liveness_simulation._judge import AFTER_COLOURS, BEFORE_TURN, judge
from benchmarks.liveness_simulation._kept import Agreements, Kept
from benchmarks.liveness_simulation._person import load
from benchmarks.liveness_simulation._species import SPECIES, Part
from benchmarks.liveness_simulation._watch import Watched, asked_of, watch
from visavis.comparison import operating_point
from visavis.face import Extractor
from visavis.liveness import Challenge, Mode, choose_frames, session_frames
from visavis.models import find_pack

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.liveness_simulation._sessions import Take
    from visavis.imaging import Image
    from visavis.liveness import LightMeasure, Liveness

__all__ = ["SAME_PERSON", "SEED", "Laboratory"]

SEED: Final = 37

SAME_PERSON: Final = ("1e-4", "1e-2")
"""FMR of the default pack's points for one sample each: both frontal, and one in mid-turn."""

_SUBJECT: Final = "simulation"


@dataclass(frozen=True, slots=True)
class Laboratory:
    """What every simulated session needs.

    Attributes:
        folder: of the shared photographs.
        extractor: of the default pack.
        mirror: whether the pack embeds probes with their mirror image, as its points assume.
        thresholds: of `SAME_PERSON`.
    """

    folder: Path
    extractor: Extractor
    mirror: bool
    thresholds: tuple[float, float]

    @classmethod
    def of(cls, folder: Path) -> Laboratory:
        """With the default pack."""
        pack = find_pack("dlib")
        frontal, turned = (
            operating_point(pack.cells, fmr=fmr, reference_samples=1, probe_samples=1).threshold
            for fmr in SAME_PERSON
        )
        return cls(
            folder, Extractor.load(pack), pack.embedder.flip_at_verification, (frontal, turned)
        )

    def render(self, species: str, number: int, other: int) -> Kept:
        """Render a session and see what the service would see of it, the telling part first.

        Args:
            species: of `SPECIES`.
            number: of the person.
            other: of somebody else: whose eyes look through a cut-out, and whose reference a
                genuine session is compared with as a wrong person's.
        """
        person = load(self.folder, number, self.extractor)
        needed = species in ("genuine", "cut-out")
        somebody = load(self.folder, other, self.extractor) if needed else person
        challenge, before = _challenges(species, number)

        def take() -> Take:
            rng = np.random.default_rng([SEED, _place(species), number])
            made = SPECIES[species].make
            return made(person, somebody, asked_of(challenge), asked_of(before), rng)

        if SPECIES[species].first is not Part.ALL:
            part, _ = self._watch(take(), SPECIES[species].first, person.albedo)
            if self.record(species, number, part) is not None:
                return part
        kept, watched = self._watch(take(), Part.ALL, person.albedo)
        agreements = self._agreements(
            kept, watched, challenge, own=person.reference, other=somebody.reference
        )
        return replace(kept, agreements=agreements)

    def record(self, species: str, number: int, kept: Kept) -> dict[str, Any] | None:
        """What the detector says, or None where it must be rendered whole."""
        challenge, _ = _challenges(species, number)
        judged = judge(kept, challenge, thresholds=self.thresholds, first=SPECIES[species].first)
        if judged is None:
            return None
        return {
            "species": species,
            "person": number,
            "albedo": round(kept.albedo, 4),
            "coding": kept.coding,
            "reasons": [str(reason) for reason in judged.reasons],
            "scores": {name: round(score, 4) for name, score in judged.scores.items()},
            "light": judged.light and _light(judged.light),
            "measures": _measures(judged.liveness),
        }

    def _watch(self, take: Take, part: Part, albedo: float) -> tuple[Kept, Watched]:
        script = take.script
        turn = len(take.asked.colours)
        first, last = {
            Part.ALL: (0.0, script.ended),
            Part.COLOURS: (0.0, script.shown[turn] + AFTER_COLOURS),
            Part.FIRST_TURN: (script.shown[turn] - BEFORE_TURN, script.shown[turn + 1]),
        }[part]
        watched = watch(take, self.extractor, first=first, last=last)
        whole = part is Part.ALL
        coding = take.camera.coding.value
        kept = Kept(whole, albedo, coding, script.shown, script.ended, watched.observations)
        return kept, watched

    def _agreements(
        self, kept: Kept, watched: Watched, challenge: Challenge, *, own: Image, other: Image
    ) -> Agreements:
        seen = session_frames(kept.observations, shown=kept.shown, ended=kept.ended)
        chosen = choose_frames(seen, challenge=challenge, shown=kept.shown, ended=kept.ended)
        if not chosen.frontal:
            return Agreements.none()
        times = [seen[place].time for place in chosen.all]
        faces = watched.embeddings(times, self.extractor, mirror=self.mirror)
        references = self.extractor.embed(
            [self.extractor.find(image) for image in (own, other)], mirror=self.mirror
        )
        vectors = np.stack([face.vector for face in faces]).astype(np.float64)
        with_own, with_other = (vectors @ reference.vector for reference in references)
        return Agreements(np.array(times), vectors @ vectors[0], with_own, with_other)


def _place(species: str) -> int:
    return list(SPECIES).index(species)


def _challenges(species: str, number: int) -> tuple[Challenge, Challenge]:
    """What is asked, and what another session asked."""
    nonces = np.random.default_rng([SEED, _place(species), number, 1])
    asked, before = (
        Challenge.derive(nonces.bytes(32), subject=_SUBJECT, mode=Mode.LIGHT_AND_TURNS)
        for _ in range(2)
    )
    return asked, before


def _measures(liveness: Liveness | None) -> dict[str, Any] | None:
    if liveness is None:
        return None
    found = liveness.measures
    return {
        "turns": [round(turn.reached, 3) for turn in found.turns],
        "on_the_way": [turn.on_the_way for turn in found.turns],
        "opposite": [round(turn.opposite, 3) for turn in found.turns],
        "continuity": found.continuity and _rounded(asdict(found.continuity)),
        "agreement": found.agreement,
        "turned_agreement": found.turned_agreement,
    }


def _light(measure: LightMeasure) -> dict[str, float]:
    found = asdict(measure)
    return _rounded(found | found.pop("reflection"))


def _rounded(measure: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in measure.items()}
