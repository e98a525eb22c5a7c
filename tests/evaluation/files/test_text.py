"""Score files of text: what is read, and where the error is said to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.errors import (
    ScoresColumnMissing,
    ScoresLayoutUnknown,
    ScoresMalformed,
    ScoresUnreadable,
)
from visavis.evaluation.files import Columns, Layout, read_scores
from visavis.evaluation.files import _chunks as chunks_module
from visavis.evaluation.files import _fields as fields_module

if TYPE_CHECKING:
    from pathlib import Path

    from visavis.evaluation import ScoreSet


class Folder:
    """Writes files and reads them."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, *texts: str | bytes, name: str = "scores.txt", **options: object) -> ScoreSet:
        files = []
        for number, text in enumerate(texts):
            file = self.path / f"{number}-{name}"
            file.write_bytes(text if isinstance(text, bytes) else text.encode())
            files.append(file)
        return read_scores(files, **options)  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def lists(scores: ScoreSet) -> tuple[list[float], list[float]]:
    return scores.genuine.tolist(), scores.impostor.tolist()


def people(scores: ScoreSet) -> int:
    assert scores.pairing is not None
    return scores.pairing.people


def test_two_columns(folder: Folder) -> None:
    scores = folder.read("1 0.5\n-1\t-2.25\r\n\n +1   1e-3 \n-1 .125")
    assert lists(scores) == ([0.001, 0.5], [-2.25, 0.125])
    assert scores.pairing is None


def test_two_columns_with_people(folder: Folder) -> None:
    text = "1 0.5 ann ann\n-1 0.25 ann bob\n-1 0.125 cy ann\n"
    scores = folder.read(text, layout=Layout.TWO_COLUMN, with_people=True)
    assert lists(scores) == ([0.5], [0.125, 0.25])
    assert people(scores) == 3


def test_last_column_of_any_number(folder: Folder) -> None:
    scores = folder.read("a b 0.5\n0.75\n\n", "x 0.25\n a b c -1\n")
    assert lists(scores) == ([0.5, 0.75], [-1.0, 0.25])


def test_last_column_with_people(folder: Folder) -> None:
    scores = folder.read("a a 0.5\nb b 0.75\n", "a b 0.25\n", with_people=True)
    assert lists(scores) == ([0.5, 0.75], [0.25])
    assert people(scores) == 2


def test_bobs_four_and_five_columns(folder: Folder) -> None:
    four = folder.read("a a s/1.png 0.5\na b s/2.png 0.25\n")
    five = folder.read("a m1 a s/1.png 0.5\na m1 b s/2.png 0.25\n")
    assert lists(four) == lists(five) == ([0.5], [0.25])
    assert people(four) == people(five) == 2


@pytest.mark.parametrize(
    "text",
    [
        "score,label\n0.5,1\n0.25,0\n",
        "label,x,score\ntrue,,0.5\nFALSE,y z,0.25\n",
        "\ufeffperson_a,person_b,score\r\na,a,0.5\r\na,b,0.25\r\n",
        'person_a,person_b,score\r\n"\u00c5, b","\u00c5, b",0.5\r\n"\u00c5, b",a,0.25',
        "person_a,person_b,score,label\na,a,0.5,1\na,b,0.25,-1\n",
    ],
)
def test_csv(folder: Folder, text: str) -> None:
    assert lists(folder.read(text, name="s.csv")) == ([0.5], [0.25])


def test_csv_with_names_of_its_own(folder: Folder) -> None:
    columns = Columns(score="cosine", label="mated")
    scores = folder.read("mated,cosine\n1,0.5\n0,0.25\n", name="s.csv", columns=columns)
    assert lists(scores) == ([0.5], [0.25])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1 0.5\n2 0.5\n", "line 2: column 1 is not 1 or -1"),
        ("1 0.5\n0 0.5\n", "line 2: column 1 is not 1 or -1"),
        ("1 0.5\n\n-1 nan\n", "line 3: column 2 is not a finite number up to 1e100"),
        ("1 0.5\n-1 -inf", "line 2: column 2 is not a finite number up to 1e100"),
        ("1 1e101\n", "line 1: column 2 is not a finite number up to 1e100"),
        ("1 0.5\n1\n0.5 1 0.5\n", "line 2 has 1 columns, not 2"),
        ("1 0.5\n1 0.5 7\n", "line 2 has 3 columns, not 2"),
        ("1 0,5\n-1 0,25\n", "line 1: column 2 is not a finite number up to 1e100"),
    ],
)
def test_errors_name_the_line(folder: Folder, text: str, told: str) -> None:
    with pytest.raises(ScoresMalformed, match=told):
        folder.read(text, layout=Layout.TWO_COLUMN)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("score,label\n0.5,1\n0.5\n", "line 3 has 1 columns, not 2"),
        ("score,label\n0.5,1\n\n0.5,1\n", "line 3 has 1 columns, not 2"),
        ("score,label\n0.5,2\n", "line 2: column 2 is not 1, 0, -1, true or false"),
        ("score,label\n0.5,\n", "line 2: column 2 is not 1, 0, -1, true or false"),
        ('score,label\n"0.5,1\n', "line 2: a quote does not close"),
        ("score,person_a,person_b\n0.5,,b\n", "line 2: column 2 is not an id of 1 to 256 bytes"),
        ("score,label,person_a,person_b\n0.5,1,a,a\n.5,1,a,b", "line 3: its people say otherwise"),
        ("score,score\n1,1\n", "two columns have the same name"),
        (b"\xff\xfe\n", "line 1 does not name the columns"),
    ],
)
def test_csv_errors_name_the_line(folder: Folder, text: str | bytes, told: str) -> None:
    with pytest.raises(ScoresMalformed, match=told):
        folder.read(text, name="s.csv")


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ("label,x", "no column 'score'"),
        ("score,x", "neither 'label' nor 'person_a' and 'person_b'"),
        ("score,label,person_a", "no column 'person_b' beside"),
    ],
)
def test_columns_that_are_missing(folder: Folder, names: str, told: str) -> None:
    with pytest.raises(ScoresColumnMissing, match=told):
        folder.read(f"{names}\n", name="s.csv")


def test_labels_and_people_must_agree(folder: Folder) -> None:
    with pytest.raises(ScoresMalformed, match="line 2: its people say otherwise"):
        folder.read("1 1 a a\n1 1 a b\n", layout=Layout.TWO_COLUMN, with_people=True)
    with pytest.raises(ScoresMalformed, match="line 1: its people say otherwise"):
        folder.read("a a 1\n", "b b 0\n", with_people=True)


def test_layouts_that_cannot_be_told(folder: Folder) -> None:
    with pytest.raises(ScoresLayoutUnknown, match="3 columns"):
        folder.read("1 2 3\n")
    with pytest.raises(ScoresLayoutUnknown, match="two-column is of 1 file"):
        folder.read("1 2\n", "1 2\n", layout=Layout.TWO_COLUMN)
    with pytest.raises(ScoresLayoutUnknown, match="last-column is of 2 file"):
        folder.read("1 2\n", layout=Layout.LAST_COLUMN)


def test_no_file_no_score_no_end(folder: Folder, tmp_path: Path) -> None:
    with pytest.raises(ScoresUnreadable, match="No such file"):
        read_scores([tmp_path / "absent"])
    with pytest.raises(ScoresMalformed, match="no score"):
        folder.read("", layout=Layout.TWO_COLUMN)
    with pytest.raises(ScoresMalformed, match="line 1 is empty"):
        folder.read("\n1 0.5\n")
    with pytest.raises(ScoresMalformed, match="line 2 is longer than"):
        folder.read("1 0.5\n" + "1" * 100_000, layout=Layout.TWO_COLUMN)


def test_people_and_lines_go_on_across_chunks(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks_module, "_SIZE", 64)
    lines = [f"p{i % 7} p{i % 5} x {i / 64}" for i in range(700)]
    scores = folder.read("\n".join(lines))
    assert people(scores) == 7
    genuine = [i / 64 for i in range(700) if i % 7 == i % 5]
    assert scores.genuine.tolist() == genuine
    with pytest.raises(ScoresMalformed, match="line 701 has 3 columns"):
        folder.read("\n".join([*lines, "a b c"]))


def test_ids_whose_keys_collide_stay_apart(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [letter * size for letter in "ab" for size in (1, 7, 8, 9, 16, 17, 255)]
    text = "".join(f"{a} {b} x {i}\n" for i, a in enumerate(ids) for b in ids)
    expected = folder.read(text)
    assert people(expected) == 14
    assert expected.genuine.tolist() == list(range(14))
    monkeypatch.setattr(fields_module, "_MIXER", np.uint64(0))
    found = folder.read(text)
    assert people(found) == 14
    assert lists(found) == lists(expected)


def test_zero_bytes_are_refused(folder: Folder) -> None:
    with pytest.raises(ScoresMalformed, match="line 2 holds a zero byte"):
        folder.read("score,label\n0.5,1\0\n", name="s.csv")


@given(data=st.binary(max_size=200), layout=st.sampled_from(list(Layout)))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, layout: Layout
) -> None:
    file = tmp_path_factory.getbasetemp() / "any"
    file.write_bytes(data)
    files = [file, file] if layout is Layout.LAST_COLUMN else [file]
    try:
        scores = read_scores(files, layout=layout)
    except (ScoresColumnMissing, ScoresMalformed):
        return
    assert np.isfinite(scores.genuine).all()
    assert np.isfinite(scores.impostor).all()
