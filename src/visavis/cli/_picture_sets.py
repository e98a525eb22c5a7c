"""Sets of pictures given on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visavis.cli._progress import progress_bar
from visavis.verifier import VERIFY_GATES

if TYPE_CHECKING:
    from pathlib import Path

    from visavis.evaluation.protocols import PictureSet
    from visavis.evaluation.protocols._embedded_set import EmbeddedSet

__all__ = ["embed"]


def embed(
    pictures: PictureSet,
    *,
    pack: str,
    home: Path | None,
    centred: bool,
    run: Path,
    processes: int,
    keep: bool,
) -> EmbeddedSet:
    """Embeds a set with a pack, and shows how far it is.

    Raises:
        Error: as `visavis.evaluation.protocols.embed_set`.
    """
    from visavis.evaluation.protocols import Acquisition  # noqa: PLC0415 - slow
    from visavis.evaluation.protocols._embedded_set import embed_set  # noqa: PLC0415 - slow

    how = Acquisition(
        pack=pack,
        home=home,
        central=centred,
        gate=VERIFY_GATES.require,
    )
    with progress_bar(f"embedding {pictures.name}") as progress:
        return embed_set(
            pictures, how, folder=run, processes=processes, progress=progress, keep=keep
        )
