"""The extractor of a verifier that looks at pictures in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visavis.extraction import LocalChain

if TYPE_CHECKING:
    from visavis.face import Extractor
    from visavis.verifier import Verifier

__all__ = ["extractor_of"]


def extractor_of(verifier: Verifier) -> Extractor:
    """The one that it looks with."""
    chain = verifier._chain
    assert isinstance(chain, LocalChain)
    return chain.extractor
