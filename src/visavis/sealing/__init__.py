"""Bytes to sealed bytes and back: claims, key rings, records. Knows nothing of faces.

The format is described byte by byte in ``docs/sealing.md``.
"""

from ._claim import CLAIM_PATTERN, LOCATOR_SIZE, Claim
from ._core_dumps import forbid_core_dumps
from ._institution import check_institution
from ._kek import KEK_ID_SIZE, Kek
from ._keyring import Epoch, KeyRing
from ._keyring_environment import KEYRING_VARIABLE, EnvironmentKeyRing
from ._keyring_file import FileKeyRing
from ._qr import claim_qr_png, claim_qr_svg, claim_qr_terminal
from ._record import (
    BODY_OVERHEAD,
    DEFAULT_CAPACITY,
    MAX_CAPACITY,
    WRAP_SIZE,
    Binding,
    Sealed,
    rewrap,
    seal,
    unseal,
    wrap_kek_id,
)
from ._server_secret import ServerSecret

__all__ = [
    "BODY_OVERHEAD",
    "CLAIM_PATTERN",
    "DEFAULT_CAPACITY",
    "KEK_ID_SIZE",
    "KEYRING_VARIABLE",
    "LOCATOR_SIZE",
    "MAX_CAPACITY",
    "WRAP_SIZE",
    "Binding",
    "Claim",
    "EnvironmentKeyRing",
    "Epoch",
    "FileKeyRing",
    "Kek",
    "KeyRing",
    "Sealed",
    "ServerSecret",
    "check_institution",
    "claim_qr_png",
    "claim_qr_svg",
    "claim_qr_terminal",
    "forbid_core_dumps",
    "rewrap",
    "seal",
    "unseal",
    "wrap_kek_id",
]
