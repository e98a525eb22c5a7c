"""Face -> Quality: components of ISO/IEC 29794-5 that need no learned model, and gates on them."""

from visavis.quality._assess import assess
from visavis.quality._component import Component, Measure, Quality
from visavis.quality._gates import Gate, GateSet

__all__ = ["Component", "Gate", "GateSet", "Measure", "Quality", "assess"]
