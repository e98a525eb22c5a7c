"""Where does it stop working? Alters photographs, and measures what becomes of the error rates."""

from benchmarks.robustness._run import main

__all__ = ["main"]
