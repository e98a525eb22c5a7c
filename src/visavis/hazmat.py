"""Raw embeddings and comparison scores. Read this before using them.

An embedding is biometric data. Whoever holds it can compare it with any photograph, for years, and
a face cannot be changed. visavis itself never stores one that its holder's claim does not seal.
A comparison score leaks what it was made from: some tens of scores against chosen pictures are
enough to rebuild a template. So neither belongs in a database, a log or an answer to a client.

This module is for evaluation: measuring error rates on pictures whose people agreed to that. It
compares one face with one face; it is not a building block of a search, and visavis has none.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from visavis.errors import InputInvalid
from visavis.face import Extractor
from visavis.models import find_pack

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from visavis.comparison import Decision
    from visavis.imaging import Image

__all__ = ["comparison_score", "embed"]


def embed(image: Image) -> NDArray[np.float32]:
    """Embeds the dominant face of a picture with the default pack. No gate is applied.

    Size and number of faces are not checked: of several, the largest is taken. The picture and its
    mirror image are averaged, as verification does with a probe. References are the mean of several
    crops (docs/decisions/0015), so the score of a decision is a little different.

    Returns:
        float32 [128], Euclidean norm 1. Compare two by their dot product, higher is more alike.

    Raises:
        FaceNone: there is no face in the picture.
    """
    extractor = _default_extractor()
    (embedding,) = extractor.embed([extractor.find_dominant(image)], mirror=True)
    return embedding.vector


def comparison_score(decision: Decision) -> float:
    """The cosine that a decision of ``Verifier.compare`` rests on, from -1 to 1.

    Raises:
        InputInvalid: the decision carries none; those of sealed references never do.
    """
    if decision._score is None:  # noqa: SLF001 - this module is the one way to it
        raise InputInvalid("this decision carries no comparison score")
    return decision._score  # noqa: SLF001


@cache
def _default_extractor() -> Extractor:
    return Extractor.load(find_pack("dlib"))
