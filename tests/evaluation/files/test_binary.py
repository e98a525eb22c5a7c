"""NumPy and Parquet files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from visavis.errors import ScoresMalformed, ScoresReaderMissing, ScoresUnreadable
from visavis.evaluation.files import read_scores

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = [("score", "f4"), ("person_a", "i8"), ("person_b", "i8")]


def npy(folder: Path, array: Any, name: str = "s") -> Path:  # noqa: ANN401 - what numpy takes
    path = folder / f"{name}.npy"
    np.save(path, array)
    return path


def test_rows_of_label_and_score(tmp_path: Path) -> None:
    scores = read_scores([npy(tmp_path, [[1, 0.5], [-1, 0.25], [1, 0.75]])])
    assert (scores.genuine.tolist(), scores.impostor.tolist()) == ([0.5, 0.75], [0.25])


def test_two_arrays_keep_their_precision(tmp_path: Path) -> None:
    one = npy(tmp_path, np.array([0.1, 0.2], dtype=np.float32), "one")
    other = npy(tmp_path, np.array([0.3], dtype=np.float32), "other")
    scores = read_scores([one, other])
    assert scores.genuine.dtype == np.float32
    assert scores.impostor.tolist() == [np.float32(0.3)]


def test_named_columns(tmp_path: Path) -> None:
    array = np.array([(0.5, 7, 7), (0.25, 7, 9)], dtype=PEOPLE)
    scores = read_scores([npy(tmp_path, array)])
    assert scores.pairing is not None
    assert (scores.pairing.people, scores.pairing.pairs) == (2, 1)


@pytest.mark.parametrize(
    ("array", "told"),
    [
        ([[1, np.nan]], "row 1: its score is not a finite"),
        ([[1, 0.5], [2, 0.5]], "row 2: its label"),
        ([0.5], "two columns"),
        (np.array([["1", "0.5"]]), "numbers of 64 bits"),
        (np.array([(0.5, 1, "a", "b")], dtype=[("score", "f8"), ("label", "i1"),
                                               ("person_a", "U1"), ("person_b", "U1")]),
         "row 1: its people say otherwise"),
    ],
)  # fmt: skip
def test_arrays_that_are_refused(tmp_path: Path, array: object, told: str) -> None:
    with pytest.raises(ScoresMalformed, match=told):
        read_scores([npy(tmp_path, array)])


def test_pickles_and_rubbish_are_refused(tmp_path: Path) -> None:
    pickled = tmp_path / "p.npy"
    np.save(pickled, np.array([object()]), allow_pickle=True)
    rubbish = tmp_path / "r.npy"
    rubbish.write_bytes(b"\x93NUMPY rubbish")
    for path in (pickled, rubbish):
        with pytest.raises(ScoresMalformed):
            read_scores([path])
    with pytest.raises(ScoresUnreadable):
        read_scores([tmp_path / "absent.npy"])


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "s.parquet"
    columns = {"score": [0.5, 0.25, 0.125], "person_a": ["a", "a", "b"], "person_b": list("abc")}
    parquet.write_table(pa.table(columns), path)
    scores = read_scores([path])
    assert (scores.genuine.tolist(), scores.impostor.tolist()) == ([0.5], [0.125, 0.25])
    assert scores.pairing is not None
    assert scores.pairing.people == 3


@pytest.mark.parametrize(
    "columns",
    [
        {"score": [0.5, None], "label": [1, 0]},
        {"score": [0.5, float("nan")], "label": [True, False]},
        {"score": [0.5, 0.25], "label": ["1", "0"]},
        {"score": [0.5], "label": [1], "person_a": ["a"], "person_b": ["b"]},
    ],
)
def test_parquet_that_is_refused(tmp_path: Path, columns: dict[str, list[object]]) -> None:
    path = tmp_path / "s.parquet"
    parquet.write_table(pa.table(columns), path)
    with pytest.raises(ScoresMalformed):
        read_scores([path])


def test_damaged_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.parquet"
    path.write_bytes(b"PAR1 no more")
    with pytest.raises(ScoresMalformed):
        read_scores([path])
    with pytest.raises(ScoresUnreadable):
        read_scores([tmp_path / "absent.parquet"])


def test_parquet_without_its_reader_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ScoresReaderMissing, match=r"pip install 'visavis\[parquet\]'"):
        read_scores([tmp_path / "s.parquet"])
