"""Signed notes as in C2SP signed-note (https://c2sp.org/signed-note), with Ed25519 (type 0x01)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Never, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from visavis.errors import InputInvalid, LogMalformed, LogSignatureInvalid

from ._base64 import from_base64, to_base64

_ED25519 = b"\x01"
_KEY_SIZE = 32
_KEY_ID_SIZE = 4
_MAX_SIZE = 1 << 20  # bytes: room for far more than the 16 signatures that must be accepted

_SIGNATURE = re.compile("\N{EM DASH} ([^ ]+) ([A-Za-z0-9+/=]+)")
_PRIVATE = "PRIVATE+KEY+"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public key of a log, under its name.

    Attributes:
        name: not empty, without spaces and ``+``; a URL without its scheme by convention.
        public: 32 bytes, Ed25519.
    """

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not _is_name(self.name):
            raise InputInvalid("a key's name is not empty and has neither spaces nor a plus")
        if len(self.public) != _KEY_SIZE:
            raise InputInvalid(f"an Ed25519 public key is {_KEY_SIZE} bytes")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``name+id+key``, as ``render`` writes it.

        Raises:
            LogMalformed: it is not such a key, or its id is another's.
        """
        key = cls(*_parse_key(text))
        if key.render() != text:
            raise LogMalformed("the key's id does not belong to it")
        return key

    def render(self) -> str:
        """The form of Go's note package: name, id in hexadecimal, type and key in base64."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(_ED25519 + self.public)}"

    @property
    def key_id(self) -> bytes:
        """Four bytes that name the key in signature lines; no protection by themselves."""
        named = self.name.encode() + b"\n" + _ED25519 + self.public
        return hashlib.sha256(named).digest()[:_KEY_ID_SIZE]


class SignerKey:
    """The private key of a log. ``repr`` does not show it; only ``reveal`` does."""

    __slots__ = ("_private", "verifier")

    def __init__(self, name: str, seed: bytes) -> None:
        if len(seed) != _KEY_SIZE:
            raise InputInvalid(f"an Ed25519 private key is {_KEY_SIZE} bytes")
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = VerifierKey(name, self._private.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, name: str) -> Self:
        """Make a new key."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``PRIVATE+KEY+name+id+key``, as ``reveal`` writes it.

        Raises:
            LogMalformed: it is not such a key, or its id is another's.
        """
        key = cls(*_parse_key(text.removeprefix(_PRIVATE)))
        if key.reveal() != text:
            raise LogMalformed("not a private key, or its id does not belong to it")
        return key

    def reveal(self) -> str:
        """The form of Go's note package; for the place that keeps the key and nowhere else."""
        key_id = self.verifier.key_id.hex()
        key = to_base64(_ED25519 + self._private.private_bytes_raw())
        return f"{_PRIVATE}{self.verifier.name}+{key_id}+{key}"

    def sign(self, text: str) -> bytes:
        """The note: the text, an empty line, and the signature line.

        Raises:
            InputInvalid: the text does not end with a newline, or has control characters.
        """
        if not text.endswith("\n") or not _is_plain(text):
            raise InputInvalid("a note's text ends with a newline and has no control characters")
        signature = self.verifier.key_id + self._private.sign(text.encode())
        line = f"\N{EM DASH} {self.verifier.name} {to_base64(signature)}\n"
        return (text + "\n" + line).encode()

    def __repr__(self) -> str:
        return f"SignerKey({self.verifier.name!r})"

    def __reduce_ex__(self, protocol: object) -> Never:
        raise TypeError("a SignerKey is neither pickled nor copied")


def open_note(note: bytes, *, verifier: VerifierKey) -> str:
    """Return the text of a note that this key has signed; other keys' signatures are passed over.

    Raises:
        LogMalformed: it is not a signed note.
        LogSignatureInvalid: the key has not signed it, or one of its signatures is wrong.
    """
    text, lines = _split(note)
    public = Ed25519PublicKey.from_public_bytes(verifier.public)
    signed = False
    for line in lines:
        name, signature = _parse_signature(line)
        if (name, signature[:_KEY_ID_SIZE]) == (verifier.name, verifier.key_id):
            try:
                public.verify(signature[_KEY_ID_SIZE:], text.encode())
            except InvalidSignature:
                raise LogSignatureInvalid("the note was changed, or its signature was") from None
            signed = True
    if not signed:
        raise LogSignatureInvalid("the note has no signature of this key")
    return text


def _split(note: bytes) -> tuple[str, list[str]]:
    if len(note) > _MAX_SIZE:
        raise LogMalformed("far too long for a note")
    try:
        content = note.decode()
    except UnicodeDecodeError:
        raise LogMalformed("a note is UTF-8") from None
    text, separator, signatures = content.rpartition("\n\n")
    if not (separator and signatures.endswith("\n") and _is_plain(content)):
        raise LogMalformed("a note is text, an empty line, and signature lines")
    return text + "\n", signatures[:-1].split("\n")


def _parse_signature(line: str) -> tuple[str, bytes]:
    match = _SIGNATURE.fullmatch(line)
    if match is None or not _is_name(match[1]):
        raise LogMalformed("not a signature line")
    signature = from_base64(match[2])
    if len(signature) <= _KEY_ID_SIZE:
        raise LogMalformed("a signature without content")
    return match[1], signature


def _parse_key(text: str) -> tuple[str, bytes]:
    """Name and key out of ``name+id+key``; the caller compares the id, by writing it all again."""
    name, _, rest = text.partition("+")
    typed = from_base64(rest.partition("+")[2])
    if not _is_name(name) or typed[:1] != _ED25519 or len(typed) != 1 + _KEY_SIZE:
        raise LogMalformed("not an Ed25519 key of the form name+id+key")
    return name, typed[1:]


def _is_name(name: str) -> bool:
    forbidden = any(one == "+" or one.isspace() for one in name)
    return bool(name) and not forbidden and _is_plain(name) and "\n" not in name


def _is_plain(text: str) -> bool:
    return all(one >= " " or one == "\n" for one in text)
