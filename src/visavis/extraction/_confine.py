"""A process that shuts itself in: no file, no network, no other process, for good.

Landlock (Linux 5.13, landlock(7)) takes away what a process of the same user could open, whatever
its rights: the key ring, the store, everything. What is open already stays open. Since Linux 6.7 it
takes TCP connections too, since 6.12 signals to other processes and sockets by name; and at any
version a process in it traces none outside.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from typing import Final

__all__ = ["shut_in"]

_CREATE_RULESET: Final = 444  # the same number on every architecture
_RESTRICT_SELF: Final = 446
_VERSION: Final = 1  # LANDLOCK_CREATE_RULESET_VERSION
_PR_SET_NO_NEW_PRIVS: Final = 38

# Rights to files by the version that brought them, <linux/landlock.h>: all of them are handled, and
# no rule gives any back.
_FILES: Final = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
_TCP: Final = {4: 0b11}  # bind, connect
_SCOPES: Final = {6: 0b11}  # abstract sockets, signals


def shut_in() -> bool:
    """Shut this process in, and every thread that it starts from now on.

    Returns:
        Whether the system can; where it cannot, nothing was changed.

    Raises:
        OSError: it can, and did not.
    """
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE_RULESET, None, 0, _VERSION)
    if version < 1:
        return False
    handled = [_up_to(version, rights) for rights in (_FILES, _TCP, _SCOPES)]
    attribute = struct.pack("=QQQ", *handled)
    # An older kernel takes the longer structure as long as what it does not know is zero.
    ruleset = libc.syscall(_CREATE_RULESET, attribute, len(attribute), 0)
    _require(ruleset >= 0)
    try:
        _require(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        _require(libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)
    return True


def _up_to(version: int, rights: dict[int, int]) -> int:
    return sum(bits for since, bits in rights.items() if since <= version)


def _require(condition: bool) -> None:  # noqa: FBT001 - what was hoped for
    if not condition:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
