"""Debian's Chromium, and cameras for it."""

from __future__ import annotations

import base64
import contextlib
import ctypes.util
import json
import os
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import sync_playwright

from visavis.imaging import Image

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.capture.camera import Film

_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

# A camera that waits, and plays its film from the moment the page turns white for the challenge:
# Chromium's own fake camera begins when it is opened, whatever the page shows.
_CAMERA = """
(() => {
  const film = %s;
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
  const context = canvas.getContext("2d");
  const pictures = [];
  for (const [at, data] of film.frames) {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const one = { at, picture: null };
    pictures.push(one);
    createImageBitmap(new Blob([bytes])).then((picture) => (one.picture = picture));
  }
  let start = null;
  const draw = () => {
    if (start === null && document.body?.classList.contains("lit")) start = performance.now();
    const time = start === null ? -1 : (performance.now() - start) / 1000;
    let shown = pictures[0];
    for (const one of pictures) if (one.at <= time) shown = one;
    if (shown.picture) context.drawImage(shown.picture, 0, 0, 640, 480);
  };
  setInterval(draw, 66);
  navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(15);
})();
"""


def _missing() -> str | None:
    if _CHROMIUM is None:
        return "Chromium is not installed: apt-get install chromium"
    if ctypes.util.find_library("atomic") is None:
        return "Playwright's driver does not start without libatomic: apt-get install libatomic1"
    return None


@contextlib.contextmanager
def browser(*arguments: str) -> Iterator[Browser]:
    """Chromium without a window."""
    missing = _missing()
    if missing:
        if os.environ.get("VISAVIS_REQUIRE_CHROMIUM"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=_CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", *arguments],
        )
        try:
            yield opened
        finally:
            opened.close()


def fake_camera(film: Path) -> tuple[str, ...]:
    """Chromium's own fake camera, which plays a y4m file."""
    return (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )


def play(page: Page, film: Film) -> None:
    """Give the page a camera that does as the page asks."""
    frames = [(at, base64.b64encode(frame).decode()) for at, frame in film.frames]
    page.add_init_script(_CAMERA % json.dumps({"frames": frames}))


def write_y4m(path: Path, pictures: Sequence[bytes], *, rate: int = 15) -> Path:
    """Pictures of 640 x 480 as a film in limited-range BT.601, 4:2:0."""
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W640 H480 F{rate}:1 Ip A1:1 C420jpeg\n".encode())
        for picture in pictures:
            rgb = Image.from_bytes(picture).pixels.astype(np.float64) / 255
            red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
            luma = 0.299 * red + 0.587 * green + 0.114 * blue
            planes = [16 + 219 * luma]
            for colour, scale in ((blue, 1.772), (red, 1.402)):
                chroma = (colour - luma) / scale
                halved = chroma.reshape(240, 2, 320, 2).mean(axis=(1, 3))
                planes.append(128 + 224 * halved)
            file.write(b"FRAME\n")
            for plane in planes:
                file.write(np.clip(np.rint(plane), 0, 255).astype(np.uint8).tobytes())
    return path
