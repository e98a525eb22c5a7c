"""A reference as the bytes that are sealed.

One layout, all numbers big-endian but the vector, which is little-endian as in memory::

    version 1 (1) | preprocessing (2) | samples (1) | dimension (2) | dimension x float32

Of several samples, their fused embedding is kept, and how many they were: the threshold depends on
that number (DESIGN section 5), and less is kept of the face. All references of a pack are equally
long.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from visavis.errors import EnrolmentNeedsRenewal
from visavis.models import PREPROCESSING

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Reference"]

_VERSION = 1
_HEAD = struct.Struct(">BHBH")
_FLOAT32 = np.dtype("<f4")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reference:
    """What is kept of the samples of an enrolment; its ``repr`` shows nothing.

    Attributes:
        vector: float32 [d], Euclidean norm 1.
        samples: how many were fused, from 1.
    """

    vector: NDArray[np.float32]
    samples: int

    def encode(self) -> bytes:
        """The bytes to seal: 6 + 4 d."""
        head = _HEAD.pack(_VERSION, PREPROCESSING, self.samples, len(self.vector))
        return head + self.vector.astype(_FLOAT32).tobytes()

    @classmethod
    def decode(cls, encoded: bytes) -> Reference:
        """Read what `encode` wrote.

        Raises:
            EnrolmentNeedsRenewal: it is of another version. The bytes were authenticated, so some
                visavis wrote them.
        """
        if len(encoded) >= _HEAD.size:
            version, preprocessing, samples, dimension = _HEAD.unpack_from(encoded)
            rest = encoded[_HEAD.size :]
            if (version, preprocessing) == (_VERSION, PREPROCESSING) and (
                samples >= 1 and len(rest) == _FLOAT32.itemsize * dimension
            ):
                return cls(np.frombuffer(rest, _FLOAT32).astype(np.float32), samples)
        raise EnrolmentNeedsRenewal("the reference is of a version that this visavis does not read")

    def __repr__(self) -> str:
        return f"Reference(samples={self.samples})"
