"""Image -> Face -> Embedding: detect, landmarks, align, embed."""

from visavis.face._alignment import Similarity, fit_similarity
from visavis.face._chip import extract_chip
from visavis.face._detection import Detection
from visavis.face._dominant import only
from visavis.face._embedder import Embedder
from visavis.face._embedding import Embedding
from visavis.face._extractor import Extractor
from visavis.face._face import Face
from visavis.face._landmarks import LandmarkPredictor
from visavis.face._precision import Precision
from visavis.face._templates import Template, template

__all__ = [
    "Detection",
    "Embedder",
    "Embedding",
    "Extractor",
    "Face",
    "LandmarkPredictor",
    "Precision",
    "Similarity",
    "Template",
    "extract_chip",
    "fit_similarity",
    "only",
    "template",
]
