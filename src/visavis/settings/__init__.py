"""Every setting, its default and its reason: ``docs/settings.md`` is made from this room.

A setting is taken from a TOML file (``visavis.toml`` in the data folder, or the file that
``VISAVIS_CONFIG`` names), over that from the environment (``VISAVIS_STORE``), and over that from
what the caller gives, such as options of the command line. An edge with settings of its own adds a
section: a subclass of `Section` and one field in `Settings`. Its variables are then
``VISAVIS_SECTION__NAME``, and in the file it is a table ``[section]``.

Only the edges import this module, and only when they need it: pydantic takes a tenth of a second
to load, and comparing photographs has no settings.
"""

from visavis.settings._load import CONFIG_FILE, CONFIG_VARIABLE, load_settings
from visavis.settings._log import LogSettings
from visavis.settings._service import ServiceSettings
from visavis.settings._setting import Section, setting
from visavis.settings._settings import Settings

__all__ = [
    "CONFIG_FILE",
    "CONFIG_VARIABLE",
    "LogSettings",
    "Section",
    "ServiceSettings",
    "Settings",
    "load_settings",
    "setting",
]
