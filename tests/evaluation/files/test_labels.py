"""Labels of people, read strictly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from visavis.errors import InputInvalid, ScoresColumnMissing
from visavis.evaluation.files import People

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def people() -> People:
    known = People()
    known.encode([b"Ada", "\u00c9mile".encode(), b"\xff"])
    return known


def test_labels_by_number(people: People, tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    file.write_text(
        '\ufeffname,sex,"age, in years"\n\u00c9mile, m ,\n\nAda,f,"30"\nsomebody,x,20\n',
        encoding="utf-8",
    )
    assert people.labels(file) == {"sex": {0: "f", 1: "m"}, "age, in years": {0: "30"}}
    assert people.labels(file, columns=["sex"]) == {"sex": {0: "f", 1: "m"}}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "no such column"),
        (b"name\nAda\n", "no such column"),
        (b"name,sex\nAda,f,f\n", "line 2 of the labels has 3 columns, not 2"),
        (b"name,sex\nAda\n", "line 2 of the labels has 1 columns, not 2"),
        (b"name,sex\nAda,f\nbob,m\nAda,m\n", "line 4 of the labels names a person a second time"),
        (b"name,sex,sex\nAda,f,m\n", "a column twice"),
        (b"name,sex\nbob,m\n", "nobody"),
        (b"name,sex\nAda,\xff\n", "cannot be read"),
        (b'name,sex\nAda,"f\n', "cannot be read"),
        (b"name,sex\nAda,\x07\n", "line 2 of the labels has a character"),
    ],
)
def test_malformed_labels_name_nobody(
    people: People, tmp_path: Path, text: bytes, told: str
) -> None:
    file = tmp_path / "labels.csv"
    file.write_bytes(text)
    with pytest.raises(InputInvalid, match=told) as error:
        people.labels(file)
    assert "Ada" not in str(error.value)


def test_labels_without_people(tmp_path: Path) -> None:
    with pytest.raises(ScoresColumnMissing, match="whose the scores are"):
        People().labels(tmp_path)
