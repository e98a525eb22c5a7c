"""How many ordinary photographs the gates refuse: sets of pictures as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks._machine import faces_folder
from benchmarks.robustness._measure import extractor
from benchmarks.robustness._store import kept
from visavis.errors import Error
from visavis.imaging import Image
from visavis.imaging.pnm import read_pnm
from visavis.quality import assess

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["SETS", "measure_set"]

SETS = {
    "frll-front": ("frll/*/neutral_*_03.jpg", "frll/*/smiling_*_08.jpg"),
    "frll-three-quarter": ("frll/*/*_3quarter_*.jpg",),
    "frll-profile": ("frll/*/*_profile_*.jpg",),
    "orl": ("orl/*/*.pgm",),
    "lfw-a": ("lfw-a/*/*.jpg",),
}
"""Files of each, under the folder of photographs."""

_AT_MOST = 1000
"""Pictures of a set, the first by name."""


def measure_set(name: str) -> Path:
    """Assesses every picture of a set, unless that was done, and returns where the result lies."""
    return kept(f"set-{name}", lambda: _measure(name))


def _measure(name: str) -> dict[str, Any]:
    paths = sorted(path for pattern in SETS[name] for path in faces_folder().glob(pattern))
    samples = [_sample(path, central=name == "lfw-a") for path in paths[:_AT_MOST]]
    return {"samples": samples, "false_matches": {}}


def _sample(path: Path, *, central: bool) -> dict[str, Any]:
    try:
        image = read_pnm(path.read_bytes()) if path.suffix == ".pgm" else Image.open(path)
        face = extractor().find_central(image) if central else extractor().find(image)
    except Error as error:
        return {"error": error.code}
    natives = {part: measure.native for part, measure in assess(face).components.items()}
    return {"eyes": face.eye_distance, "natives": natives}
