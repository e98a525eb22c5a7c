from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visavis.errors import PresentationsMalformed, PresentationsUnreadable
from visavis.evaluation import PadResponse, Presentation
from visavis.evaluation.files import PRESENTATIONS_FILE, read_presentations

if TYPE_CHECKING:
    from pathlib import Path

_HEADER = "kind,species,unit,response,decision\n"


def _write(folder: Path, content: str | bytes) -> Path:
    data = content.encode() if isinstance(content, str) else content
    (folder / PRESENTATIONS_FILE).write_bytes(data)
    return folder


def test_every_column_is_read(tmp_path: Path) -> None:
    _write(
        tmp_path,
        "note,decision,response,unit,species,kind\r\n"
        'x,match,bona-fide,"print, 3",print,attack\r\n'
        ",,none,anna,,bona-fide\r\n",
    )
    assert read_presentations(tmp_path) == [
        Presentation(
            species="print", unit="print, 3", response=PadResponse.BONA_FIDE, matched=True
        ),
        Presentation(species=None, unit="anna", response=PadResponse.NONE),
    ]


def test_a_byte_order_mark_is_no_column(tmp_path: Path) -> None:
    _write(tmp_path, b"\xef\xbb\xbf" + (_HEADER + "attack,a,b,attack,non-match\n").encode())
    assert read_presentations(tmp_path)[0].matched is False


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "lacks the column kind"),
        ("kind,species,unit,response\n", "lacks the column decision"),
        (_HEADER, "no presentation"),
        (_HEADER + "attack,print,1\n", "line 2: too few fields"),
        (_HEADER + "fake,print,1,attack,\n", "line 2: kind"),
        (_HEADER + "attack,,1,attack,\n", "line 2: an attack has a species"),
        (_HEADER + "bona-fide,print,1,attack,\n", "line 2: an attack has a species"),
        (_HEADER + "attack,print,,attack,\n", "line 2: no unit"),
        (_HEADER + "attack,p,1,attack,\nattack,p,1,real,\n", "line 3: response"),
        (_HEADER + "attack,p,1,attack,yes\n", "line 2: decision"),
        (_HEADER + 'attack,"p,1,attack,\n', "no CSV"),
        (b"\xff\xfe", "no UTF-8"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, content: str | bytes, said: str) -> None:
    with pytest.raises(PresentationsMalformed) as caught:
        read_presentations(_write(tmp_path, content))
    assert said in caught.value.detail


def test_no_file_and_no_folder(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(PresentationsUnreadable):
            read_presentations(folder)
    (tmp_path / PRESENTATIONS_FILE).mkdir()
    with pytest.raises(PresentationsUnreadable):
        read_presentations(tmp_path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(content=st.binary(max_size=80))
def test_anything_is_read_or_refused(tmp_path: Path, content: bytes) -> None:
    with contextlib.suppress(PresentationsMalformed):
        assert read_presentations(_write(tmp_path, _HEADER.encode() + content))
