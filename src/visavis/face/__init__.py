"""Image -> Face -> Embedding: detect, landmarks, align, embed."""

from visavis.face._embedder import Embedder
from visavis.face._embedding import Embedding
from visavis.face._landmarks import LandmarkPredictor
from visavis.face._templates import Template, template

__all__ = ["Embedder", "Embedding", "LandmarkPredictor", "Template", "template"]
