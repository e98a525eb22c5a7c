from __future__ import annotations

import string
import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.pack_factory import CELL, TINY, with_cells
from visavis import models
from visavis.errors import ModelManifestInvalid
from visavis.models import Manifest
from visavis.models._manifest import (
    Alignment,
    ChannelOrder,
    DetectorKind,
    Download,
    EmbedderKind,
    LandmarksKind,
    Normalisation,
    Score,
)
from visavis.models._manifest_toml import is_fetchable, parse_manifest

PACK = with_cells(TINY, CELL)


def _refusal(text: str) -> str:
    with pytest.raises(ModelManifestInvalid) as caught:
        parse_manifest(text.encode())
    assert caught.value.code == "model.manifest_invalid"
    return caught.value.detail


def test_a_manifest_says_what_was_written() -> None:
    pack = parse_manifest(PACK.encode())
    assert pack.name == "tiny"
    assert [file.name for file in pack.files] == ["detector.onnx", "embedder.onnx"]
    assert pack.files[0].source == Download("https://example.org/detector.onnx")
    assert [detector.kind for detector in pack.detectors] == [DetectorKind.YUNET]
    assert pack.detectors[0].files == (pack.files[0],)
    assert pack.landmarks.kind is LandmarksKind.FROM_DETECTOR
    embedder = pack.embedder
    assert embedder.kind is EmbedderKind.ONNX
    assert embedder.file is pack.files[1]
    assert embedder.input_size == (112, 112)
    assert embedder.channel_order is ChannelOrder.BGR
    assert embedder.mean == (127.5, 127.5, 127.5)
    assert embedder.scale == (1 / 128, 1 / 128, 1 / 128)
    assert embedder.alignment is Alignment.ARCFACE_112
    assert embedder.output_normalisation is Normalisation.L2
    assert (embedder.flip_at_enrolment, embedder.flip_at_verification) == (True, False)
    assert embedder.score is Score.COSINE
    assert (embedder.crops_at_enrolment, embedder.crops_at_verification) == (1, 1)
    (cell,) = pack.cells
    assert (cell.reference_samples, cell.probe_samples, cell.fmr) == (1, 2, Decimal("0.001"))
    assert (cell.threshold, cell.fmr_interval) == (0.9375, (0.0005, 0.002))
    assert cell.established


@pytest.mark.parametrize("line", [line for line in PACK.splitlines() if " = " in line])
def test_every_key_is_required(line: str) -> None:
    without = PACK.replace(line + "\n", "", 1)
    if line.startswith("url"):
        assert None in [file.source for file in parse_manifest(without.encode()).files]
    else:
        assert line.partition(" = ")[0] in _refusal(without)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("schema = 1", "schema = 2", "schema"),
        ("schema = 1", "schema = true", "schema"),
        ("schema = 1", "schema = 1\nsurprise = 1", "surprise"),
        ('name = "tiny"', 'name = "Tiny"', "name"),
        ('name = "tiny"', 'name = "../tiny"', "name"),
        ('name = "tiny"', 'name = ""', "name"),
        ('name = "tiny"', f'name = "{"a" * 41}"', "name"),
        ('name = "tiny"', "name = 7", "name"),
        ("A tiny pack", "A\\u001b[31m pack", "title"),
        ("A tiny pack", "A tiny\\u202epack", "title"),
        ("A tiny pack", "A\\npack", "title"),
        ('name = "detector.onnx"', 'name = "../detector.onnx"', "files[0].name"),
        ('name = "detector.onnx"', 'name = ".hidden"', "files[0].name"),
        ('name = "detector.onnx"', 'name = "manifest.toml"', "files[0].name"),
        ('name = "detector.onnx"', 'name = "embedder.onnx.part"', "files[0].name"),
        ('name = "detector.onnx"', 'name = "Embedder.onnx"', "files[1].name"),
        ('name = "detector.onnx"', 'name = "other.onnx"', "detectors[0].files"),
        ("https://example.org/det", "http://example.org/det", "files[0].url"),
        ("https://example.org/det", "ftp://example.org/det", "files[0].url"),
        ("https://example.org/det", "file:///det", "files[0].url"),
        ("https://example.org/det", "https://me:secret@example.org/det", "files[0].url"),
        ("https://example.org/det", "https:///det", "files[0].url"),
        ("https://example.org/det", "http://[::1/det", "files[0].url"),
        ("bytes = ", "bytes = 1_000_000_000_000 # ", "files[0].bytes"),
        ("bytes = ", "bytes = -", "files[0].bytes"),
        ("bytes = ", "bytes = 1.5 # ", "files[0].bytes"),
        ('sha256 = "', 'sha256 = "F', "files[0].sha256"),
        ('kind = "yunet"', 'kind = "haar"', "detectors[0].kind"),
        ('kind = "yunet"', "kind = [1]", "detectors[0].kind"),
        ('kind = "yunet"', 'kind = "mtcnn"', "detectors[0].files"),
        ('kind = "yunet"', 'kind = "mmod"', "landmarks.kind"),
        ('files = ["detector.onnx"]', "files = [1]", "detectors[0].files"),
        ('files = ["detector.onnx"]', 'files = ["embedder.onnx"]', "files"),
        ("[[detectors]]", "[detectors]", "detectors"),
        (
            'kind = "from-detector"\nfiles = []',
            "kind = 'dlib-5'\nfiles = ['detector.onnx']",
            "kind",
        ),
        ('kind = "onnx"', 'kind = "dlib-resnet"', "embedder.kind"),
        ("input_width = 112", "input_width = 113", "embedder.input_width"),
        ("input_width = 112", "input_width = 100_000", "embedder.input_width"),
        ('alignment = "arcface-112"', 'alignment = "dlib-150"', "embedder.input_width"),
        ("mean = [127.5,", "mean = [nan,", "embedder.mean"),
        ("mean = [127.5,", "mean = [-inf,", "embedder.mean"),
        ("mean = [127.5,", "mean = [true,", "embedder.mean"),
        ("mean = [127.5,", f"mean = [{'9' * 400},", "embedder.mean"),
        ("mean = [127.5,", "mean = [", "embedder.mean"),
        ("mean = [127.5, 127.5, 127.5]", "mean = 127.5", "embedder.mean"),
        ("scale = [0.0078125,", "scale = [0,", "embedder.scale"),
        ("scale = [0.0078125,", "scale = [inf,", "embedder.scale"),
        ("scale = [0.0078125,", "scale = [nan,", "embedder.scale"),
        ("output_dimension = 16", "output_dimension = 1_000_000", "embedder.output_dimension"),
        ("flip_at_enrolment = true", "flip_at_enrolment = 1", "embedder.flip_at_enrolment"),
        ('score = "cosine"', 'score = "euclidean"', "embedder.score"),
        ('score = "cosine"', 'score = "cosine"\nmen = 1', "embedder.men"),
        (
            'score = "cosine"',
            'score = "cosine"\ncrops_at_enrolment = 2',
            "embedder.crops_at_enrolment",
        ),
        (
            'score = "cosine"',
            'score = "cosine"\ncrops_at_verification = 9',
            "embedder.crops_at_verification",
        ),
        ('fmr = "1e-3"', "fmr = 1e-3", "card.cells[0].fmr"),
        ('fmr = "1e-3"', 'fmr = "0.001"', "card.cells[0].fmr"),
        ('fmr = "1e-3"', 'fmr = "1.0e-3"', "card.cells[0].fmr"),
        ('fmr = "1e-3"', 'fmr = "nan"', "card.cells[0].fmr"),
        ("threshold = 0.9375", "threshold = nan", "card.cells[0].threshold"),
        ("threshold = 0.9375", "threshold = 1.5", "card.cells[0].threshold"),
        ("fnmr = 0.05", "fnmr = inf", "card.cells[0].fnmr"),
        ("[0.0005, 0.002]", "[0.002, 0.0005]", "card.cells[0].fmr_interval"),
        ("[0.0005, 0.002]", "[0.0005]", "card.cells[0].fmr_interval"),
        ("person_pairs = 10011", "person_pairs = 10012", "card.cells[0].person_pairs"),
        ("comparisons = 20000", "comparisons = 10010", "card.cells[0].comparisons"),
        ("people = 142", "people = 1", "card.cells[0].people"),
        (CELL, CELL + CELL, "card.cells[1].fmr"),
        (CELL, CELL + CELL.replace("1e-3", "1e-4").replace("0.9375", "0.9"), "threshold"),
        (CELL, CELL.replace("1e-3", "1e-4").replace("0.9375", "0.9") + CELL, "threshold"),
    ],
)
def test_what_is_wrong_is_refused_by_name(old: str, new: str, key: str) -> None:
    assert old in PACK
    assert key in _refusal(PACK.replace(old, new, 1)).split(": ")[0]


def test_cells_may_share_a_threshold_or_differ_in_samples() -> None:
    stricter = CELL.replace("1e-3", "1e-4")
    lower = stricter.replace("0.9375", "0.5").replace("probe_samples = 2", "probe_samples = 3")
    assert len(parse_manifest(with_cells(TINY, CELL, stricter, lower).encode()).cells) == 3


def test_a_file_comes_from_one_place() -> None:
    both = PACK.replace("url = ", 'package = "mtcnn"\nurl = ', 1)
    assert _refusal(both).startswith("files[0].url")
    half = PACK.replace('url = "https://example.org/detector.onnx"', 'path = "a/b"')
    assert _refusal(half).startswith("files[0].package")
    for path in ("../b", "/etc/passwd", "a/../b", "a//b", "a/", "."):
        text = half.replace('"a/b"', f'"{path}"\npackage = "mtcnn"')
        assert _refusal(text).startswith("files[0].path")


def test_an_onnx_file_of_a_pypi_package_would_escape_the_check() -> None:
    url = 'url = "https://example.org/detector.onnx"'
    assert "PyPI" in _refusal(PACK.replace(url, 'package = "mtcnn"\npath = "a/b"'))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"schema = 1\nschema = 1",
        b"schema = ",
        b"a = " + b"[" * 900 + b"\n" + b"[" * 900,
        b"a = " + b"9" * 5000,
        b"# " + b"x" * 70_000,
        b"a" + b".a" * 30_000 + b" = 1",
        b"\n".join(b"[a" + b".a" * 400 + b".b%d]" % index for index in range(78)),
        b"a = 9999-99-99",
    ],
)
def test_no_text_takes_long_or_raises_anything_else(data: bytes) -> None:
    begin = time.perf_counter()
    with pytest.raises(ModelManifestInvalid):
        parse_manifest(data)
    assert time.perf_counter() - begin < 2


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/x", True),
        ("http://127.0.0.1:8000/x", True),
        ("http://[::1]/x", True),
        ("http://localhost/x", True),
        ("http://example.org/x", False),
        ("http://localhost.example.org/x", False),
        ("http://127.0.0.1.example.org/x", False),
        ("http://10.0.0.1/x", False),
        ("https://user@example.org/x", False),
        ("https://:@example.org/x", False),
        ("https://example.org:99999/x", False),
        ("file:///etc/passwd", False),
        ("HTTPS://example.org/x", True),
        ("", False),
    ],
)
def test_only_https_or_this_machine_is_fetched_from(url: str, *, expected: bool) -> None:
    assert is_fetchable(url) is expected


_NASTY = st.sampled_from(
    [
        *("nan", "-inf", "1e400", "true", "-1", "0", "9" * 30, "1979-05-27", "{}", "{a = 1}"),
        *("[]", "[[]]", "[nan]", "[{}]", "[1, 2, 3]", '""', '"x"', '"../x"', '"\\u0000"', "''"),
    ]
)


@st.composite
def _mutated(draw: st.DrawFn) -> bytes:
    """A valid manifest with a few lines dropped, doubled, swapped, or given another value."""
    lines = PACK.splitlines()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["drop", "double", "value", "swap", "character"])):
            case "drop" if len(lines) > 1:
                del lines[at]
            case "double":
                lines.insert(at, lines[at])
            case "value":
                lines[at] = lines[at].partition(" = ")[0] + " = " + draw(_NASTY)
            case "swap":
                other = draw(st.integers(0, len(lines) - 1))
                lines[at], lines[other] = lines[other], lines[at]
            case _:
                where = draw(st.integers(0, len(lines[at])))
                character = draw(st.sampled_from(string.printable + "\x00\x1b\u202e\U0001f600"))
                lines[at] = lines[at][:where] + character + lines[at][where + 1 :]
    return "\n".join(lines).encode()


@settings(max_examples=400, deadline=None)
@given(_mutated() | st.binary(max_size=200))
def test_any_bytes_give_a_manifest_or_the_one_error(data: bytes) -> None:
    try:
        pack = parse_manifest(data)
    except ModelManifestInvalid as error:
        assert error.detail.isprintable()  # noqa: PT017 - either outcome is right
    else:
        assert isinstance(pack, Manifest)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('output_normalisation = "l2"', 'output_normalisation = "none"'),
        ("output_dimension = 128", "output_dimension = 64"),
    ],
)
def test_dlibs_network_gives_what_it_gives(old: str, new: str) -> None:
    built_in = Path(models.__file__).with_name("packs") / "dlib.toml"
    text = built_in.read_text()
    assert old in text
    with pytest.raises(ModelManifestInvalid, match=r"embedder\.kind"):
        parse_manifest(text.replace(old, new).encode())
