"""Score files of others, read fast and strictly: `read_scores`."""

from visavis.evaluation.files._layout import Columns, Layout
from visavis.evaluation.files._read import read_scores

__all__ = ["Columns", "Layout", "read_scores"]
