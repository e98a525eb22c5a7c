"""Weights -> ONNX sessions: packs, cards, readers."""

from visavis.models._cache import cache_folder, cached
from visavis.models._dlib_landmarks import (
    ShapePredictorWeights,
    build_shape_predictor,
    load_shape_predictor,
)
from visavis.models._dlib_resnet import build_resnet
from visavis.models._session import CPU, Session, open_session

__all__ = [
    "CPU",
    "Session",
    "ShapePredictorWeights",
    "build_resnet",
    "build_shape_predictor",
    "cache_folder",
    "cached",
    "load_shape_predictor",
    "open_session",
]
