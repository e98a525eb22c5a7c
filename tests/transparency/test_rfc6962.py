from __future__ import annotations

import hashlib
import json
import tracemalloc
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.errors import InputInvalid, LogProofInvalid
from visavis.transparency import (
    EMPTY_ROOT,
    Frontier,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    prove,
    root_of,
    verify_consistency,
    verify_inclusion,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "rfc6962.json").read_text()
)
REFERENCE = [leaf_hash(bytes.fromhex(leaf)) for leaf in VECTORS["leaves"]]
ROOTS = [bytes.fromhex(root) for root in VECTORS["roots"]]

MOST = 70
HASHES = [leaf_hash(bytes([number])) for number in range(MOST)]

sizes = st.integers(0, MOST)


def from_hexadecimal(proof: list[str]) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(one) for one in proof)


def out_of(hashes: list[bytes]) -> Any:  # noqa: ANN401 - a reader of leaf hashes
    return lambda start, end: hashes[start:end]


# The definitions of RFC 6962, section 2.1, word by word.


@cache
def tree_hash(start: int, end: int) -> bytes:
    if start == end:
        return hashlib.sha256(b"").digest()
    if end - start == 1:
        return HASHES[start]
    split = start + largest_power_below(end - start)
    return hashlib.sha256(b"\x01" + tree_hash(start, split) + tree_hash(split, end)).digest()


def largest_power_below(size: int) -> int:
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def audit_path(index: int, start: int, end: int) -> list[bytes]:
    if end - start == 1:
        return []
    split = start + largest_power_below(end - start)
    if index < split:
        return [*audit_path(index, start, split), tree_hash(split, end)]
    return [*audit_path(index, split, end), tree_hash(start, split)]


def subproof(old: int, start: int, end: int, *, complete: bool) -> list[bytes]:
    if old == end:
        return [] if complete else [tree_hash(start, end)]
    split = start + largest_power_below(end - start)
    if old <= split:
        return [*subproof(old, start, split, complete=complete), tree_hash(split, end)]
    return [*subproof(old, split, end, complete=False), tree_hash(start, split)]


class TestPublishedVectors:
    @pytest.mark.parametrize("size", range(9))
    def test_roots(self, size: int) -> None:
        assert root_of(REFERENCE[:size]) == ROOTS[size]

    @pytest.mark.parametrize("vector", VECTORS["inclusion"])
    def test_inclusion(self, vector: dict[str, Any]) -> None:
        index, size = vector["index"], vector["size"]
        proof = prove(inclusion_ranges(index, size), out_of(REFERENCE))
        assert proof == from_hexadecimal(vector["proof"])
        verify_inclusion(REFERENCE[index], index=index, size=size, proof=proof, root=ROOTS[size])

    @pytest.mark.parametrize("vector", VECTORS["consistency"])
    def test_consistency(self, vector: dict[str, Any]) -> None:
        old, new = vector["old"], vector["new"]
        proof = prove(consistency_ranges(old, new), out_of(REFERENCE))
        assert proof == from_hexadecimal(vector["proof"])
        verify_consistency(
            old_size=old, old_root=ROOTS[old], new_size=new, new_root=ROOTS[new], proof=proof
        )

    def test_leaves_and_nodes_are_hashed_apart(self) -> None:
        assert leaf_hash(b"").hex() == VECTORS["roots"][1]
        assert node_hash(REFERENCE[0], REFERENCE[1]).hex() == VECTORS["roots"][2]
        assert leaf_hash(REFERENCE[0] + REFERENCE[1]) != node_hash(REFERENCE[0], REFERENCE[1])


class TestAgainstTheDefinition:
    def test_every_root(self) -> None:
        frontier = Frontier()
        for size in range(MOST):
            assert frontier.root() == tree_hash(0, size) == root_of(HASHES[:size])
            assert Frontier(size, frontier.peaks).root() == tree_hash(0, size)
            frontier.append(HASHES[size])

    def test_every_inclusion_proof(self) -> None:
        for size in range(1, MOST + 1):
            for index in range(size):
                proof = prove(inclusion_ranges(index, size), out_of(HASHES))
                assert list(proof) == audit_path(index, 0, size)
                root = tree_hash(0, size)
                verify_inclusion(HASHES[index], index=index, size=size, proof=proof, root=root)

    def test_every_consistency_proof(self) -> None:
        for new in range(1, MOST + 1):
            for old in range(1, new + 1):
                proof = prove(consistency_ranges(old, new), out_of(HASHES))
                assert list(proof) == subproof(old, 0, new, complete=True)
                verify_consistency(
                    old_size=old,
                    old_root=tree_hash(0, old),
                    new_size=new,
                    new_root=tree_hash(0, new),
                    proof=proof,
                )


class TestWrongInclusionProofs:
    @given(st.integers(1, MOST), st.data())
    def test_anything_wrong_is_refused(self, size: int, data: st.DataObject) -> None:
        index = data.draw(st.integers(0, size - 1))
        proof = list(prove(inclusion_ranges(index, size), out_of(HASHES)))
        root = tree_hash(0, size)
        other = data.draw(st.integers(0, MOST - 1))
        wrong: list[tuple[bytes, int, int, Iterable[bytes], bytes]] = [
            (HASHES[index], index, size, [*proof, bytes(32)], root),
            (HASHES[index], index, size, proof, bytes(32)),
            (HASHES[index], index, size, [one[:31] for one in proof] or [b""], root),
            (HASHES[index], -1, size, proof, root),
            (HASHES[index], size, size, proof, root),
            (HASHES[index], index, 0, proof, root),
        ]
        if other != index:
            wrong.append((HASHES[other], index, size, proof, root))
            wrong.append((HASHES[index], other, size, proof, root))
        if proof:
            at = data.draw(st.integers(0, len(proof) - 1))
            changed = bytes([proof[at][0] ^ 1]) + proof[at][1:]
            wrong.append((HASHES[index], index, size, proof[:-1], root))
            wrong.append(
                (HASHES[index], index, size, [*proof[:at], changed, *proof[at + 1 :]], root)
            )
            wrong.append((HASHES[index], index, size, [*proof[:at], *proof[at + 1 :]], root))
        if len(set(proof)) > 1:
            wrong.append((HASHES[index], index, size, proof[1:] + proof[:1], root))
        for hashed, position, of, path, head in wrong:
            with pytest.raises(LogProofInvalid):
                verify_inclusion(hashed, index=position, size=of, proof=list(path), root=head)

    def test_a_leaf_that_is_not_there(self) -> None:
        for index, size in ((0, 0), (5, 5), (-1, 5)):
            with pytest.raises(InputInvalid):
                inclusion_ranges(index, size)


class TestWrongConsistencyProofs:
    @given(sizes, sizes, st.data())
    def test_anything_wrong_is_refused(self, one: int, other: int, data: st.DataObject) -> None:
        old, new = sorted((one, other))
        right: dict[str, Any] = {
            "old_size": old,
            "old_root": tree_hash(0, old),
            "new_size": new,
            "new_root": tree_hash(0, new),
            "proof": list(prove(consistency_ranges(old, new), out_of(HASHES))),
        }
        verify_consistency(**right)
        wrong: list[dict[str, Any]] = [
            {"old_root": bytes(32)},
            {"proof": [*right["proof"], bytes(32)]},
            {"new_size": old - 1},
            {"old_size": -1},
        ]
        if old > 0:
            wrong.append({"new_root": bytes(32)})  # from nothing, everything may follow
        if right["proof"]:
            at = data.draw(st.integers(0, len(right["proof"]) - 1))
            changed = list(right["proof"])
            changed[at] = bytes([changed[at][0] ^ 1]) + changed[at][1:]
            wrong.append({"proof": changed})
            wrong.append({"proof": right["proof"][:-1]})
            wrong.append({"proof": [*right["proof"][:-1], right["proof"][-1][:31]]})
        for changes in wrong:
            with pytest.raises(LogProofInvalid):
                verify_consistency(**(right | changes))

    def test_a_rewritten_log_cannot_be_proven(self) -> None:
        """No proof out of the new log fits the old root, at any size."""
        rewritten = [leaf_hash(b"rewritten"), *HASHES[1:]]
        for old in range(1, 20):
            for new in range(old, 20):
                proof = prove(consistency_ranges(old, new), out_of(rewritten))
                with pytest.raises(LogProofInvalid):
                    verify_consistency(
                        old_size=old,
                        old_root=tree_hash(0, old),
                        new_size=new,
                        new_root=root_of(rewritten[:new]),
                        proof=proof,
                    )

    def test_a_shorter_log(self) -> None:
        with pytest.raises(InputInvalid):
            consistency_ranges(3, 2)
        with pytest.raises(InputInvalid):
            consistency_ranges(-1, 2)


class TestFrontier:
    @given(sizes, sizes)
    def test_it_goes_on_from_what_was_kept(self, one: int, other: int) -> None:
        old, new = sorted((one, other))
        kept = Frontier()
        for hashed in HASHES[:old]:
            kept.append(hashed)
        going_on = Frontier(kept.size, kept.peaks)
        for hashed in HASHES[old:new]:
            going_on.append(hashed)
        assert (going_on.size, going_on.root()) == (new, tree_hash(0, new))

    @pytest.mark.parametrize(
        ("size", "peaks"), [(-1, []), (1, []), (0, [bytes(32)]), (3, [bytes(32)]), (1, [bytes(31)])]
    )
    def test_what_cannot_be_a_tree(self, size: int, peaks: list[bytes]) -> None:
        with pytest.raises(InputInvalid):
            Frontier(size, peaks)

    def test_empty(self) -> None:
        assert Frontier().root() == EMPTY_ROOT == hashlib.sha256().digest()

    def test_many_leaves_need_little_memory(self) -> None:
        tracemalloc.start()
        frontier = Frontier()
        for number in range(20_000):
            frontier.append(leaf_hash(number.to_bytes(4, "big")))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 20_000
        assert len(frontier.peaks) == (20_000).bit_count()

    def test_proofs_of_a_large_log_are_short(self) -> None:
        assert len(inclusion_ranges(123_456_789, 10**9)) == 30
        assert len(consistency_ranges(123_456_789, 10**9)) <= 31
        assert len(inclusion_ranges(2**62, 2**63)) == 63
