"""Reads the ``pnet/rnet/onet.lz4`` files of the PyPI package ``mtcnn`` 1.0.0 without unpickling.

Each file is an LZ4 frame around what ``joblib.dump`` wrote: a protocol 4 pickle of a list of
``NumpyArrayWrapper`` objects, each followed in the stream by one byte n, n bytes of padding and the
array's bytes. Unpickling calls whatever the file names; this reader calls nothing. A stack machine
that knows the two dozen opcodes these files use, and no other, carries inert lists, tuples, numbers
and texts from one to the next.
"""

from __future__ import annotations

import io
import math
import pickle
from typing import TYPE_CHECKING

import numpy as np

from visavis.errors import ModelCorrupt

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["read_mtcnn"]

_MAX_BYTES = 4 << 20
"""Decompressed size of one file: the largest of the three, O-Net, has 1,557,530 bytes."""

_MAX_OPCODES = 2_000
"""Opcodes in one file: O-Net, the longest, has 580. Also bounds the stack and the memo."""

_MAX_DIMENSIONS = 4

_WRAPPER = "joblib.numpy_pickle NumpyArrayWrapper"
_FIELDS = {
    "subclass": "numpy ndarray",
    "order": "C",
    "dtype": ["numpy dtype", ("f4", False, True), (3, "<", None, None, None, -1, -1, 0)],
    "allow_mmap": True,
    "numpy_array_alignment_bytes": 16,
}
"""What every wrapper says beside its shape: little-endian float32 in C order."""

_CONSTANTS = {
    pickle.NONE: None,
    pickle.NEWTRUE: True,
    pickle.NEWFALSE: False,
    pickle.EMPTY_TUPLE: (),
}
_TUPLES = {pickle.TUPLE1: 1, pickle.TUPLE2: 2, pickle.TUPLE3: 3}


def read_mtcnn(data: bytes) -> list[npt.NDArray[np.float32]]:
    """Read the arrays of one MTCNN weight file.

    Args:
        data: the whole ``.lz4`` file. Its SHA-256 should have been checked before.

    Returns:
        The arrays in the file's order, float32, C order, finite: for each layer its kernel (HWIO,
        or inputs x outputs), its bias, and its PReLU slopes where it has them.

    Raises:
        ModelCorrupt: the bytes are truncated, damaged, hostile or of another kind.
    """
    stream = io.BytesIO(_decompress(data))
    try:
        arrays = _Machine(stream).run()
    # What the machine meets in damaged bytes and does not look for itself. Nothing was executed.
    except (ValueError, IndexError) as error:
        raise ModelCorrupt("The MTCNN weight file is damaged.") from error
    if stream.read(1):
        raise ModelCorrupt("The MTCNN weight file has bytes after its end.")
    return arrays


def _decompress(data: bytes) -> bytes:
    import lz4.frame  # noqa: PLC0415 - only needed when the graphs are built, once a machine

    decompressor = lz4.frame.LZ4FrameDecompressor()
    try:
        raw: bytes = decompressor.decompress(data, max_length=_MAX_BYTES)
    except RuntimeError as error:
        raise ModelCorrupt("The MTCNN weight file is not a sound LZ4 frame.") from error
    if not decompressor.eof:
        raise ModelCorrupt("The MTCNN weight file is truncated or too large.")
    if decompressor.unused_data:
        raise ModelCorrupt("The MTCNN weight file has bytes after its end.")
    return raw


class _Machine:
    """The pickle stack machine, reduced to values that can do nothing.

    A class is its name, an instance of it ``[name]``, a call ``[name, arguments]``, a dictionary
    the list of its keys and values in turn. None of them is ever printed, hashed or searched: a few
    opcodes can nest a value into itself.
    """

    def __init__(self, stream: io.BytesIO) -> None:
        self._stream = stream
        self._stack: list[object] = []
        self._marks: list[int] = []
        self._memo: list[object] = []

    def run(self) -> list[npt.NDArray[np.float32]]:
        for _ in range(_MAX_OPCODES):
            opcode = self._take(1)
            if opcode == pickle.STOP:
                (arrays,) = self._stack
                return [_array(item) for item in _list(arrays)]
            self._step(opcode)
        raise ModelCorrupt("The MTCNN weight file holds more than weights.")

    def _step(self, opcode: bytes) -> None:  # noqa: C901, PLR0912 - one flat table reads best
        stack = self._stack
        match opcode:
            case pickle.PROTO:
                self._take(1)
            case pickle.FRAME:
                self._take(8)
            case pickle.BININT:
                stack.append(int.from_bytes(self._take(4), "little", signed=True))
            case pickle.BININT1:
                stack.append(self._take(1)[0])
            case pickle.BININT2:
                stack.append(int.from_bytes(self._take(2), "little"))
            case pickle.SHORT_BINUNICODE:
                stack.append(self._take(self._take(1)[0]).decode())
            case pickle.NONE | pickle.NEWTRUE | pickle.NEWFALSE | pickle.EMPTY_TUPLE:
                stack.append(_CONSTANTS[opcode])
            case pickle.EMPTY_LIST | pickle.EMPTY_DICT:
                stack.append([])
            case pickle.MARK:
                self._marks.append(len(stack))
            case pickle.TUPLE:
                stack.append(tuple(self._pop(len(stack) - self._marks.pop())))
            case pickle.TUPLE1 | pickle.TUPLE2 | pickle.TUPLE3:
                stack.append(tuple(self._pop(_TUPLES[opcode])))
            case pickle.MEMOIZE:
                self._memo.append(stack[-1])
            case pickle.BINGET:
                stack.append(self._memo[self._take(1)[0]])
            case pickle.STACK_GLOBAL:
                module, name = self._pop(2)
                stack.append(f"{_text(module)} {_text(name)}")
            case pickle.NEWOBJ:
                stack.append(self._pop(2)[:1])
            case pickle.REDUCE:
                stack.append(self._pop(2))
            case pickle.APPENDS | pickle.SETITEMS:
                items = self._pop(len(stack) - self._marks.pop())
                _list(stack[-1]).extend(items)
            case pickle.BUILD:
                self._build(*self._pop(2))
            case _:
                raise ModelCorrupt(f"The MTCNN weight file uses the pickle opcode {opcode!r}.")

    def _take(self, size: int) -> bytes:
        data = self._stream.read(min(size, _MAX_BYTES))  # at most what is there, too
        if len(data) != size:
            raise ModelCorrupt("The MTCNN weight file ends too early.")
        return data

    def _pop(self, count: int) -> list[object]:
        start = len(self._stack) - count
        if start < 0 or count < 0:
            raise ModelCorrupt("The MTCNN weight file is damaged.")
        items = self._stack[start:]
        del self._stack[start:]
        return items

    def _build(self, instance: object, state: object) -> None:
        """Complete an instance; an array's wrapper is replaced by the array that follows it."""
        if instance == [_WRAPPER]:
            self._stack.append(self._read_array(_list(state)))
        else:
            _list(instance).append(state)  # in place: the memo refers to it too
            self._stack.append(instance)

    def _read_array(self, state: list[object]) -> npt.NDArray[np.float32]:
        fields = {_text(key): value for key, value in zip(state[::2], state[1::2], strict=True)}
        shape = fields.pop("shape", None)
        if fields != _FIELDS or not isinstance(shape, tuple):
            raise ModelCorrupt("The MTCNN weight file holds something else than float32 arrays.")
        if not 1 <= len(shape) <= _MAX_DIMENSIONS or not all(
            isinstance(n, int) and n > 0 for n in shape
        ):
            raise ModelCorrupt("The MTCNN weight file has an array of an impossible shape.")
        self._take(self._take(1)[0])
        array = np.frombuffer(self._take(4 * math.prod(shape)), dtype="<f4").reshape(shape)
        if not np.isfinite(array).all():
            raise ModelCorrupt("The MTCNN weight file has a weight that is not a finite number.")
        return array


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ModelCorrupt("The MTCNN weight file is damaged.")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ModelCorrupt("The MTCNN weight file is damaged.")
    return value


def _array(value: object) -> npt.NDArray[np.float32]:
    if not isinstance(value, np.ndarray):
        raise ModelCorrupt("The MTCNN weight file does not hold a list of arrays.")
    return value
