"""Tests over pictures: from folders of people to the scores that the measures take.

Unlike the measures, this room knows faces. Embeddings of real people stay in memory; on the disk
they are only ever encrypted, under a key that lies elsewhere and goes with the run. What comes out
are aggregates; pictures and people are numbers. What embeds and compares by the list is private to
visavis: no program should find it here by looking for a way to compare everybody with everybody.
"""

from visavis.evaluation.protocols._acquire import Acquisition
from visavis.evaluation.protocols._calibrate import CalibratedCell, SetResult, calibrate
from visavis.evaluation.protocols._labels import read_labels
from visavis.evaluation.protocols._pair_list import PairList
from visavis.evaluation.protocols._picture_report import Test, picture_report
from visavis.evaluation.protocols._picture_set import PictureSet
from visavis.evaluation.protocols._streamed_report import streamed_report

__all__ = [
    "Acquisition",
    "CalibratedCell",
    "PairList",
    "PictureSet",
    "SetResult",
    "Test",
    "calibrate",
    "picture_report",
    "read_labels",
    "streamed_report",
]
