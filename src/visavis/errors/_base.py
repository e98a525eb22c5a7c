"""The base of every error, and the one that fits no room."""

from __future__ import annotations

from typing import ClassVar

__all__ = ["Error", "InputInvalid"]


class Error(Exception):
    """The base of every visavis error.

    Attributes:
        code: stable, dotted, machine-readable (``face.none``).
        detail: one sentence for people, free of secrets and personal data.
        input: which argument is meant, where there are several (``probes[1]``), else None.
    """

    code: ClassVar[str] = "error"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail
        self.input: str | None = None

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"


class InputInvalid(Error):
    """An argument has the wrong type, shape, range or count."""

    code = "input.invalid"
