"""The service's own desk, which the examples are run against."""

from __future__ import annotations

from tests.service.conftest import probe, sample, shared_desk, stranger, verifier

__all__ = ["probe", "sample", "shared_desk", "stranger", "verifier"]
