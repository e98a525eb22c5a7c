"""Leaves to a Merkle log, its proofs and checkpoints. Knows nothing of faces, and no database."""

from ._check import LogEntry, LogReport, check_log
from ._checkpoint import Checkpoint
from ._copy import CopyHead, LogCopy
from ._event import Event, EventKind
from ._leaf import BLINDING_SIZE, LEAF_SIZE, Opening
from ._note import SignerKey, VerifierKey, open_note
from ._rfc6962 import (
    EMPTY_ROOT,
    HASH_SIZE,
    Frontier,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    prove,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from ._told import TOLD, Told

__all__ = [
    "BLINDING_SIZE",
    "EMPTY_ROOT",
    "HASH_SIZE",
    "LEAF_SIZE",
    "TOLD",
    "Checkpoint",
    "CopyHead",
    "Event",
    "EventKind",
    "Frontier",
    "LogCopy",
    "LogEntry",
    "LogReport",
    "Opening",
    "SignerKey",
    "Told",
    "VerifierKey",
    "check_log",
    "consistency_ranges",
    "inclusion_ranges",
    "leaf_hash",
    "node_hash",
    "open_note",
    "prove",
    "root_of",
    "verify_consistency",
    "verify_inclusion",
]
