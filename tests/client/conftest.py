"""The service's own desk: the client is tried on nothing less."""

from __future__ import annotations

from tests.service.conftest import probe, sample, shared_desk, stranger, verifier

__all__ = ["probe", "sample", "shared_desk", "stranger", "verifier"]
