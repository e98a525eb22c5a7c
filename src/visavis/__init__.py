"""visavis: self-hosted face verification that cannot become surveillance."""

from visavis.comparison import Decision, OperatingPoint, Outcome
from visavis.errors import Error, NonMatch
from visavis.imaging import Image
from visavis.verifier import Verifier

__all__ = [
    "Decision",
    "Error",
    "Image",
    "NonMatch",
    "OperatingPoint",
    "Outcome",
    "Verifier",
    "__version__",
]

__version__ = "0.1.0"
