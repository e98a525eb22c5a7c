"""What the layers of one record are derived from and bound to: DESIGN section 4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._encoding import encode, encode_for

if TYPE_CHECKING:
    from uuid import UUID

# What several of them share is encoded once: encode(a, b) is encode(a) + encode(b).
_OUTER = encode(b"outer")
_INNER = encode(b"inner")
_BODY = encode(b"body")
_REFERENCE = encode(b"reference")


class Scope:
    """Derivations and associated data of a record of this institution, locator and enrolment.

    Attributes:
        inner_info: suite, institution, enrolment_id, "reference"; with the claim.
        body_prefix: suite, institution, enrolment_id, "body"; hashed with the data key.
        inner_data: suite, institution, locator, enrolment_id, "inner".
    """

    __slots__ = ("_everywhere", "body_prefix", "inner_data", "inner_info")

    def __init__(self, institution: str, locator: bytes, enrolment_id: UUID) -> None:
        head, enrolment = encode_for(institution), encode(enrolment_id.bytes)
        self._everywhere = head + encode(locator) + enrolment
        self.inner_info = head + enrolment + _REFERENCE
        self.body_prefix = head + enrolment + _BODY
        self.inner_data = self._everywhere + _INNER

    def outer_data(self, kek_id: bytes) -> bytes:
        """Suite, institution, locator, enrolment_id, "outer", kek id."""
        return self._everywhere + _OUTER + encode(kek_id)

    def body_data(self, model_digest: bytes, consent_id: UUID) -> bytes:
        """Suite, institution, locator, enrolment_id, "body", model digest, consent id."""
        return self._everywhere + _BODY + encode(model_digest, consent_id.bytes)
