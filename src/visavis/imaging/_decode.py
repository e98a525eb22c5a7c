"""From an `Encoded` picture to upright sRGB pixels. The only module that runs Pillow's decoders."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import PIL.Image

from visavis.errors import ImageCorrupt, ImageTooLarge

from ._icc import Profile, read_profile, to_srgb
from ._limits import MAX_TABLE_PIXELS

if TYPE_CHECKING:
    import numpy.typing as npt
    from PIL.ImageFile import ImageFile

    from ._encoded import Encoded

__all__ = ["choose_reduction", "decode"]

#: The shorter side that a reduced picture keeps, in pixels. A face that fills a sixth of it still
#: has the 150 px of the embedder's chip; the detector itself sees 320 px, 640 when it tries again.
_REDUCED_SIDE = 960

_REDUCTIONS = (8, 4, 2)  # what a JPEG decoder can do within its inverse transform

_TURNS = {  # EXIF orientation as stored: what brings it upright
    2: PIL.Image.Transpose.FLIP_LEFT_RIGHT,
    3: PIL.Image.Transpose.ROTATE_180,
    4: PIL.Image.Transpose.FLIP_TOP_BOTTOM,
    5: PIL.Image.Transpose.TRANSPOSE,
    6: PIL.Image.Transpose.ROTATE_270,
    7: PIL.Image.Transpose.TRANSVERSE,
    8: PIL.Image.Transpose.ROTATE_90,
}


def choose_reduction(encoded: Encoded) -> int:
    """Choose how much smaller to decode: 1, 2, 4 or 8, the shorter side staying >= 960 px."""
    shorter = min(encoded.width, encoded.height)
    return next((factor for factor in _REDUCTIONS if shorter // factor >= _REDUCED_SIDE), 1)


def decode(encoded: Encoded, *, reduction: int) -> npt.NDArray[np.uint8]:
    """Decode to upright sRGB pixels.

    Args:
        encoded: the picture.
        reduction: 1, 2, 4 or 8: each pixel of the result is the mean of so many squared.

    Returns:
        uint8 [height, width, 3], C-contiguous, read-only.

    Raises:
        ImageCorrupt: the decoder found the data truncated or damaged.
        ImageTooLarge: more pixels than a profile with tables converts in time, or no memory left.
    """
    profile = read_profile(encoded.profile)
    if (
        profile is not None
        and profile.has_tables
        and encoded.width * encoded.height > MAX_TABLE_PIXELS
    ):
        raise ImageTooLarge(
            f"{encoded.width} x {encoded.height} pixels; "
            f"at most {MAX_TABLE_PIXELS:,} with this kind of colour profile"
        )
    try:
        picture = _load(encoded, reduction)
        picture = _flatten(picture, profile)
        if encoded.orientation in _TURNS:
            picture = picture.transpose(_TURNS[encoded.orientation])
        pixels = np.asarray(picture, dtype=np.uint8)
    except MemoryError as error:
        raise ImageTooLarge("more memory needed than there is") from error
    except Exception as error:  # Pillow's decoders raise a dozen unrelated kinds on damaged data
        raise ImageCorrupt(f"the {encoded.kind} data are truncated or damaged") from error
    pixels.flags.writeable = False
    return pixels


def _load(encoded: Encoded, reduction: int) -> PIL.Image.Image:
    """Decode to mode L, LA, RGB, RGBA or CMYK, reduced."""
    file = _open(encoded)
    file.draft(None, (encoded.width // reduction, encoded.height // reduction))  # JPEG only
    file.load()
    picture: PIL.Image.Image = file
    if picture.mode == "I;16":
        # Pillow would clip to 255. The high byte, as Pillow takes of 16-bit colours.
        picture = PIL.Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
    elif picture.has_transparency_data:
        picture = picture.convert("LA" if picture.mode in {"1", "L", "LA"} else "RGBA")
    elif picture.mode not in {"L", "RGB", "CMYK"}:
        picture = picture.convert("L" if picture.mode == "1" else "RGB")
    if picture.width == encoded.width and reduction > 1:
        picture = picture.reduce(reduction)
    return picture


def _open(encoded: Encoded) -> ImageFile:
    """Hand the payload to its one decoder: Pillow's own guessing and registry stay out of it."""
    # Imported here because each costs some milliseconds, and most processes need only the first.
    payload = io.BytesIO(encoded.payload)
    match encoded.kind:
        case "JPEG":
            from PIL.JpegImagePlugin import JpegImageFile  # noqa: PLC0415 - see above

            return JpegImageFile(payload)
        case "PNG":
            from PIL.PngImagePlugin import PngImageFile  # noqa: PLC0415 - see above

            return PngImageFile(payload)
        case "WebP":
            from PIL.WebPImagePlugin import WebPImageFile  # noqa: PLC0415 - see above

            return WebPImageFile(payload)


def _flatten(picture: PIL.Image.Image, profile: Profile | None) -> PIL.Image.Image:
    """Convert to sRGB and, where there is transparency, lay the picture on white."""
    if picture.mode not in {"LA", "RGBA"}:
        return to_srgb(picture, profile)
    alpha = picture.getchannel("A")
    colours = to_srgb(picture.convert(picture.mode.removesuffix("A")), profile)
    if alpha.getextrema() == (255, 255):
        return colours
    white = PIL.Image.new("RGB", picture.size, "white")
    white.paste(colours, mask=alpha)
    return white
