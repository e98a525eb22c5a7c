"""Reads a manifest, and refuses one that contradicts itself."""

from __future__ import annotations

import ipaddress
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from visavis.models._manifest import (
    MAX_CROPS,
    MAX_FILE_BYTES,
    SCHEMA,
    Alignment,
    ChannelOrder,
    Detector,
    DetectorKind,
    Download,
    Embedder,
    EmbedderKind,
    Landmarks,
    LandmarksKind,
    Manifest,
    Normalisation,
    Packaged,
    PackFile,
    Score,
)
from visavis.models._operating_point import OperatingPoint
from visavis.models._strict_toml import Table, parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["NAME", "is_fetchable", "parse_manifest"]

NAME = r"[a-z0-9-]{1,40}"
"""What a pack may be called: a folder's name on every file system, and never ``..``."""

# A leading letter or digit and the ban on these endings keep the pack's own files (manifest.toml,
# the lock, partial downloads) out of a manifest's reach.
_FILE_NAME = r"(?!.*\.(toml|part)\Z)[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
_DISTRIBUTION = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
_PACKAGED_PATH = r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*"  # no "..", no root
_SHA256 = r"[0-9a-f]{64}"
_URL = r"https?://[\x21-\x7e]+"
# One spelling for each number, so that equal FMRs are equal texts: "1e-4", "2.5e-3".
_FMR = r"[1-9](\.[0-9]{0,2}[1-9])?e-[1-9]"

_MAX_FILES = 16
_MAX_SAMPLES = 16
_MAX_PEOPLE = 10**10
_DETECTOR_FILES = {DetectorKind.MTCNN: 3, DetectorKind.MMOD: 1, DetectorKind.YUNET: 1}
_DLIB_DIMENSION = 128


def parse_manifest(data: bytes) -> Manifest:
    """Read a manifest.

    Args:
        data: TOML in UTF-8.

    Returns:
        The manifest, with every rule checked.

    Raises:
        ModelManifestInvalid: it breaks a rule; the detail names the key.
    """
    root = parse(data)
    root.integer("schema", least=SCHEMA, most=SCHEMA)
    files = {file.name: file for file in _files(root)}
    detectors = tuple(
        _detector(table, files) for table in root.tables("detectors", least=1, most=4)
    )
    landmarks = _landmarks(root.table("landmarks"), files)
    embedder = _embedder(root.table("embedder"), files)
    manifest = Manifest(
        name=root.line("name", most=40, pattern=NAME),
        title=root.line("title", most=100),
        licence=root.line("licence", most=500),
        training_data=root.text("training_data", most=4000),
        homepage=root.line("homepage", most=500, pattern=_URL),
        files=tuple(files.values()),
        detectors=detectors,
        landmarks=landmarks,
        embedder=embedder,
        cells=_cells(root.table("card")),
    )
    root.close()
    _agree(root, manifest)
    return manifest


def is_fetchable(url: str) -> bool:
    """Whether visavis fetches from here: https, or http to this machine itself; no password."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where it is no number
    except ValueError:
        return False
    if not parts.hostname or parts.username is not None or parts.password is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _files(root: Table) -> list[PackFile]:
    files: list[PackFile] = []
    taken: set[str] = set()
    for table in root.tables("files", least=1, most=_MAX_FILES):
        file = PackFile(
            name=table.line("name", most=100, pattern=_FILE_NAME),
            sha256=table.line("sha256", most=64, pattern=_SHA256),
            size=table.integer("bytes", least=1, most=MAX_FILE_BYTES),
            source=_source(table),
        )
        table.close()
        if file.name.lower() in taken:
            raise table.fail("name", "is used twice (capitals do not count)")
        taken.add(file.name.lower())
        files.append(file)
    return files


def _source(table: Table) -> Download | Packaged | None:
    if table.has("url"):
        if table.has("package") or table.has("path"):
            raise table.fail("url", "excludes package and path")
        url = table.line("url", most=1000, pattern=_URL)
        if not is_fetchable(url):
            raise table.fail("url", "must be https (http to this machine only), without a password")
        return Download(url)
    if table.has("package") or table.has("path"):
        return Packaged(
            distribution=table.line("package", most=100, pattern=_DISTRIBUTION),
            path=table.line("path", most=300, pattern=_PACKAGED_PATH),
        )
    return None


def _role(table: Table, files: Mapping[str, PackFile], count: int) -> tuple[PackFile, ...]:
    names = table.texts("files")
    if len(names) != count or len(set(names)) != count:
        raise table.fail("files", f"must name {count} different files for this kind")
    if not files.keys() >= set(names):
        raise table.fail("files", "names a file that the pack does not have")
    return tuple(files[name] for name in names)


def _detector(table: Table, files: Mapping[str, PackFile]) -> Detector:
    kind = table.choice("kind", DetectorKind)
    detector = Detector(kind=kind, files=_role(table, files, _DETECTOR_FILES[kind]))
    table.close()
    return detector


def _landmarks(table: Table, files: Mapping[str, PackFile]) -> Landmarks:
    kind = table.choice("kind", LandmarksKind)
    count = 1 if kind is LandmarksKind.DLIB_5 else 0
    landmarks = Landmarks(kind=kind, files=_role(table, files, count))
    table.close()
    return landmarks


def _embedder(table: Table, files: Mapping[str, PackFile]) -> Embedder:
    alignment = table.choice("alignment", Alignment)
    width = table.integer("input_width", least=1, most=1024)
    height = table.integer("input_height", least=1, most=1024)
    if (width, height) != alignment.size:
        raise table.fail("input_width", "and input_height must be the alignment template's size")
    embedder = Embedder(
        kind=table.choice("kind", EmbedderKind),
        file=_role(table, files, 1)[0],
        input_size=(width, height),
        channel_order=table.choice("channel_order", ChannelOrder),
        mean=_channels(table, "mean", least=0, most=255),
        scale=_channels(table, "scale", least=1e-6, most=1e3),
        alignment=alignment,
        output_dimension=table.integer("output_dimension", least=16, most=4096),
        output_normalisation=table.choice("output_normalisation", Normalisation),
        flip_at_enrolment=table.flag("flip_at_enrolment"),
        flip_at_verification=table.flag("flip_at_verification"),
        score=table.choice("score", Score),
        crops_at_enrolment=_crops(table, "crops_at_enrolment"),
        crops_at_verification=_crops(table, "crops_at_verification"),
    )
    table.close()
    if embedder.kind is EmbedderKind.DLIB_RESNET and (
        alignment is not Alignment.DLIB_150
        or embedder.output_dimension != _DLIB_DIMENSION
        or embedder.output_normalisation is not Normalisation.L2
    ):
        raise table.fail("kind", "dlib-resnet takes dlib-150, gives 128 numbers and needs l2")
    return embedder


def _crops(table: Table, key: str) -> int:
    """An odd number; one where the manifest does not say, as none did before it could."""
    crops = table.integer(key, least=1, most=MAX_CROPS) if table.has(key) else 1
    if crops % 2 == 0:
        raise table.fail(key, "must be odd: the aligned crop, and pairs")
    return crops


def _channels(table: Table, key: str, *, least: float, most: float) -> tuple[float, float, float]:
    red, green, blue = table.numbers(key, count=3, least=least, most=most)
    return (red, green, blue)


def _cells(card: Table) -> tuple[OperatingPoint, ...]:
    tables = card.tables("cells", least=0, most=500)
    card.close()
    cells = [_cell(table) for table in tables]
    for index, (table, cell) in enumerate(zip(tables, cells, strict=True)):
        _fits(table, cell, cells[:index])
    return tuple(cells)


def _cell(table: Table) -> OperatingPoint:
    low, high = table.numbers("fmr_interval", count=2, least=0, most=1)
    cell = OperatingPoint(
        reference_samples=table.integer("reference_samples", least=1, most=_MAX_SAMPLES),
        probe_samples=table.integer("probe_samples", least=1, most=_MAX_SAMPLES),
        fmr=Decimal(table.line("fmr", most=10, pattern=_FMR)),
        threshold=table.number("threshold", least=-1, most=1),
        fnmr=table.number("fnmr", least=0, most=1),
        fmr_interval=(low, high),
        data_set=table.line("data_set", most=500),
        comparisons=table.integer("comparisons", least=1, most=10**18),
        people=table.integer("people", least=2, most=_MAX_PEOPLE),
        person_pairs=table.integer("person_pairs", least=1, most=_MAX_PEOPLE**2),
        note=table.text("note", most=2000),
    )
    table.close()
    if low > high:
        raise table.fail("fmr_interval", "must be the lower end, then the upper")
    if cell.person_pairs > cell.people * (cell.people - 1) // 2:
        raise table.fail("person_pairs", "cannot exceed people x (people - 1) / 2")
    if cell.comparisons < cell.person_pairs:
        raise table.fail("comparisons", "cannot be fewer than person_pairs")
    return cell


def _fits(table: Table, cell: OperatingPoint, earlier: Sequence[OperatingPoint]) -> None:
    samples = (cell.reference_samples, cell.probe_samples)
    for other in earlier:
        if (other.reference_samples, other.probe_samples) != samples:
            continue
        if other.fmr == cell.fmr:
            raise table.fail("fmr", "has a second cell for the same counts of samples")
        stricter, laxer = (cell, other) if cell.fmr < other.fmr else (other, cell)
        if stricter.threshold < laxer.threshold:
            raise table.fail("threshold", "cannot be lower where the fmr is lower")


def _agree(root: Table, manifest: Manifest) -> None:
    used = {file.name for detector in manifest.detectors for file in detector.files}
    used |= {file.name for file in manifest.landmarks.files}
    used.add(manifest.embedder.file.name)
    if used != {file.name for file in manifest.files}:
        raise root.fail("files", "has a file that no role uses")
    if any(isinstance(file.source, Packaged) for file in manifest.onnx_files):
        # Such a file would count as installed without `install` ever having checked it.
        raise root.fail("files", "has an ONNX file in a PyPI package; bring it with install --from")
    kinds = [detector.kind for detector in manifest.detectors]
    if len(set(kinds)) != len(kinds):
        raise root.fail("detectors", "has two of one kind")
    if manifest.landmarks.kind is not manifest.embedder.alignment.landmarks:
        raise root.fail("landmarks.kind", "does not give the points of embedder.alignment")
    if manifest.landmarks.kind is LandmarksKind.FROM_DETECTOR and DetectorKind.MMOD in kinds:
        raise root.fail("landmarks.kind", "from-detector: mmod gives no points")
