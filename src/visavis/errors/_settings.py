"""Errors about settings."""

from __future__ import annotations

from visavis.errors._base import Error

__all__ = ["SettingsInvalid"]


class SettingsInvalid(Error):
    """A setting has no such name or value, or the settings file cannot be read."""

    code = "settings.invalid"
