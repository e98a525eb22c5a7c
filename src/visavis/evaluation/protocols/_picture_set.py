"""Folders as people: a set of pictures, numbered."""

from __future__ import annotations

import glob
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from visavis.errors import InputInvalid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visavis.evaluation._people import Codes

__all__ = ["PictureSet"]

_ENDINGS: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".pgm", ".ppm"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PictureSet:
    """Pictures of people. Pictures and people are numbered in the order of their paths.

    Its ``repr`` and what is made of it show numbers only, no name of a file or a person.

    Attributes:
        name: of the set.
        paths: one for each picture, in order.
        person: number of the person of each picture (int32).
    """

    name: str
    paths: tuple[Path, ...]
    person: Codes

    @classmethod
    def open(cls, where: str, *, name: str | None = None) -> PictureSet:
        """Find the pictures of a set: ``PERSON/PICTURE`` below a folder.

        So are laid out Labeled Faces in the Wild, the Face Research Lab London Set and AT&T's
        Database of Faces.

        Args:
            where: a folder with one folder a person; or a pattern of pictures such as
                ``frll/*/*_0[38].jpg``, each in the folder of its person.
            name: of the set, for reports; the folder's own or the pattern's end by default.

        Raises:
            InputInvalid: there is no such folder, or no picture there.
        """
        folder = Path(where)
        if folder.is_dir():
            found = folder.glob("*/*")
            named = folder.resolve().name
        else:
            found = (Path(path) for path in glob.iglob(where))  # noqa: PTH207 - it may be absolute
            named = "/".join(folder.parts[-3:])
        paths = sorted(path for path in found if path.suffix.lower() in _ENDINGS and path.is_file())
        if not paths:
            raise InputInvalid("there are no pictures: a set is PERSON/PICTURE below a folder")
        people = {person: code for code, person in enumerate(sorted({p.parent for p in paths}))}
        codes = np.array([people[path.parent] for path in paths], dtype=np.int32)
        return cls(name=name or named, paths=tuple(paths), person=codes)

    def only(self, numbers: NDArray[np.int64]) -> PictureSet:
        """Some of the pictures, they and their people numbered anew.

        Args:
            numbers: of the pictures, ascending.
        """
        return PictureSet(
            name=self.name,
            paths=tuple(self.paths[number] for number in numbers.tolist()),
            person=np.unique(self.person[numbers], return_inverse=True)[1].astype(np.int32),
        )

    @property
    def people(self) -> int:
        """How many people there are."""
        return int(self.person[-1]) + 1

    def __repr__(self) -> str:
        return f"<PictureSet {self.name}: {len(self.paths)} pictures of {self.people} people>"

    def digest(self) -> str:
        """SHA-256 of the names, sizes and times of all files: another picture, another digest."""
        digest = hashlib.sha256()
        for path in self.paths:
            told = path.stat()
            line = f"{path.parent.name}/{path.name}\0{told.st_size}\0{told.st_mtime_ns}\n"
            digest.update(line.encode(errors="surrogateescape"))
        return digest.hexdigest()
