"""Samples -> embeddings: here, or in processes of their own that hold no key and no claim.

A sample is a picture, or the frames of one capture; a `Chain` makes embeddings of samples with one
model pack, after its gates. `LocalChain` does it where it is called. `ChainElsewhere` has it done
by processes, one a core, so that no picture of a stranger is decoded where keys and claims are.
"""

from visavis.extraction._chain import Box, Chain, LocalChain
from visavis.extraction._elsewhere import ChainElsewhere
from visavis.extraction._gates import ENROL_GATES, VERIFY_GATES
from visavis.extraction._processes import Processes
from visavis.extraction._sample import (
    MAX_FRAMES,
    MAX_SAMPLES,
    Picture,
    Sample,
    frames_of,
    require_samples,
)

__all__ = [
    "ENROL_GATES",
    "MAX_FRAMES",
    "MAX_SAMPLES",
    "VERIFY_GATES",
    "Box",
    "Chain",
    "ChainElsewhere",
    "LocalChain",
    "Picture",
    "Processes",
    "Sample",
    "frames_of",
    "require_samples",
]
