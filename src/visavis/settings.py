"""Every setting, its default and its reason: ``docs/settings.md`` is made from this file.

A setting is taken from a TOML file (``visavis.toml`` in the data folder, or the file that
``VISAVIS_CONFIG`` names), over that from the environment (``VISAVIS_STORE``), and over that from
what the caller gives, such as options of the command line. An edge with settings of its own adds a
section: a subclass of `Section` and one field in `Settings`. Its variables are then
``VISAVIS_SECTION__NAME``, and in the file it is a table ``[section]``.

Only the edges import this module, and only when they need it: pydantic takes a tenth of a second
to load, and comparing photographs has no settings.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from visavis.errors import SettingsInvalid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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

CONFIG_VARIABLE = "VISAVIS_CONFIG"
CONFIG_FILE = "visavis.toml"  # in the data folder

_MAX_SIZE = 1 << 20  # bytes of a settings file: far more than all settings take

_Origin = Annotated[str, StringConstraints(pattern=r"^https?://[A-Za-z0-9.\-\[\]:]+$")]
_Address = Annotated[str, StringConstraints(pattern=r"^https?://[!-~]+$")]
_Path = Annotated[Path, AfterValidator(Path.expanduser)]


def setting(
    default: object = ...,
    *,
    what: str,
    why: str,
    factory: Callable[[dict[str, Any]], object] | None = None,
    shown: str | None = None,
    secret: bool = False,
    **limits: Any,  # noqa: ANN401 - pydantic's own (ge, le, min_length, ...)
) -> Any:  # noqa: ANN401 - stands for a value of the field's type, as pydantic's Field does
    """A field of a section, with what its page of the documentation says of it.

    Args:
        default: its value where nothing else is given.
        what: what it sets.
        why: the reason for the default.
        factory: makes the default of the section's fields before this one, instead of ``default``.
        shown: how that default is written in the documentation.
        secret: whether ``repr`` leaves it out.
        limits: as pydantic's ``Field`` takes them.
    """
    extra: dict[str, Any] = {"why": why, "shown": shown}
    known: dict[str, Any] = (
        {"default": default} if factory is None else {"default_factory": factory}
    )
    return Field(**known, description=what, json_schema_extra=extra, repr=not secret, **limits)


class Section(BaseModel):
    """Settings that belong together. Unknown names are refused, values are not changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TokenIssuer(BaseModel):
    """Who issues access tokens that are taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: str
    audience: str
    institution: str
    keys_url: str


class LogSettings(Section):
    """What is done with the transparency logs."""

    copies: _Path | None = setting(
        None,
        what="A folder on another machine's disk, in which a copy of each institution's log is "
        "kept, a folder each. It goes on with each checkpoint, and no store that is older than its "
        "copies is served or changed: `visavis store replay`. `visavis log copy` makes the first.",
        why="Only the institution knows of another disk, and beside the store a copy is lost with "
        "it. Without one, what happened since a backup must be done again by hand.",
    )


class ServiceSettings(Section):
    """How the HTTP service behaves."""

    host: str = setting(
        "127.0.0.1",
        what="The address that it listens on.",
        why="Nothing is open by default: a reverse proxy, or whoever sets another, opens it.",
    )
    port: int = setting(
        8460, ge=0, le=65535, what="The port; 0 takes a free one.", why="No other service's."
    )
    tls_certificate: _Path | None = setting(
        None,
        what="A file with the certificate (PEM) that it shows, and the chain to it.",
        why="On one machine, or behind a proxy that speaks TLS, none is needed.",
    )
    tls_key: _Path | None = setting(
        None, what="The file with the certificate's private key (PEM).", why="As before."
    )
    tls_clients: _Path | None = setting(
        None,
        what="A file with the authorities (PEM) whose client certificates are asked for (mTLS). "
        "It comes on top of a credential, never in its place.",
        why="Few callers have certificates.",
    )
    uploads: int = setting(
        0,
        ge=0,
        what="How many enrolments a day (UTC) an institution may make of pictures that the caller "
        "sends. Each is counted in the store, and noted in the service's log.",
        why="A picture sent says nothing of how it was taken.",
    )
    claim_in_answer: bool = setting(
        default=False,
        what="Whether enrolment and renewal answer with the claim. Each time is in its log.",
        why="Then the caller sees the claim once; it belongs to the holder alone.",
    )
    threads: int = setting(
        0,
        ge=0,
        le=256,
        what="Threads that look at faces; 0 for one a core and one more.",
        why="The one more works while others wait for the disk.",
    )
    waiting: int = setting(
        16,
        ge=1,
        le=4096,
        what="Requests that may wait for each of these threads; what is more gets 503.",
        why="Who waits for longer than a second or two gives up, and tries again.",
    )
    max_body: int = setting(
        20 * 1024 * 1024,
        ge=1024,
        le=128 * 1024 * 1024,
        what="Bytes of a request's body.",
        why="Five photographs of a phone, in base64.",
    )
    body_seconds: float = setting(
        20.0,
        gt=0,
        what="Seconds in which a request must have come in, headers and body each.",
        why="Five photographs over a slow mobile line; who is slower holds a connection.",
    )
    answer_seconds: float = setting(
        30.0,
        gt=0,
        what="Seconds from a request's body to its answer.",
        why="Longer than any queue, shorter than the patience of proxies (60).",
    )
    drain_seconds: int = setting(
        30,
        ge=0,
        what="Seconds that requests have to finish when the service is stopped.",
        why="Kubernetes gives 30.",
    )
    token_issuers: tuple[TokenIssuer, ...] = setting(
        (),
        shown="none",
        what="Who issues access tokens (OAuth 2.0, RFC 9068) that are taken beside API keys; each "
        "with `issuer`, `audience`, `institution` (for whom its clients act) and `keys_url` (its "
        "JWK set, `https://`).",
        why="API keys need nobody else.",
    )
    rate: str = setting(
        "600/minute",
        what="How often a credential may be used, as `limits` writes it.",
        why="Ten a second, for each till or counter that has its own.",
    )
    enrolment_rate: str = setting(
        "30/minute",
        what="How often a credential may enrol or renew.",
        why="People enrol one by one, before somebody's eyes; in bulk nobody does.",
    )
    forgetting_rate: str = setting(
        "60/minute",
        what="How often a credential may forget.",
        why="A stolen credential should not empty the store before anybody looks.",
    )
    rate_storage: str = setting(
        "memory://",
        secret=True,  # it may hold a password
        what="Where uses are counted: `memory://` for each process by itself, or a Valkey or Redis "
        "that all of them share, such as `redis://host:6379`.",
        why="One process needs no other.",
    )
    one_folder: bool = setting(
        default=False,
        what="Whether the store and the key ring may lie in one folder.",
        why="Who copies that folder has two of the three things that open a reference.",
    )
    public_url: _Origin | None = setting(
        None,
        what="The origin that browsers reach this service by, such as `https://verify.example`. "
        "Links to the capture page begin with it, and the page may only speak to it.",
        why="Without a proxy in front, the address of each request says it.",
    )
    embedders: tuple[_Origin, ...] = setting(
        (),
        shown="none",
        what="Origins whose pages may embed the capture page, and are told when it is done.",
        why="A page that embeds another can lay things over it.",
    )
    return_urls: tuple[str, ...] = setting(
        (),
        shown="none",
        what="Addresses that the capture page may lead back to.",
        why="An open redirect lends this service's name to whoever makes a link.",
    )
    traces: _Address | None = setting(
        None,
        what="Where traces of requests are sent: an OpenTelemetry collector's address for OTLP "
        "over HTTP, such as `http://collector:4318/v1/traces`. Needs `visavis[otel]`.",
        why="Nothing leaves this machine that nobody asked for.",
    )
    upkeep_seconds: float = setting(
        5.0,
        gt=0,
        what="Seconds between two rounds of upkeep: the log's order, open attempts, webhooks.",
        why="As long as a receipt may wait for its proof.",
    )


def _platform_folder(_: Mapping[str, Any]) -> Path:
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

    home: _Path = setting(
        factory=_platform_folder,
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
    keys: _Path = setting(
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
    folder = home or os.environ.get("VISAVIS_HOME") or _platform_folder({})
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
