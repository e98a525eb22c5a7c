"""Face -> Quality: components of ISO/IEC 29794-5 that need no learned model, and gates on them."""

from visavis.quality._assess import assess
from visavis.quality._component import Component, Measure, Quality

__all__ = ["Component", "Measure", "Quality", "assess"]
