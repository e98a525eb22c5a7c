"""One simulated session: rendered, judged, and written down."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.liveness_simulation._judge import SAME_PERSON, asked_of, judge
from benchmarks.liveness_simulation._person import load
from benchmarks.liveness_simulation._species import SPECIES
from visavis.comparison import operating_point
from visavis.face import Extractor
from visavis.liveness import Challenge, Mode
from visavis.models import find_pack

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.liveness_simulation._judge import Judged
    from benchmarks.liveness_simulation._person import Person
    from benchmarks.liveness_simulation._sessions import Take
    from visavis.liveness import ContinuityMeasure, LightMeasure, Liveness

__all__ = ["SEED", "Laboratory"]

SEED: Final = 7

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

    def session(self, species: str, number: int, other: int) -> dict[str, Any]:
        """Render and judge one session.

        Args:
            species: of `SPECIES`.
            number: of the person.
            other: of somebody else: whose eyes look through a cut-out, and whose reference a
                genuine session is compared with as a wrong person's.
        """
        kind = list(SPECIES).index(species)
        person = load(self.folder, number, self.extractor)
        needed = species in ("genuine", "cut-out")
        somebody = load(self.folder, other, self.extractor) if needed else person
        nonces = np.random.default_rng([SEED, kind, number, 1])
        challenge, before = (
            Challenge.derive(nonces.bytes(32), subject=_SUBJECT, mode=Mode.LIGHT_AND_TURNS)
            for _ in range(2)
        )

        def take() -> Take:
            rng = np.random.default_rng([SEED, kind, number])
            made = SPECIES[species].make
            return made(person, somebody, asked_of(challenge), asked_of(before), rng)

        judged = judge(
            take,
            challenge,
            self.extractor,
            thresholds=self.thresholds,
            mirror=self.mirror,
            first=SPECIES[species].first,
        )
        compared = {"own": person, "other": somebody} if judged.probes else {}
        return {
            "species": species,
            "person": number,
            "albedo": round(person.albedo, 4),
            "reasons": [str(reason) for reason in judged.reasons],
            "scores": {
                name: round(self._best_score(judged, who), 4) for name, who in compared.items()
            },
            "light": judged.light and _rounded(judged.light),
            "measures": _measures(judged.liveness),
        }

    def _best_score(self, judged: Judged, person: Person) -> float:
        """The highest score of a probe with somebody's reference: the best of several tries."""
        face = self.extractor.find(person.reference)
        (reference,) = self.extractor.embed([face], mirror=self.mirror)
        return max(float(reference.vector @ probe.vector) for probe in judged.probes)


def _measures(liveness: Liveness | None) -> dict[str, Any] | None:
    if liveness is None:
        return None
    found = liveness.measures
    return {
        "turns": [round(turn.reached, 3) for turn in found.turns],
        "opposite": [round(turn.opposite, 3) for turn in found.turns],
        "continuity": found.continuity and _rounded(found.continuity),
        "agreement": found.agreement,
        "turned_agreement": found.turned_agreement,
    }


def _rounded(measure: LightMeasure | ContinuityMeasure) -> dict[str, float]:
    return {name: round(value, 4) for name, value in asdict(measure).items()}
