"""`make run REFERENCE=a PROBE=b`: two photographs, one decision, and a drawing of what was seen.

Without pictures of your own it compares scikit-image's portrait of the astronaut Eileen Collins
(NASA, public domain) with an altered copy of it. That shows that visavis runs, not how well it
tells people apart: for that, give it two photographs.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image, ImageEnhance

_OUT = Path("out")


def main() -> int:
    """Returns the exit status of ``visavis compare``: 0 match, 1 non-match, 2 error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reference", type=Path)
    parser.add_argument("--probe", type=Path)
    chosen = parser.parse_args()
    _OUT.mkdir(exist_ok=True)
    if chosen.reference and chosen.probe:
        reference, probe = chosen.reference, chosen.probe
    elif chosen.reference or chosen.probe:
        parser.error("give both REFERENCE=a.jpg and PROBE=b.jpg, or neither")
    else:
        reference, probe = _astronaut(), _altered()
        print("Comparing scikit-image's astronaut (public domain) with an altered copy of itself:")
        print(f"  {reference}\n  {probe} (turned, brightened, compressed)")
        print("To compare your own: make run REFERENCE=a.jpg PROBE=b.jpg\n", flush=True)
    command = Path(sys.executable).with_name("visavis")
    compare = [command, "compare", "--reference", reference, "--probe", probe]
    status = subprocess.run(compare, check=False).returncode
    drawing = _OUT / "inspect.png"
    subprocess.run([command, "inspect", probe, "--out", drawing], check=False)
    if os.environ.get("DISPLAY") and (opener := shutil.which("xdg-open")):
        subprocess.run([opener, drawing], check=False)
    return status


def _astronaut() -> Path:
    import skimage  # noqa: PLC0415 - slow to import, and not needed for one's own pictures

    return Path(skimage.__file__).parent / "data" / "astronaut.png"


def _altered() -> Path:
    path = _OUT / "altered.jpg"
    with Image.open(_astronaut()) as opened:
        picture = opened.convert("RGB").resize((768, 768), Image.Resampling.LANCZOS)
    picture = picture.rotate(8, Image.Resampling.BICUBIC).crop((120, 40, 600, 640))
    ImageEnhance.Brightness(picture).enhance(1.25).save(path, "JPEG", quality=60)
    return path


if __name__ == "__main__":
    sys.exit(main())
