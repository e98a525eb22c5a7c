"""Weights: packs, their manifests, and where their files lie."""

from visavis.models._card import CardCell
from visavis.models._digest import pack_digest
from visavis.models._install import install
from visavis.models._manifest import Detector, Embedder, Landmarks, Manifest, PackFile
from visavis.models._packs import (
    FileState,
    FileStatus,
    check_files,
    find_pack,
    locate,
    packs,
    read_file,
)
from visavis.models._user_packs import add_pack, remove_pack

__all__ = [
    "CardCell",
    "Detector",
    "Embedder",
    "FileState",
    "FileStatus",
    "Landmarks",
    "Manifest",
    "PackFile",
    "add_pack",
    "check_files",
    "find_pack",
    "install",
    "locate",
    "pack_digest",
    "packs",
    "read_file",
    "remove_pack",
]
