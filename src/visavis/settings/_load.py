"""The file, the environment and what the caller gives, one over the other."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsError,
)

from visavis.errors import SettingsInvalid
from visavis.settings._settings import Settings, platform_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CONFIG_FILE", "CONFIG_VARIABLE", "load_settings"]

CONFIG_VARIABLE = "VISAVIS_CONFIG"
CONFIG_FILE = "visavis.toml"  # in the data folder

_MAX_SIZE = 1 << 20  # bytes of a settings file: far more than all settings take


def load_settings(options: Mapping[str, object] | None = None) -> Settings:
    """The settings: ``options`` over the environment over the file over the defaults.

    Args:
        options: what the caller gives, by the settings' names; a mapping for a section.

    Raises:
        SettingsInvalid: a value does not fit, a name is unknown, or the file cannot be read. The
            detail names the setting and not its value.
    """
    given: dict[str, Any] = dict(options or {})
    file = _read_file(given.get("home"))

    class Layered(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            del dotenv_settings, file_secret_settings  # neither is offered
            return init_settings, env_settings, InitSettingsSource(settings_cls, file)

    try:
        return Layered(**given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsInvalid(f"{name}: {first['msg']}") from None
    except SettingsError:
        raise SettingsInvalid("a variable VISAVIS_... cannot be read as its setting") from None


def _read_file(home: object) -> dict[str, Any]:
    """What the settings file says; nothing where there is none and none was named."""
    named = os.environ.get(CONFIG_VARIABLE)
    folder = home or os.environ.get("VISAVIS_HOME") or platform_folder({})
    path = Path(named) if named else Path(str(folder)).expanduser() / CONFIG_FILE
    try:
        with path.open("rb") as file:
            document = file.read(_MAX_SIZE + 1)
        if len(document) > _MAX_SIZE:
            raise SettingsInvalid("the settings file is far too large")
        return tomllib.loads(document.decode())
    except FileNotFoundError:
        if not named:
            return {}
        raise SettingsInvalid(f"there is no file where {CONFIG_VARIABLE} says") from None
    except OSError as error:
        raise SettingsInvalid(f"the settings file cannot be read: {error.strerror}") from None
    except ValueError:  # TOML's own error is one, and so is that of text that is not UTF-8
        raise SettingsInvalid("the settings file is not TOML") from None
