"""Embeddings of an unfinished run: on disk only encrypted, and the key lies elsewhere.

See docs/decisions/0011-embeddings-of-a-run.md.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import struct
from typing import TYPE_CHECKING, Final

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from visavis.errors import RunMismatch
from visavis.evaluation.protocols._sample import Sample

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["FILE_NAME", "RunFile", "keys_folder"]

FILE_NAME: Final = "embeddings.part"

_MAGIC: Final = b"visavis run 2\n"
_ID: Final = 16
_ABOUT: Final = 32
_NONCE: Final = 12
_LENGTH: Final = struct.Struct("<I")


def keys_folder() -> Path:
    """The user's own folder of keys of unfinished runs, apart from where results are written."""
    import platformdirs  # noqa: PLC0415 - only runs that write to disk need it

    return platformdirs.user_state_path("visavis") / "runs"


class RunFile:
    """What an interrupted run has embedded so far, in order.

    A header (format, random id, digest of what the run is about), then chunks: AES-256-GCM under
    the key of the run, each bound to the header and to its place. A chunk cut off is dropped.
    """

    def __init__(self, path: Path, key_path: Path, header: bytes, key: bytes) -> None:
        self._path = path
        self._key_path = key_path
        self._header = header
        self._cipher = AESGCM(key)
        self._chunks = 0
        self.samples: list[Sample] = []

    @classmethod
    def open(cls, folder: Path, *, about: bytes, keys: Path) -> RunFile:
        """Go on with the run of a folder, or begin one.

        Args:
            folder: where the file lies or comes to lie; made if need be.
            about: SHA-256 of all that decides the embeddings; another run's file is refused.
            keys: the folder of the keys; made if need be.

        Raises:
            RunMismatch: an unfinished run of something else is there, or its key is gone, or the
                file is damaged.
        """
        path = folder / FILE_NAME
        folder.mkdir(parents=True, exist_ok=True)
        keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            return cls._begin(path, about, keys)
        data = path.read_bytes()
        header = data[: len(_MAGIC) + _ID + _ABOUT]
        if header[: len(_MAGIC)] != _MAGIC or header[len(_MAGIC) + _ID :] != about:
            raise RunMismatch(
                f"{FILE_NAME} is of a run over other pictures or with another pack; "
                "delete it to start again"
            )
        key_path = _key_path(keys, header)
        try:
            key = key_path.read_bytes()
        except OSError:
            raise RunMismatch(
                f"the key of the unfinished run is gone; delete {FILE_NAME} to start again"
            ) from None
        run = cls(path, key_path, header, key)
        run._read(data)
        return run

    @classmethod
    def _begin(cls, path: Path, about: bytes, keys: Path) -> RunFile:
        header = _MAGIC + secrets.token_bytes(_ID) + about
        key_path, key = _key_path(keys, header), AESGCM.generate_key(256)
        _write_private(key_path, key)
        _write_private(path, header)
        return cls(path, key_path, header, key)

    def add(self, samples: Sequence[Sample]) -> None:
        """Append a chunk; it is on the disk when this returns."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._cipher.encrypt(nonce, _pack(samples), self._bound())
        with self._path.open("ab") as opened:
            opened.write(_LENGTH.pack(len(nonce) + len(sealed)) + nonce + sealed)
            opened.flush()
            os.fsync(opened.fileno())
        self._chunks += 1
        self.samples.extend(samples)

    def delete(self) -> None:
        """Delete the key, then the file that nobody can read any more, and its folder if empty."""
        self._key_path.unlink(missing_ok=True)
        self._path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self._path.parent.rmdir()

    def _read(self, data: bytes) -> None:
        place = len(self._header)
        while place + _LENGTH.size <= len(data):
            (length,) = _LENGTH.unpack_from(data, place)
            chunk = data[place + _LENGTH.size : place + _LENGTH.size + length]
            if len(chunk) < length:
                break
            try:
                plain = self._cipher.decrypt(chunk[:_NONCE], chunk[_NONCE:], self._bound())
            except InvalidTag:
                raise RunMismatch(f"{FILE_NAME} is damaged; delete it to start again") from None
            self.samples.extend(_unpack(plain))
            self._chunks += 1
            place += _LENGTH.size + length
        if place < len(data):
            os.truncate(self._path, place)

    def _bound(self) -> bytes:
        return self._header + self._chunks.to_bytes(8)


def _key_path(keys: Path, header: bytes) -> Path:
    return keys / f"{header[len(_MAGIC) : len(_MAGIC) + _ID].hex()}.key"


def _write_private(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def _pack(samples: Sequence[Sample]) -> bytes:
    told = json.dumps(
        [[each.failure, each.gate, each.reference is not None] for each in samples]
    ).encode()
    vectors = [each.vector for each in samples if each.vector is not None]
    vectors += [each.reference for each in samples if each.reference is not None]
    return _LENGTH.pack(len(told)) + told + b"".join(each.tobytes() for each in vectors)


def _unpack(plain: bytes) -> list[Sample]:
    (length,) = _LENGTH.unpack_from(plain)
    told = json.loads(plain[_LENGTH.size : _LENGTH.size + length])
    found = sum(not failure for failure, _, _ in told)
    others = sum(other for _, _, other in told)
    rows = np.frombuffer(plain, np.float32, offset=_LENGTH.size + length)
    rows = rows.reshape(found + others, -1) if found else rows
    vectors, references = iter(rows[:found]), iter(rows[found:])
    return [
        Sample(
            vector=None if failure else next(vectors),
            failure=failure,
            gate=gate,
            reference=next(references) if other else None,
        )
        for failure, gate, other in told
    ]
