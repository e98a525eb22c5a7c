"""A tail streamed in blocks must be the tail of the whole."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evaluation.crossed import Law
from visavis.errors import InputInvalid, ScoresTooFew
from visavis.evaluation import Uncertainty
from visavis.evaluation._drawn_points import Impostors, draw_bounds
from visavis.evaluation._pair_sums import complete_sum
from visavis.evaluation._tail import Tail, TailBuilder

BLOCKS = st.lists(st.lists(st.integers(0, 12), max_size=30), max_size=6)


def built(blocks: list[list[int]], keep: int) -> Tail:
    builder = TailBuilder(keep=keep)
    seen = 0
    for block in blocks:
        numbers = np.arange(seen, seen + len(block), dtype=np.int32)
        builder.add(np.array(block, dtype=np.float32), numbers, numbers + np.int32(1))
        seen += len(block)
    return builder.build()


@settings(deadline=None)
@given(BLOCKS, st.integers(1, 20))
def test_holds_exactly_what_is_above_its_floor(blocks: list[list[int]], keep: int) -> None:
    whole = [score for block in blocks for score in block]
    tail = built(blocks, keep)
    assert tail.comparisons == len(whole)
    assert tail.scores.size <= keep
    assert tail.scores.tolist() == sorted((s for s in whole if s > tail.floor), reverse=True)
    assert [whole[i] for i in tail.first] == tail.scores.tolist()
    assert np.all(tail.second == tail.first + 1)
    if len(whole) <= keep:
        assert tail.floor == -np.inf
    else:
        assert tail.floor == sorted(whole, reverse=True)[keep]


@settings(deadline=None)
@given(BLOCKS, st.integers(1, 20), st.integers(0, 6))
def test_tails_of_parts_are_the_tail_of_all(blocks: list[list[int]], keep: int, cut: int) -> None:
    whole = built(blocks, keep)
    builder = TailBuilder(keep=keep)
    builder.add_tail(built(blocks[:cut], keep))
    builder.add_tail(built(blocks[cut:], keep))
    merged = builder.build()
    assert merged.scores.tolist() == whole.scores.tolist()
    assert (merged.floor, merged.comparisons) == (whole.floor, whole.comparisons)


def test_a_tail_is_enough_for_the_draws_of_a_threshold() -> None:
    scores = Law(people=60, share=0.4).draw(np.random.default_rng(8))
    pairing = scores.pairing
    assert pairing is not None
    how, rates = Uncertainty(resamples=300), [Fraction(1, 50), Fraction(1, 100)]
    whole = draw_bounds(Impostors.of(scores.impostor, pairing, "comparisons"), rates, how)

    def of_tail(keep: int) -> Impostors:
        builder = TailBuilder(keep=keep)
        for part in np.array_split(np.random.default_rng(1).permutation(scores.impostor.size), 9):
            builder.add(scores.impostor[part], pairing.first[part], pairing.second[part])
        everybody = complete_sum(np.ones(60, dtype=np.bool_), each=1.0)
        return Impostors(tail=builder.build(), weights=None, whole=everybody, people=60)

    np.testing.assert_array_equal(draw_bounds(of_tail(300), rates, how), whole)
    with pytest.raises(ScoresTooFew):
        draw_bounds(of_tail(20), rates, how)


def test_refuses_what_cannot_be() -> None:
    with pytest.raises(InputInvalid):
        TailBuilder(keep=0)
    with pytest.raises(InputInvalid):
        TailBuilder(keep=3).add(np.zeros(2), np.zeros(1, np.int32), np.zeros(2, np.int32))
    empty = TailBuilder(keep=3).build()
    assert (empty.scores.size, empty.comparisons) == (0, 0)
