"""How far the activations of dlib's network reach, so that 8-bit integers can stand for them.

A person's machine has no photographs to measure that on, so ``benchmarks/int8_ranges.py`` measured
it once. Its file lists one or two numbers for each activation, of many pictures together: nobody's
template follows from them.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from visavis.errors import ModelCorrupt
from visavis.models._digest import pack_digest

if TYPE_CHECKING:
    from visavis.models._manifest import Manifest

__all__ = ["BlockRanges", "Int8Ranges", "int8_digest", "int8_ranges", "read_int8_ranges"]

_FILE = Path(__file__).with_name("packs") / "dlib_int8_ranges.toml"
_SHA256 = "7b1902f4cc104a8163418644fbd2bd6fd1e325b1d7bbdc7664c73e9d8c53a846"


@dataclass(frozen=True, slots=True)
class BlockRanges:
    """Of one residual block.

    Attributes:
        first: greatest value of its first ReLU, whose least is 0.
        second: least and greatest value of its second convolution.
        total: greatest value of its second ReLU, that of the sum.
    """

    first: float
    second: tuple[float, float]
    total: float


@dataclass(frozen=True, slots=True)
class Int8Ranges:
    """Of the network.

    Attributes:
        weights: SHA-256 of the ``.dat`` file that they were measured with.
        stem: greatest value of the ReLU before the residual blocks.
        blocks: of the residual blocks, in their order.
    """

    weights: str
    stem: float
    blocks: tuple[BlockRanges, ...]


def int8_ranges() -> Int8Ranges:
    """The ranges that come with visavis.

    Raises:
        ModelCorrupt: their file is not the one that visavis knows.
    """
    return read_int8_ranges(_FILE.read_bytes())


def read_int8_ranges(data: bytes) -> Int8Ranges:
    """Reads the content of that file.

    Raises:
        ModelCorrupt: it is something else.
    """
    if hashlib.sha256(data).hexdigest() != _SHA256:
        raise ModelCorrupt("the file of int8 ranges is damaged; reinstall visavis")
    content = tomllib.loads(data.decode())
    blocks = (
        BlockRanges(first=each["first"], second=tuple(each["second"]), total=each["total"])
        for each in content["blocks"]
    )
    return Int8Ranges(content["weights_sha256"], content["stem"], tuple(blocks))


def int8_digest(pack: Manifest) -> str:
    """Names a pack whose embedder computes in 8-bit integers, as `pack_digest` names it otherwise.

    The version in it is raised whenever `build_resnet_int8` changes what it writes.

    Returns:
        64 lower-case hexadecimal digits.
    """
    content = f"visavis.int8.v1\n{pack_digest(pack)}\n{_SHA256}"
    return hashlib.sha256(content.encode("ascii")).hexdigest()
