from __future__ import annotations

import hashlib

import pytest

from tests.models.pack_factory import CELL, TINY, with_cells
from visavis.models import pack_digest
from visavis.models._manifest_toml import parse_manifest

# The digest's form is public: another program must be able to compute it. This text was written by
# hand after the docstring of `pack_digest`; the two hashes are those of fixed bytes.
DETECTOR = hashlib.sha256(b"detector").hexdigest()
EMBEDDER = hashlib.sha256(b"embedder").hexdigest()
CANONICAL = (
    '{"detectors":[["yunet",["' + DETECTOR + '"]]],'
    '"embedder":{"alignment":"arcface-112","channel_order":"BGR","files":["' + EMBEDDER + '"],'
    '"flip_at_enrolment":true,"flip_at_verification":false,"input_size":[112,112],"kind":"onnx",'
    '"mean":["0x1.fe00000000000p+6","0x1.fe00000000000p+6","0x1.fe00000000000p+6"],'
    '"output_dimension":16,"output_normalisation":"l2",'
    '"scale":["0x1.0000000000000p-7","0x1.0000000000000p-7","0x1.0000000000000p-7"],'
    '"score":"cosine"},"landmarks":["from-detector",[]],"schema":1,'
    '"thresholds":[[1,2,"1e-3","0x1.e000000000000p-1"]]}'
)
GOLDEN = "64a2c750cbf341ff51e5ecc410bb1553ba45fd903bcbc0d3ccad310badfc7f69"


def _pinned(text: str) -> str:
    """Replace the hashes of the two ONNX files, which may differ between releases of onnx."""
    hashes = [line.split('"')[1] for line in text.splitlines() if line.startswith("sha256")]
    return text.replace(hashes[0], DETECTOR).replace(hashes[1], EMBEDDER)


PACK = with_cells(_pinned(TINY), CELL)


def _digest(text: str) -> str:
    return pack_digest(parse_manifest(text.encode()))


def test_the_digest_is_the_hash_of_the_documented_text() -> None:
    assert _digest(PACK) == hashlib.sha256(b"visavis.pack.v1\n" + CANONICAL.encode()).hexdigest()
    assert _digest(PACK) == GOLDEN


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (DETECTOR, EMBEDDER.replace("a", "b")),
        ('channel_order = "BGR"', 'channel_order = "RGB"'),
        ("mean = [127.5,", "mean = [127.25,"),
        ("scale = [0.0078125,", "scale = [0.0078126,"),
        ("output_dimension = 16", "output_dimension = 17"),
        ('output_normalisation = "l2"', 'output_normalisation = "none"'),
        ("flip_at_enrolment = true", "flip_at_enrolment = false"),
        ("flip_at_verification = false", "flip_at_verification = true"),
        ('score = "cosine"', 'score = "cosine"\ncrops_at_enrolment = 3'),
        ('score = "cosine"', 'score = "cosine"\ncrops_at_verification = 3'),
        ("threshold = 0.9375", "threshold = 0.9376"),
        ('fmr = "1e-3"', 'fmr = "1e-4"'),
        ("reference_samples = 1", "reference_samples = 2"),
        (CELL, "[card]\ncells = []\n"),
    ],
)
def test_whatever_can_change_a_decision_changes_the_digest(old: str, new: str) -> None:
    assert old in PACK
    assert _digest(PACK.replace(old, new, 1)) != GOLDEN


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "tiny"', 'name = "other"'),
        ('title = "A tiny pack"', 'title = "Another"'),
        ('url = "https://example.org/', 'url = "https://example.net/'),
        ("detector.onnx", "renamed.onnx"),
        ("people = 142", "people = 150"),
    ],
)
def test_names_addresses_and_measurements_do_not(old: str, new: str) -> None:
    assert old in PACK
    assert _digest(PACK.replace(old, new)) == GOLDEN


def test_zero_has_one_digest() -> None:
    zero = PACK.replace("mean = [127.5,", "mean = [0,")
    assert _digest(zero) == _digest(PACK.replace("mean = [127.5,", "mean = [-0.0,"))


def test_the_order_of_cells_does_not_matter() -> None:
    other = CELL.replace("probe_samples = 2", "probe_samples = 3")
    text = _pinned(TINY)
    assert _digest(with_cells(text, CELL, other)) == _digest(with_cells(text, other, CELL))
