"""Importing every decoder at once, for a process that cannot open a file any more afterwards."""

from __future__ import annotations

from importlib import import_module

__all__ = ["load_decoders"]


def load_decoders() -> None:
    """Import what is otherwise imported with the first picture that needs it."""
    for name in ("ImageCms", "JpegImagePlugin", "PngImagePlugin", "WebPImagePlugin"):
        import_module(f"PIL.{name}")
