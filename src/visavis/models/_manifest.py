"""What a model pack says of itself: its files, their roles, and how they are to be fed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from visavis.models._operating_point import OperatingPoint

__all__ = [
    "MAX_CROPS",
    "MAX_FILE_BYTES",
    "SCHEMA",
    "Alignment",
    "ChannelOrder",
    "Detector",
    "DetectorKind",
    "Download",
    "Embedder",
    "EmbedderKind",
    "Landmarks",
    "LandmarksKind",
    "Manifest",
    "Normalisation",
    "PackFile",
    "Packaged",
    "Score",
]

SCHEMA = 1
"""Version of the manifest's form. Another version is refused, not guessed at."""

MAX_CROPS = 7
"""Of one face that are averaged. More were no better, and each costs a run of the network."""

MAX_FILE_BYTES = 512 * 1024 * 1024
"""Largest file of a pack: about twice the largest face networks published (ResNet-200, fp32)."""


class DetectorKind(StrEnum):
    """How faces are found."""

    MTCNN = "mtcnn"
    """Three networks (P, R, O), in this order, as arrays of the PyPI package ``mtcnn``."""
    MMOD = "mmod"
    """dlib's CNN detector, one ``.dat`` file."""
    YUNET = "yunet"
    """OpenCV's YuNet, one ONNX file."""


class LandmarksKind(StrEnum):
    """Where the five points for alignment come from."""

    DLIB_5 = "dlib-5"
    """dlib's shape predictor: outer and inner eye corners and the nose base."""
    FROM_DETECTOR = "from-detector"
    """The detector's own: eye centres, nose tip, mouth corners."""


class EmbedderKind(StrEnum):
    """How an aligned face becomes an embedding."""

    ONNX = "onnx"
    """An ONNX graph with one image input (NCHW float32) and one embedding output."""
    DLIB_RESNET = "dlib-resnet"
    """dlib's 29-layer ResNet, one ``.dat`` file."""


class Alignment(StrEnum):
    """Where the five points come to lie in the embedder's input."""

    DLIB_150 = "dlib-150"
    """dlib's chip: 150 x 150 px, padding 0.25."""
    ARCFACE_112 = "arcface-112"
    """ArcFace's template: 112 x 112 px."""
    ARCFACE_112X96 = "arcface-112x96"
    """The same, cropped to 112 px high and 96 px wide."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the aligned picture, in pixels."""
        match self:
            case Alignment.DLIB_150:
                return (150, 150)
            case Alignment.ARCFACE_112:
                return (112, 112)
            case Alignment.ARCFACE_112X96:
                return (96, 112)

    @property
    def landmarks(self) -> LandmarksKind:
        """The kind of points that the template is made of."""
        if self is Alignment.DLIB_150:
            return LandmarksKind.DLIB_5
        return LandmarksKind.FROM_DETECTOR


class ChannelOrder(StrEnum):
    """Order of the colour channels in the embedder's input."""

    RGB = "RGB"
    BGR = "BGR"


class Normalisation(StrEnum):
    """What visavis does with the embedder's output."""

    L2 = "l2"
    """Divide by the Euclidean norm."""
    NONE = "none"
    """Take it as it comes."""


class Score(StrEnum):
    """How two embeddings are compared."""

    COSINE = "cosine"
    """Cosine of the angle between them, in -1..1. Higher is more alike."""


@dataclass(frozen=True, slots=True)
class Download:
    """A file that ``visavis models install`` fetches.

    Attributes:
        url: https, or http to this machine itself.
    """

    url: str


@dataclass(frozen=True, slots=True)
class Packaged:
    """A file that an installed PyPI distribution carries. The package is never imported.

    Attributes:
        distribution: the distribution's name.
        path: the file's path below site-packages, with forward slashes.
    """

    distribution: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFile:
    """One file of a pack, pinned.

    Attributes:
        name: its name in the pack and in the pack's folder.
        sha256: SHA-256 of its content, 64 lower-case hexadecimal digits.
        size: its length in bytes.
        source: where it comes from; None where a person brings it (``install --from``).
    """

    name: str
    sha256: str
    size: int
    source: Download | Packaged | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """A way to find faces, and its files in the order that its kind names."""

    kind: DetectorKind
    files: tuple[PackFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmarks:
    """The source of the five points, and its file where it has one."""

    kind: LandmarksKind
    files: tuple[PackFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedder:
    """The network that turns an aligned face into an embedding, and how it is fed and read.

    Attributes:
        kind: which reader and runner.
        file: the weights.
        input_size: width and height of the input, in pixels.
        channel_order: order of the input's channels, and of ``mean`` and ``scale``.
        mean: for each channel; the input is ``(x - mean) * scale`` with x the pixel, 0..255.
        scale: for each channel; see ``mean``.
        alignment: the template that the face is aligned to.
        output_dimension: length of the embedding.
        output_normalisation: what visavis does with the output.
        flip_at_enrolment: average with the mirrored picture's embedding at enrolment.
        flip_at_verification: the same at verification and comparison.
        crops_at_enrolment: average so many crops of the face at enrolment: the aligned one, and
            pairs that are moved, turned and scaled; odd, 1 to `MAX_CROPS`.
        crops_at_verification: the same at verification and comparison.
        score: how embeddings are compared.
    """

    kind: EmbedderKind
    file: PackFile
    input_size: tuple[int, int]
    channel_order: ChannelOrder
    mean: tuple[float, float, float]
    scale: tuple[float, float, float]
    alignment: Alignment
    output_dimension: int
    output_normalisation: Normalisation
    flip_at_enrolment: bool
    flip_at_verification: bool
    score: Score
    crops_at_enrolment: int = 1
    crops_at_verification: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A model pack.

    Attributes:
        name: 1 to 40 of ``a-z``, ``0-9`` and ``-``.
        title: one line for people.
        licence: the terms of the weights.
        training_data: what the weights were trained on, and whether the people shown agreed.
        homepage: where the weights are published.
        files: every file, each used by one role at least.
        detectors: the first is the one in use, and the one the card was measured with.
        landmarks: the source of the five points.
        embedder: the embedding network.
        cells: the model card; empty until somebody has calibrated the pack.
    """

    name: str
    title: str
    licence: str
    training_data: str
    homepage: str
    files: tuple[PackFile, ...]
    detectors: tuple[Detector, ...]
    landmarks: Landmarks
    embedder: Embedder
    cells: tuple[OperatingPoint, ...]

    @property
    def onnx_files(self) -> tuple[PackFile, ...]:
        """The files that are ONNX graphs; they are installed only if `check_onnx` lets them."""
        found = [
            file
            for detector in self.detectors
            if detector.kind is DetectorKind.YUNET
            for file in detector.files
        ]
        if self.embedder.kind is EmbedderKind.ONNX:
            found.append(self.embedder.file)
        return tuple(found)
