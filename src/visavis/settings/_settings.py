"""The settings that all edges share, and the sections of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from visavis.settings._log import LogSettings
from visavis.settings._service import ServiceSettings
from visavis.settings._setting import OwnPath, setting

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Settings", "platform_folder"]


def platform_folder(_: Mapping[str, Any]) -> Path:
    """The folder where a user's data belongs on this platform."""
    import platformdirs  # noqa: PLC0415 - slow to import, and only the default needs it

    return platformdirs.user_data_path("visavis")


class Settings(BaseSettings):
    """Where visavis keeps things, and what it takes for granted.

    Attributes are described where they are set; ``docs/settings.md`` lists them.
    """

    model_config = SettingsConfigDict(
        env_prefix="VISAVIS_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
    )

    home: OwnPath = setting(
        factory=platform_folder,
        shown="the platform's, `~/.local/share/visavis` on Linux",
        what="visavis's data folder, with the store, the key ring, and packs of your own.",
        why="The platform says where a user's data belongs.",
    )
    store: str = setting(
        factory=lambda known: f"sqlite:///{known['home'] / 'store.db'}",
        shown="`store.db` in `home`",
        secret=True,  # it may hold a password
        what="The store: `sqlite:///path` or `postgresql://user@host/database`.",
        why="A file needs no set-up; PostgreSQL is for several machines.",
    )
    keys: OwnPath = setting(
        factory=lambda known: known["home"] / "keys" / "keyring.json",
        shown="`keys/keyring.json` in `home`",
        what="The key ring's file. The keys that sign logs lie beside it.",
        why="A folder of its own, so that it can be mounted and backed up apart from the store.",
    )
    keys_from: Literal["file", "environment"] = setting(
        "file",
        what="Where the key ring is read: the file `keys`, or the variable `VISAVIS_KEYRING`, "
        "which holds the same document. The variable is never written: rotating and destroying "
        "take the file.",
        why="Child processes inherit variables, and `/proc` shows them to the same user.",
    )
    institution: str = setting(
        "default",
        what="Whose enrolments are meant, by the identifier that `visavis institutions new` made.",
        why="`visavis init` makes this one; most have no other.",
    )
    pack: str = setting(
        "dlib",
        what="The model pack.",
        why="Its weights are in the public domain and come with the installation.",
    )
    provider: Literal["cpu", "cuda"] = setting(
        "cpu",
        what="What runs the pack's networks, in ONNX Runtime. `cuda` wants an `onnxruntime-gpu` of "
        "your own in place of `onnxruntime`, and is refused (`model.unavailable`) where it cannot "
        "be used: nothing else takes its place.",
        why="Every machine has one, and the model card was measured on it.",
    )
    profile: Literal["attended", "sp800-63b-4", "sp800-63a-4"] = setting(
        "attended",
        what="What a verification must satisfy.",
        why="Staff watch whoever uses a command line; the others ask for liveness evidence.",
    )
    terminal: str | None = setting(
        None,
        what="A word for this place, such as `till-3`. Failures are counted by it, too, so that "
        "nobody tries many claims at one place.",
        why="Only the institution knows its places; without one, failures count by enrolment.",
    )
    language: str = setting(
        "en",
        what="The language of the consents' wording, as in BCP 47.",
        why="The command line's own.",
    )
    retention_days: int = setting(
        3 * 365,
        ge=1,
        what="`visavis purge` forgets what was not used for so many days.",
        why="Three years: longer than most cards and contracts lie idle, and a face changes; "
        "shorten it wherever the consent says so.",
    )
    epoch_days: int = setting(
        30,
        ge=1,
        what="`visavis status` asks for a rotation when the current epoch is older.",
        why="What was forgotten stays in backups until its epoch's key is destroyed: a month "
        "is how long the data protection law gives for an answer (GDPR, article 12).",
    )
    log: LogSettings = Field(default_factory=LogSettings)
    service: ServiceSettings = Field(default_factory=ServiceSettings)
