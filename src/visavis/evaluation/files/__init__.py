"""Files of others, read strictly: scores (`read_scores`) and the outcomes of a PAD test."""

from visavis.evaluation.files._layout import Columns, Layout
from visavis.evaluation.files._people import People
from visavis.evaluation.files._presentations import PRESENTATIONS_FILE, read_presentations
from visavis.evaluation.files._read import read_scores

__all__ = ["PRESENTATIONS_FILE", "Columns", "Layout", "People", "read_presentations", "read_scores"]
