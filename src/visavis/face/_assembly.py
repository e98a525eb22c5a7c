"""A pack's files -> the parts of an extractor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from visavis import models
from visavis.errors import InputInvalid, ModelUnavailable
from visavis.face._chip_graph import ChipGraph
from visavis.face._dlib_square import dlib_square, whole_pixels
from visavis.face._embedder import Embedder
from visavis.face._landmarks import LandmarkPredictor
from visavis.face._mmod import Mmod
from visavis.face._mtcnn import Mtcnn
from visavis.face._precision import Precision
from visavis.face._templates import Template, template
from visavis.face._yunet import YuNet
from visavis.models import DetectorKind, EmbedderKind, LandmarksKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from visavis.face._detection import Detection
    from visavis.face._find import Detector

__all__ = ["Parts", "assemble"]

_TRIAL_BATCH = 2
"""A chip and its mirror image: many graphs that declare any batch can run one chip only."""

_TO_CENTRE = np.float32(0.5)
"""From the outer corner of the first pixel, where detections count from, to its centre."""

_FORMAT = 3
"""Raised whenever a converter changes what it writes, so that no old cache entry is read."""


class FindLandmarks(Protocol):
    """Picture and detection -> float32 [5, 2], the template's points.

    Unlike a detection's places, they count from the centre of the first pixel, as chips do.
    """

    def __call__(
        self, picture: NDArray[np.uint8], detection: Detection, /
    ) -> NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What an extractor consists of, ready to run.

    Attributes:
        detector: finds faces.
        landmarks: finds the template's points in a detection.
        template: where the points come to lie.
        embedder: chips -> unit vectors.
        model: digest of the pack, and of the precision where that is not the usual one.
    """

    detector: Detector
    landmarks: FindLandmarks
    template: Template
    embedder: Embedder
    model: str


def assemble(
    pack: models.Manifest,
    *,
    detector: DetectorKind | None,
    precision: Precision,
    provider: models.Provider,
    home: Path | None,
    cache: Path | None,
) -> Parts:
    """Loads every file of a pack that its roles need; see `Extractor.load` for the arguments."""
    loader = _Loader(pack, provider, home, cache or models.cache_folder())
    chosen = _choose(pack, detector)
    model = _digest(pack, precision)
    return Parts(
        detector=_detector(loader, chosen),
        landmarks=_landmarks(loader, pack.landmarks, chosen.kind),
        template=template(pack.embedder.alignment),
        embedder=_embedder(loader, pack.embedder, precision),
        model=model,
    )


@dataclass(frozen=True, slots=True)
class _Loader:
    pack: models.Manifest
    provider: models.Provider
    home: Path | None
    cache: Path

    def converted(
        self, file: models.PackFile, build: Callable[[bytes], bytes], *, settings: str = ""
    ) -> bytes:
        """What `build` makes of a file whose digest is right, from the cache where possible.

        Args:
            file: of the pack.
            build: depends on nothing but the file and the `settings`.
            settings: digest of what else it depends on, if anything.
        """

        def convert() -> bytes:
            return build(models.read_file(self.pack, file, home=self.home))

        key = f"{build.__name__}-{_FORMAT}-{file.sha256}"
        if settings:
            key += f"-{settings}"
        return models.cached(key, convert, folder=self.cache)

    def session(
        self,
        file: models.PackFile,
        build: Callable[[bytes], bytes],
        *,
        settings: str = "",
        plan_memory: bool = True,
    ) -> models.Session:
        model = self.converted(file, build, settings=settings)
        return models.open_session(model, provider=self.provider, plan_memory=plan_memory)

    def graph(self, file: models.PackFile) -> models.PictureGraph:
        """A file that is an ONNX graph already: run as it was hashed, and never cached."""
        data = models.read_file(self.pack, file, home=self.home)
        session = models.open_session(data, provider=self.provider)
        return models.PictureGraph.of(session, file=file.name)


def _choose(pack: models.Manifest, wanted: DetectorKind | None) -> models.Detector:
    for detector in pack.detectors:
        if wanted in (None, detector.kind):
            return detector
    raise InputInvalid(f"the pack {pack.name} has no detector {wanted}")


def _digest(pack: models.Manifest, precision: Precision) -> str:
    if precision == Precision.FP32:
        return models.pack_digest(pack)
    if pack.embedder.kind is not EmbedderKind.DLIB_RESNET:
        raise InputInvalid(f"the embedder of the pack {pack.name} does not run in {precision}")
    return models.int8_digest(pack)


def _detector(loader: _Loader, role: models.Detector) -> Detector:
    if role.kind is DetectorKind.MTCNN:
        pnet, rnet, onet = role.files
        return Mtcnn(
            pnet=loader.session(pnet, _pnet),
            rnet=loader.session(rnet, _rnet),
            onet=loader.session(onet, _onet),
        )
    if role.kind is DetectorKind.YUNET:
        (file,) = role.files
        return YuNet(loader.graph(file))
    if role.kind is DetectorKind.MMOD:
        (file,) = role.files
        return Mmod(loader.session(file, models.build_mmod, plan_memory=False))
    raise ModelUnavailable(f"this version of visavis cannot run a {role.kind} detector")


def _pnet(data: bytes) -> bytes:
    return models.build_pnet(models.read_mtcnn(data))


def _rnet(data: bytes) -> bytes:
    return models.build_rnet(models.read_mtcnn(data))


def _onet(data: bytes) -> bytes:
    return models.build_onet(models.read_mtcnn(data))


def _landmarks(loader: _Loader, role: models.Landmarks, found_by: DetectorKind) -> FindLandmarks:
    if role.kind is LandmarksKind.FROM_DETECTOR:
        return _detected_landmarks
    (file,) = role.files
    data = loader.converted(file, models.build_shape_predictor)
    predictor = LandmarkPredictor(models.load_shape_predictor(data))
    # YuNet's boxes are drawn as MTCNN's: both learned them from WIDER FACE.
    box = whole_pixels if found_by is DetectorKind.MMOD else dlib_square

    def predict(picture: NDArray[np.uint8], detection: Detection) -> NDArray[np.float32]:
        return predictor.predict(picture, box(detection))

    return predict


def _detected_landmarks(picture: NDArray[np.uint8], detection: Detection) -> NDArray[np.float32]:
    del picture
    if detection.landmarks is None:
        raise InputInvalid("this detector finds no landmarks, and the pack has no other source")
    return detection.landmarks - _TO_CENTRE


def _embedder(loader: _Loader, role: models.Embedder, precision: Precision) -> Embedder:
    if role.kind is EmbedderKind.DLIB_RESNET:
        if precision == Precision.FP32:
            session = loader.session(role.file, models.build_resnet)
        else:
            settings = models.int8_digest(loader.pack)
            session = loader.session(role.file, models.build_resnet_int8, settings=settings)

        def run(chips: NDArray[np.uint8]) -> NDArray[np.float32]:
            (vectors,) = session.run(None, {"chips": chips})
            return vectors

        return Embedder(run, normalisation=role.output_normalisation)
    graph = loader.graph(role.file)
    embedder = Embedder(ChipGraph(graph, role), normalisation=role.output_normalisation)
    _try_out(embedder, role.input_size, batch=graph.batch or _TRIAL_BATCH)
    return embedder


def _try_out(embedder: Embedder, size: tuple[int, int], *, batch: int) -> None:
    """Embeds meaningless chips: what a graph declares and what it does are two things."""
    width, height = size
    chips = np.arange(batch * height * width * 3, dtype=np.uint32).astype(np.uint8)
    embedder.embed(chips.reshape(batch, height, width, 3), mirror=False)
