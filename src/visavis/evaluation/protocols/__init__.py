"""Tests over pictures: from folders of people to the scores that the measures take.

Unlike the measures, this room knows faces. Embeddings of real people stay in memory; on the disk
they are only ever encrypted, under a key that lies elsewhere and goes with the run. What comes out
are aggregates; pictures and people are numbers.
"""

from visavis.evaluation.protocols._acquire import Acquisition
from visavis.evaluation.protocols._all_pairs import compare_all
from visavis.evaluation.protocols._calibrate import CalibratedCell, SetResult, calibrate
from visavis.evaluation.protocols._embedded_set import EmbeddedSet, both_usable, embed_set
from visavis.evaluation.protocols._fused_samples import compare_fused
from visavis.evaluation.protocols._labels import read_labels
from visavis.evaluation.protocols._pair_list import PairList
from visavis.evaluation.protocols._picture_report import (
    Test,
    picture_report,
    scores_of_all,
    scores_of_pairs,
)
from visavis.evaluation.protocols._picture_set import PictureSet
from visavis.evaluation.protocols._sample import Sample
from visavis.evaluation.protocols._streamed_report import streamed_report

__all__ = [
    "Acquisition",
    "CalibratedCell",
    "EmbeddedSet",
    "PairList",
    "PictureSet",
    "Sample",
    "SetResult",
    "Test",
    "both_usable",
    "calibrate",
    "compare_all",
    "compare_fused",
    "embed_set",
    "picture_report",
    "read_labels",
    "scores_of_all",
    "scores_of_pairs",
    "streamed_report",
]
