"""The claim: the secret that a holder carries, and its text form."""

from __future__ import annotations

import base64
import re
import secrets
import zlib
from typing import Self

from visavis.errors import ClaimMalformed

from ._encoding import encode_for
from ._institution import TAG_SIZE, institution_tag
from ._secret import SECRET_SIZE, Secret

CLAIM_PATTERN = r"vis1_[a-z2-7]{64}_[a-z2-7]{7}"
"""What secret scanners should look for; ``Claim.reveal`` writes exactly this, in lower case."""

LOCATOR_SIZE = 32  # bytes

_VERSION = 1
_CRC_SIZE = 4
_MAX_TEXT = 512  # characters looked at: a claim has 77, a wrapped and indented one a few more

# RFC 4648 leaves 0, 1 and 8 out of base32 because they are read as these; the checksum still
# has to agree.
_LOOK_ALIKES = str.maketrans("018", "olb")
_SHAPE = re.compile(r"visl_([a-z2-7]{64})_([a-z2-7]{7})")


class Claim(Secret):
    """What a holder carries: 32 random bytes, and the tag of the institution that issued them.

    ``repr`` and ``str`` never show it; only ``reveal`` does. It cannot be pickled or copied, and
    compares in constant time.
    """

    __slots__ = ("_tag",)

    def __init__(self, secret: bytes, *, tag: bytes) -> None:
        super().__init__(secret)
        self._tag = tag

    @classmethod
    def generate(cls, *, institution: str) -> Self:
        """Make a new claim of ``institution`` from the operating system's randomness.

        Raises:
            InputInvalid: the institution's identifier is not one.
        """
        return cls(secrets.token_bytes(SECRET_SIZE), tag=institution_tag(institution))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form, as printed, typed or scanned.

        Upper case, white space anywhere, and 0, 1 and 8 in place of o, l and b are tolerated: none
        of these can turn one claim into another. Any single wrong character and any two swapped
        neighbours are noticed (CRC-32 detects every burst of up to 32 bits).

        Raises:
            ClaimMalformed: it is not a claim. The detail repeats nothing of the text.
        """
        if len(text) > _MAX_TEXT:
            raise ClaimMalformed("far too long for a claim")
        compact = "".join(text.split())
        if not compact.isascii():
            raise ClaimMalformed("a claim has only letters, digits and underscores")
        match = _SHAPE.fullmatch(compact.lower().translate(_LOOK_ALIKES))
        if match is None:
            raise ClaimMalformed("not of the form vis1_..._...; is it complete?")
        payload = base64.b32decode(match[1], casefold=True)
        if _to_base32(_crc(payload)) != match[2]:
            raise ClaimMalformed("the checksum does not fit; a character is wrong")
        if payload[0] != _VERSION:
            raise ClaimMalformed("a version of claim that this visavis does not know")
        return cls(payload[1 + TAG_SIZE :], tag=payload[1 : 1 + TAG_SIZE])

    def reveal(self) -> str:
        """The text form, 77 characters. Show it to the holder; keep, log and send it nowhere."""
        payload = bytes([_VERSION]) + self._tag + self._secret
        return f"vis1_{_to_base32(payload)}_{_to_base32(_crc(payload))}"

    def issued_by(self, institution: str) -> bool:
        """Whether it carries that institution's tag: a hint for routing, proof of nothing.

        Raises:
            InputInvalid: the institution's identifier is not one.
        """
        return self._tag == institution_tag(institution)

    def locator(self, *, institution: str) -> bytes:
        """The 32 bytes under which the record is stored; they reveal nothing of the claim.

        HKDF(S, info = suite, institution, "locator").
        """
        return self.derive(info=encode_for(institution, b"locator"), length=LOCATOR_SIZE)


def _to_base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()


def _crc(payload: bytes) -> bytes:
    return zlib.crc32(payload).to_bytes(_CRC_SIZE, "big")
