"""Merkle trees as in RFC 6962 and RFC 9162: hashes, roots, proofs, and their verification.

Sizes and indices are those of leaves; a range is [start, end). ``k`` below is the largest power of
two smaller than ``n``, where a tree of ``n`` leaves is split.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from visavis.errors import InputInvalid, LogProofInvalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

HASH_SIZE = 32  # bytes: SHA-256

Ranges = tuple[tuple[int, int], ...]


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00, leaf): RFC 6962, section 2.1."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01, left, right): RFC 6962, section 2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of the tree without leaves."""


class Frontier:
    """A tree that only grows, of which only the right edge is kept: 32 bytes a power of two.

    The roots of the perfect subtrees that the size's binary digits name, largest first. A tree of a
    million leaves has at most 20 of them.
    """

    __slots__ = ("_peaks", "size")

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """An empty tree, or the one whose ``size`` and ``peaks`` were kept.

        Raises:
            InputInvalid: these cannot be a tree's.
        """
        if size < 0 or len(peaks) != size.bit_count() or any(len(p) != HASH_SIZE for p in peaks):
            raise InputInvalid("size and peaks do not belong together")
        self.size = size
        self._peaks = list(peaks)

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """What to keep, with the size, to go on later."""
        return tuple(self._peaks)

    def append(self, hashed: bytes) -> None:
        """Add a leaf by its ``leaf_hash``."""
        carried = self.size
        while carried & 1:
            hashed = node_hash(self._peaks.pop(), hashed)
            carried >>= 1
        self._peaks.append(hashed)
        self.size += 1

    def root(self) -> bytes:
        """The root of the tree as it is now."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root


def root_of(hashed: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, in one pass and little memory."""
    frontier = Frontier()
    for one in hashed:
        frontier.append(one)
    return frontier.root()


def inclusion_ranges(index: int, size: int) -> Ranges:
    """The ranges whose roots are the inclusion proof of a leaf: RFC 6962, section 2.1.1.

    Raises:
        InputInvalid: the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise InputInvalid("the tree has no such leaf")
    ranges = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return tuple(reversed(ranges))


def consistency_ranges(old: int, new: int) -> Ranges:
    """The ranges whose roots show that the old tree begins the new one: RFC 6962, section 2.1.2.

    Empty where there is nothing to show: equal sizes, or an empty old tree (RFC 9162 asks for
    neither).

    Raises:
        InputInvalid: the old tree is larger than the new one.
    """
    if not 0 <= old <= new:
        raise InputInvalid("the old tree is larger than the new one")
    if old in (0, new):
        return ()
    ranges = []
    start, end = 0, new
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:
        ranges.append((start, end))  # the old root itself is known only if it starts at 0
    return tuple(reversed(ranges))


def prove(ranges: Ranges, leaf_hashes: Callable[[int, int], Iterable[bytes]]) -> tuple[bytes, ...]:
    """The proof: the root of each range.

    Args:
        ranges: from ``inclusion_ranges`` or ``consistency_ranges``.
        leaf_hashes: gives the leaf hashes of a range in order, for instance out of a database.
    """
    return tuple(root_of(leaf_hashes(start, end)) for start, end in ranges)


def verify_inclusion(
    hashed: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Return if the leaf with this ``leaf_hash`` stands at ``index`` in the tree of this root.

    Raises:
        LogProofInvalid: the proof does not show that.
    """
    if not 0 <= index < size:
        raise LogProofInvalid("a tree of this size has no such leaf")
    computed = hashed
    for (start, _), sibling in _paired(inclusion_ranges(index, size), proof):
        right = start > index
        computed = node_hash(computed, sibling) if right else node_hash(sibling, computed)
    if computed != root:
        raise LogProofInvalid("the leaf is not in the tree of this root")


def verify_consistency(
    *, old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Return if the tree of the new root begins with the tree of the old one.

    Raises:
        LogProofInvalid: the proof does not show that.
    """
    if not 0 <= old_size <= new_size:
        raise LogProofInvalid("the log has become shorter")
    pairs = _paired(consistency_ranges(old_size, new_size), proof)
    if old_size == 0:
        if old_root != EMPTY_ROOT:
            raise LogProofInvalid("the root of the empty tree is another")
        return  # every tree begins with the empty one
    computed_old = computed_new = old_root
    if pairs and pairs[0][0][1] == old_size:  # the old tree's right edge, where it is no whole tree
        computed_old = computed_new = pairs.pop(0)[1]
    for (start, _), sibling in pairs:
        if start >= old_size:
            computed_new = node_hash(computed_new, sibling)
        else:
            computed_old = node_hash(sibling, computed_old)
            computed_new = node_hash(sibling, computed_new)
    if computed_old != old_root or computed_new != new_root:
        raise LogProofInvalid("the new log does not begin with the old one")


def _paired(ranges: Ranges, proof: Sequence[bytes]) -> list[tuple[tuple[int, int], bytes]]:
    if len(proof) != len(ranges) or any(len(one) != HASH_SIZE for one in proof):
        raise LogProofInvalid("the proof has another length than these sizes ask for")
    return list(zip(ranges, proof, strict=True))


def _split(size: int) -> int:
    """The largest power of two smaller than ``size``, which is at least 2."""
    return 1 << (size - 1).bit_length() - 1
