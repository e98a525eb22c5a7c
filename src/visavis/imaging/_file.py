"""Reading a picture's file without trusting what it claims to be."""

from __future__ import annotations

import os
import stat

from visavis.errors import ImageTooLarge, ImageUnreadable, InputInvalid

from ._limits import MAX_BYTES

__all__ = ["read_file"]


def read_file(path: str | os.PathLike[str]) -> bytes:
    """Read a regular file of at most ``MAX_BYTES`` bytes.

    Pipes, devices and sockets are refused: they may block or never end. Error details leave the
    path out, because people's names are in file names.

    Raises:
        InputInvalid: not a path.
        ImageUnreadable: missing, not permitted, or not a regular file.
        ImageTooLarge: more bytes than ``MAX_BYTES``.
    """
    if not isinstance(path, str | os.PathLike):
        raise InputInvalid("a path must be a str or os.PathLike")
    try:
        # Without O_NONBLOCK, opening a pipe would wait for its writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise ImageUnreadable("not a regular file")
            data = file.read(MAX_BYTES + 1)
    except ValueError as error:
        raise ImageUnreadable("not a path that a file can have") from error
    except OSError as error:
        raise ImageUnreadable((error.strerror or "cannot be read").lower()) from error
    if len(data) > MAX_BYTES:
        raise ImageTooLarge(f"more than {MAX_BYTES:,} bytes")
    return data
