"""The extractor of a verifier that looks at pictures in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visavis.extraction import LocalChain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from visavis.face import Extractor
    from visavis.imaging import Image
    from visavis.verifier import Verifier

__all__ = ["extractor_of", "reference_vector"]


def extractor_of(verifier: Verifier) -> Extractor:
    """The one that it looks with."""
    chain = verifier._chain
    assert isinstance(chain, LocalChain)
    return chain.extractor


def reference_vector(verifier: Verifier, image: Image) -> NDArray[np.float32]:
    """The face of a picture, embedded as at enrolment: from several crops."""
    extractor = extractor_of(verifier)
    crops = verifier._chain.pack.embedder.crops_at_enrolment
    (embedding,) = extractor.embed([extractor.find(image)], mirror=True, crops=crops)
    return embedding.vector
