"""Who calls: a credential, its institution and its scopes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

__all__ = ["Caller", "Callers", "Scope"]


class Scope(StrEnum):
    """What a credential may do."""

    ENROL = "enrol"
    VERIFY = "verify"
    FORGET = "forget"
    COMPARE = "compare"
    AUDIT = "audit"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls."""

    credential_id: UUID
    institution: str
    scopes: frozenset[Scope]


class Callers(Protocol):
    """Knows credentials."""

    async def authenticate(self, token: str | None, *, scope: Scope) -> Caller: ...
