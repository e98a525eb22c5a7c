"""SHA-256 of files and of packs."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING

from visavis.models._manifest import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from visavis.models._manifest import Embedder, Manifest, PackFile

__all__ = ["PREPROCESSING", "embedding_digest", "is_pinned", "pack_digest"]

PREPROCESSING = 1
"""Version of what our own code does between a picture and the embedder: finding, aligning, scaling.
To be raised when a change there makes embeddings that should not be compared with older ones."""


def is_pinned(path: Path, file: PackFile) -> bool:
    """Whether there is a readable file at ``path`` of the size and SHA-256 that ``file`` pins."""
    try:
        with path.open("rb") as opened:
            if os.fstat(opened.fileno()).st_size != file.size:
                return False
            return hashlib.file_digest(opened, "sha256").hexdigest() == file.sha256
    except OSError:
        return False


def pack_digest(manifest: Manifest) -> str:
    """Name everything about a pack that can change a decision.

    Covered: the schema version, each role's kind and its files' SHA-256 in their order, every
    setting of the embedder's input and output, and every threshold of the card. Not covered: names,
    texts, where files come from, and the measurements that stand beside a threshold.

    The digest is SHA-256 over ``visavis.pack.v1``, a line feed, and JSON in ASCII with sorted keys
    and no spaces. Numbers with a fraction stand as C99 hexadecimal floats (``0x1.0p-8`` padded to
    13 digits, as ``float.hex`` writes them; never a negative zero), FMRs as decimals (``1e-4``).

    Returns:
        64 lower-case hexadecimal digits.
    """
    content = {
        "schema": SCHEMA,
        "detectors": [[each.kind, _hashes(each.files)] for each in manifest.detectors],
        "landmarks": [manifest.landmarks.kind, _hashes(manifest.landmarks.files)],
        "embedder": _embedder(manifest.embedder),
        "thresholds": sorted(
            [cell.reference_samples, cell.probe_samples, f"{cell.fmr:e}", _hex(cell.threshold)]
            for cell in manifest.cells
        ),
    }
    return _digest("visavis.pack.v1", content)


def embedding_digest(manifest: Manifest) -> str:
    """Name everything about a pack that can change an embedding, and nothing else.

    Stored references carry it: embeddings with the same digest may be compared. Covered: the
    version of our preprocessing, the first detector (the one in use), the landmarks, and the
    embedder with its settings. Not covered: thresholds, so that a recalibrated card leaves every
    enrolment as it is; the other detectors. See docs/decisions/0007.

    The form is that of `pack_digest`, behind ``visavis.embedding.v1``.

    Returns:
        64 lower-case hexadecimal digits.
    """
    detector = manifest.detectors[0]
    content = {
        "preprocessing": PREPROCESSING,
        "detector": [detector.kind, _hashes(detector.files)],
        "landmarks": [manifest.landmarks.kind, _hashes(manifest.landmarks.files)],
        "embedder": _embedder(manifest.embedder),
    }
    return _digest("visavis.embedding.v1", content)


def _embedder(embedder: Embedder) -> dict[str, object]:
    crops = [embedder.crops_at_enrolment, embedder.crops_at_verification]
    return {
        "kind": embedder.kind,
        "files": _hashes([embedder.file]),
        "input_size": embedder.input_size,
        "channel_order": embedder.channel_order,
        "mean": [_hex(value) for value in embedder.mean],
        "scale": [_hex(value) for value in embedder.scale],
        "alignment": embedder.alignment,
        "output_dimension": embedder.output_dimension,
        "output_normalisation": embedder.output_normalisation,
        "flip_at_enrolment": embedder.flip_at_enrolment,
        "flip_at_verification": embedder.flip_at_verification,
        "score": embedder.score,
        # Left out where there is one, so that no pack from before there were more has another name.
        **({} if crops == [1, 1] else {"crops": crops}),
    }


def _digest(domain: str, content: Mapping[str, object]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{domain}\n{text}".encode("ascii")).hexdigest()


def _hashes(files: Iterable[PackFile]) -> list[str]:
    return [file.sha256 for file in files]


def _hex(value: float) -> str:
    return (value + 0.0).hex()  # adding zero turns -0.0 into 0.0
