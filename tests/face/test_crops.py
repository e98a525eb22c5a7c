"""Several crops of one face, and the packs that ask for them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.pictures import as_image, portrait
from visavis import hazmat
from visavis.face import Extractor, Similarity
from visavis.face._crops import jittered, jitters
from visavis.models import find_pack
from visavis.models._manifest import MAX_CROPS
from visavis.verifier import Verifier

if TYPE_CHECKING:
    from pathlib import Path

_PLACEMENT = Similarity(0.8, -0.1, 12.0, 34.0)
_SIDE = 150


def test_no_jitter_changes_nothing() -> None:
    assert jittered(_PLACEMENT, (1 + 0j, 0j), _SIDE, _SIDE) == _PLACEMENT
    assert jitters(1) == []


def test_the_chip_turns_and_grows_about_its_centre_then_moves() -> None:
    centre = (_SIDE - 1) / 2
    quarter = jittered(_PLACEMENT, (2j, 0.1 + 0j), _SIDE, _SIDE)
    assert quarter(centre, centre) == pytest.approx(_PLACEMENT(centre + 0.1 * _SIDE, centre))
    right = _PLACEMENT(centre + 0.1 * _SIDE, centre + 2)
    assert quarter(centre + 1, centre) == pytest.approx(right)  # y points down: to the right turns


@pytest.mark.parametrize("crops", range(1, MAX_CROPS + 1, 2))
def test_pairs_are_opposite_and_small(crops: int) -> None:
    found = jitters(crops)
    assert len(found) == crops - 1
    assert sum(shift for _, shift in found) == pytest.approx(0)
    for factor, shift in found:
        assert abs(abs(factor) - 1) <= 0.03
        assert abs(np.angle(factor, deg=True)) <= 3
        assert max(abs(shift.real), abs(shift.imag)) <= 0.02


def test_their_mean_depends_less_on_where_the_landmarks_are(astronaut: Path) -> None:
    extractor = Extractor.load(find_pack("dlib"))
    face = extractor.find(as_image(portrait(astronaut)))
    other = replace(face, landmarks=face.landmarks + np.float32(2))
    other = replace(other, chip=extractor.chip(face.picture, other.landmarks))

    def agreement(crops: int) -> float:
        one, two = extractor.embed([face, other], mirror=True, crops=crops)
        assert np.linalg.norm(one.vector) == pytest.approx(1, abs=1e-6)
        return float(one.vector @ two.vector)

    assert agreement(1) < agreement(MAX_CROPS) < 1


def test_each_side_has_its_own_number(astronaut: Path) -> None:
    pack = find_pack("dlib")
    pack = replace(pack, embedder=replace(pack.embedder, crops_at_enrolment=3))
    verifier, extractor = Verifier.of_pack(pack), Extractor.load(pack)
    image, other = as_image(portrait(astronaut)), as_image(portrait(astronaut).rotate(4))
    decision = verifier.compare(references=[image], probes=[other])
    (kept,) = extractor.embed([extractor.find(image)], mirror=True, crops=3)
    (probe,) = extractor.embed([extractor.find(other)], mirror=True)
    score = hazmat.comparison_score(decision)
    assert score == pytest.approx(float(kept.vector @ probe.vector), abs=1e-6)
    assert score != pytest.approx(float(hazmat.embed(image) @ hazmat.embed(other)), abs=1e-4)
