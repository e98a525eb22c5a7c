"""What became of one picture: an embedding, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Sample"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """The outcome of one picture.

    Attributes:
        vector: float32 [d], unit, as a probe is embedded; None where nothing was acquired.
        reference: the same as a reference is, where the pack embeds those otherwise; else None.
        failure: code of the error (``face.none``) where nothing was; else empty.
        gate: code of the error with which the gates refuse the picture; empty if they let it pass.
    """

    vector: NDArray[np.float32] | None = field(repr=False)
    failure: str
    gate: str
    reference: NDArray[np.float32] | None = field(default=None, repr=False)
