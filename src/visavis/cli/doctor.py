"""``visavis doctor``: is this machine fit, and how fast is it?"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import statistics
import tempfile
import time
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

import visavis
from visavis.cli._output import errors, print_json
from visavis.face import Embedder, Extractor
from visavis.models import cache_folder, check_files, find_pack, load_runtime

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["doctor"]

_LIBRARIES = ("numpy", "onnx", "onnxruntime", "pillow")
_ROUNDS = 20


def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Print versions, folders, providers, the default pack's state and this machine's speed."""
    with errors(as_json=as_json):
        content = _examine()
    if as_json:
        print_json(content)
        return
    from rich.console import Console  # noqa: PLC0415 - slow to import
    from rich.table import Table  # noqa: PLC0415

    table = Table(show_header=False, box=None)
    for name, value in content.items():
        table.add_row(name.replace("_", " "), str(value))
    Console(soft_wrap=True).print(table)


def _examine() -> dict[str, Any]:
    onnxruntime = load_runtime()

    pack = find_pack("dlib")
    cache = cache_folder()
    content: dict[str, Any] = {
        "visavis": visavis.__version__,
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in _LIBRARIES},
        "machine": f"{platform.machine()}, {os.cpu_count()} CPUs, {platform.system()}",
        "providers": ", ".join(onnxruntime.get_available_providers()),
        "cache": f"{cache} ({'writable' if _writable(cache) else 'NOT writable'})",
        "default_pack": ", ".join(f"{s.file.name} {s.state}" for s in check_files(pack)),
    }
    started = time.perf_counter()
    extractor = Extractor.load(pack)
    content["loading_ms"] = round((time.perf_counter() - started) * 1000)
    content["embedding_ms"] = round(_embedding_ms(extractor.embedder), 1)
    return content


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _embedding_ms(embedder: Embedder) -> float:
    """Median of one embedding without its mirror image, on one thread."""
    chip = np.random.default_rng(0).integers(0, 256, (1, 150, 150, 3), dtype=np.uint8)
    times = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        embedder.raw(chip)
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000
