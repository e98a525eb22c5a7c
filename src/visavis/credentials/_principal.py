"""Who is calling, as far as their credential says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from visavis.errors import CredentialScopeMissing

if TYPE_CHECKING:
    from uuid import UUID

__all__ = ["Principal", "Scope"]


class Scope(StrEnum):
    """What a credential is for. None includes another."""

    ENROL = "enrol"
    """Enrol and renew."""
    VERIFY = "verify"
    """Verify a claim."""
    FORGET = "forget"
    """Forget an enrolment, withdraw a consent."""
    COMPARE = "compare"
    """Compare a document's portrait with the living holder."""
    AUDIT = "audit"
    """Read the log."""
    ADMIN = "admin"
    """Enable enrolments, see the operator's page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A caller whose credential was checked.

    Attributes:
        credential_id: which credential; of access tokens, the same for every token of a client.
        institution: for whom they act.
        scopes: what for.
    """

    credential_id: UUID
    institution: str
    scopes: frozenset[Scope]

    def require(self, scope: Scope) -> None:
        """Refuses whoever has no such scope.

        Raises:
            CredentialScopeMissing: they have not.
        """
        if scope not in self.scopes:
            raise CredentialScopeMissing(f"this credential is not for {scope}")
