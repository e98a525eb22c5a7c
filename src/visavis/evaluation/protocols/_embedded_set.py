"""A whole set of pictures embedded, by several processes, going on where a run stopped."""

from __future__ import annotations

import hashlib
import multiprocessing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from visavis.errors import InputInvalid, ScoresTooFew
from visavis.evaluation.protocols._run_file import RunFile, keys_folder
from visavis.evaluation.protocols._sample import Sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from visavis.evaluation._people import Codes
    from visavis.evaluation.protocols._acquire import Acquisition
    from visavis.evaluation.protocols._picture_set import PictureSet

__all__ = ["EmbeddedSet", "both_usable", "embed_set"]

_CHUNK: Final = 64
"""Pictures between two writes: about two seconds of work may be lost."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class EmbeddedSet:
    """What became of a set of pictures. Biometric data: never written anywhere as it is.

    Attributes:
        pictures: the set.
        samples: the outcome of each picture, in order.
        model: digest of the pack.
    """

    pictures: PictureSet
    samples: tuple[Sample, ...]
    model: str

    def __repr__(self) -> str:
        return f"<EmbeddedSet {self.pictures!r}>"

    def usable(self, *, gates: bool) -> NDArray[np.bool_]:
        """For each picture, whether it takes part in comparisons."""
        return np.array(
            [each.vector is not None and not (gates and each.gate) for each in self.samples]
        )

    def vectors(self, *, gates: bool) -> tuple[NDArray[np.float32], Codes]:
        """The embeddings of usable pictures, float32 [n, d], and the person of each.

        Raises:
            ScoresTooFew: no picture is usable.
        """
        usable = self.usable(gates=gates)
        rows = [
            each.vector
            for each, take in zip(self.samples, usable, strict=True)
            if take and each.vector is not None
        ]
        if not rows:
            raise ScoresTooFew("no picture gave an embedding")
        return np.stack(rows), self.pictures.person[usable]

    def references(self, *, gates: bool) -> NDArray[np.float32]:
        """The same pictures embedded as references, float32 [n, d]; most packs make no difference.

        Raises:
            ScoresTooFew: no picture is usable.
        """
        vectors, _ = self.vectors(gates=gates)
        usable = self.usable(gates=gates)
        rows = [each.reference for each, take in zip(self.samples, usable, strict=True) if take]
        others = [row for row in rows if row is not None]
        return np.stack(others) if others else vectors

    def failures(self, *, gates: bool) -> list[tuple[int, str]]:
        """Number and reason of each picture that was not acquired."""
        reasons = (each.gate if gates else each.failure for each in self.samples)
        return [(number, reason) for number, reason in enumerate(reasons) if reason]


def embed_set(
    pictures: PictureSet,
    how: Acquisition,
    *,
    folder: Path,
    keys: Path | None = None,
    processes: int = 2,
    progress: Callable[[int, int], None] | None = None,
    keep: bool = False,
) -> EmbeddedSet:
    """Embed every picture. An interrupted run goes on where it stopped.

    Args:
        pictures: the set.
        how: the pack, and whose face is meant.
        folder: holds the unfinished run's embeddings, encrypted.
        keys: folder of the keys of unfinished runs, apart from `folder`; the user's by default.
        processes: that embed; with 1 it is this one.
        progress: told how many pictures are done, and of how many.
        keep: leave the encrypted embeddings and their key, for the next run.

    Raises:
        RunMismatch: `folder` holds an unfinished run of something else, or one whose key is gone.
        ModelUnknown: there is no such pack.
        ModelMissing: a file of it is not installed.
    """
    about = hashlib.sha256(f"{how.settings}\n{pictures.digest()}".encode()).digest()
    run = RunFile.open(folder, about=about, keys=keys or keys_folder())
    total = len(pictures.paths)
    if progress is not None:
        progress(len(run.samples), total)
    for samples in _chunks(pictures.paths[len(run.samples) :], how, processes):
        run.add(samples)
        if progress is not None:
            progress(len(run.samples), total)
    embedded = EmbeddedSet(pictures=pictures, samples=tuple(run.samples), model=how.model)
    if not keep:
        run.delete()
    return embedded


def _chunks(paths: Sequence[Path], how: Acquisition, processes: int) -> Iterator[Sequence[Sample]]:
    chunks = [paths[start : start + _CHUNK] for start in range(0, len(paths), _CHUNK)]
    if processes == 1 or len(chunks) < 2:  # noqa: PLR2004 - starting processes takes a second
        for chunk in chunks:
            yield [how(path) for path in chunk]
        return
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for chunk in chunks:
            yield pool.map(how, chunk, chunksize=4)


def both_usable(one: EmbeddedSet, other: EmbeddedSet) -> tuple[EmbeddedSet, EmbeddedSet]:
    """Two systems on the same pictures, each without those that gave the other no face.

    Raises:
        InputInvalid: they did not see the same pictures.
    """
    if one.pictures.paths != other.pictures.paths:
        raise InputInvalid("the two systems did not see the same pictures")
    pairs = list(zip(one.samples, other.samples, strict=True))
    failed = [ours.failure or theirs.failure for ours, theirs in pairs]
    return (_without(one, failed), _without(other, failed))


def _without(embedded: EmbeddedSet, failed: Sequence[str]) -> EmbeddedSet:
    samples = [
        Sample(vector=None, failure=failure, gate=failure) if failure else each
        for each, failure in zip(embedded.samples, failed, strict=True)
    ]
    return replace(embedded, samples=tuple(samples))
