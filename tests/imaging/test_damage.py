"""Whatever happens to a file on its way: an `Image` or an error of ours, nothing else."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.imaging.hostile import mend
from tests.imaging.samples import colours, encode, exif, judge, srgb_profile
from visavis.errors import Error
from visavis.imaging import Image

_FILES = {
    "JPEG": encode(colours(), "JPEG", exif=b"Exif\0\0" + exif(8), icc_profile=srgb_profile()),
    "PNG": encode(colours(), "PNG", exif=exif(8), icc_profile=srgb_profile()),
    "WebP": encode(colours(), "WEBP", exif=exif(8), icc_profile=srgb_profile()),
}
_kinds = st.sampled_from(sorted(_FILES))
_flips = st.lists(st.integers(0, 8 * min(map(len, _FILES.values())) - 1), min_size=1, max_size=8)


@given(_kinds, st.data())
def test_a_truncated_file_is_never_an_image(kind: str, data: st.DataObject) -> None:
    content = _FILES[kind]
    cut = data.draw(st.integers(0, len(content) - 1))
    assert judge(Image.from_bytes, content[:cut]).startswith("image.")


@given(_kinds, _flips)
def test_flipped_bits(kind: str, flips: list[int]) -> None:
    changed = bytearray(_FILES[kind])
    for bit in flips:
        changed[bit // 8] ^= 1 << bit % 8
    outcome = judge(Image.from_bytes, bytes(changed))
    assert outcome == "Image" or outcome.startswith("image.")


@given(_kinds, st.integers(3, 400), st.binary(max_size=40), st.integers(0, 40))
def test_replaced_runs(kind: str, begin: int, run: bytes, length: int) -> None:
    content = _FILES[kind]
    outcome = judge(Image.from_bytes, mend(content[:begin] + run + content[begin + length :]))
    assert outcome == "Image" or outcome.startswith("image.")


@given(
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"]), st.binary()
)
def test_arbitrary_bytes(start: bytes, rest: bytes) -> None:
    assert judge(Image.from_bytes, start + rest).startswith("image.")


@pytest.mark.parametrize("place", range(8, len(_FILES["PNG"]), 7))
def test_a_changed_byte_of_a_png_never_shows_other_pixels(place: int) -> None:
    content = bytearray(_FILES["PNG"])
    content[place] ^= 0x20
    with contextlib.suppress(Error):
        pixels = Image.from_bytes(bytes(content)).pixels
        assert (pixels == Image.from_bytes(_FILES["PNG"]).pixels).all()
