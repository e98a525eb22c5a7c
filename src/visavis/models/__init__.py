"""Weights -> ONNX sessions: packs, cards, readers."""

from visavis.models._cache import cache_folder, cached
from visavis.models._card_toml import card_toml, with_card
from visavis.models._digest import PREPROCESSING, embedding_digest, pack_digest
from visavis.models._dlib_landmarks import (
    ShapePredictorWeights,
    build_shape_predictor,
    load_shape_predictor,
)
from visavis.models._dlib_mmod import MMOD_OPTIONS, MmodOptions, build_mmod
from visavis.models._dlib_resnet import build_resnet
from visavis.models._dlib_resnet_int8 import build_resnet_int8
from visavis.models._install import install
from visavis.models._int8_ranges import int8_digest
from visavis.models._manifest import (
    ChannelOrder,
    Detector,
    DetectorKind,
    Embedder,
    EmbedderKind,
    Landmarks,
    LandmarksKind,
    Manifest,
    Normalisation,
    PackFile,
)
from visavis.models._mtcnn_graphs import build_onet, build_pnet, build_rnet
from visavis.models._mtcnn_weights import read_mtcnn
from visavis.models._operating_point import OperatingPoint
from visavis.models._packs import (
    FileState,
    FileStatus,
    check_files,
    find_pack,
    locate,
    packs,
    read_file,
)
from visavis.models._picture_graph import PictureGraph
from visavis.models._runtime import load_runtime
from visavis.models._session import Provider, Session, open_session
from visavis.models._user_packs import add_pack, remove_pack

__all__ = [
    "MMOD_OPTIONS",
    "PREPROCESSING",
    "ChannelOrder",
    "Detector",
    "DetectorKind",
    "Embedder",
    "EmbedderKind",
    "FileState",
    "FileStatus",
    "Landmarks",
    "LandmarksKind",
    "Manifest",
    "MmodOptions",
    "Normalisation",
    "OperatingPoint",
    "PackFile",
    "PictureGraph",
    "Provider",
    "Session",
    "ShapePredictorWeights",
    "add_pack",
    "build_mmod",
    "build_onet",
    "build_pnet",
    "build_resnet",
    "build_resnet_int8",
    "build_rnet",
    "build_shape_predictor",
    "cache_folder",
    "cached",
    "card_toml",
    "check_files",
    "embedding_digest",
    "find_pack",
    "install",
    "int8_digest",
    "load_runtime",
    "load_shape_predictor",
    "locate",
    "open_session",
    "pack_digest",
    "packs",
    "read_file",
    "read_mtcnn",
    "remove_pack",
    "with_card",
]
