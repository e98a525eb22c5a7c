"""Where a command finds the store and the key ring, and how it is given a claim."""

from __future__ import annotations

import enum
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from visavis.comparison import PROFILES
from visavis.errors import ClaimMalformed, InputInvalid
from visavis.models import Provider, find_pack
from visavis.sealing import Claim, EnvironmentKeyRing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from visavis import comparison
    from visavis.settings import Settings
    from visavis.verifier import Vault, Verifier

__all__ = [
    "ClaimFile",
    "ClaimText",
    "Home",
    "Institution",
    "Json",
    "Keys",
    "Pack",
    "Profile",
    "Store",
    "Terminal",
    "loaded_verifier",
    "opened",
    "profile_of",
    "read_claim",
    "settings",
]

# None stands for "not given": then docs/settings.md says what counts.
Store = Annotated[str | None, typer.Option(help="sqlite:///... or postgresql://...")]
Keys = Annotated[Path | None, typer.Option(help="The key ring's file.")]
Home = Annotated[Path | None, typer.Option(help="visavis's data folder.")]
Institution = Annotated[str | None, typer.Option(help="Whose enrolments are meant.")]
Pack = Annotated[str | None, typer.Option(help="The model pack.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ClaimText = Annotated[str | None, typer.Option(help="The claim, or - for standard input.")]
ClaimFile = Annotated[Path | None, typer.Option(help="A file with the claim.")]

_PROFILES = {profile.name: profile for profile in PROFILES}
_ProfileName = enum.StrEnum("_ProfileName", {name: name for name in _PROFILES})  # type: ignore[misc]
Profile = Annotated[_ProfileName | None, typer.Option(help="What must be satisfied.")]
Terminal = Annotated[
    str | None, typer.Option(help="A word for this place; failures are counted by it, too.")
]

_LONGEST_CLAIM = 4096  # bytes read: a claim has 77, and a file may hold a few lines of space


def settings(**options: object) -> Settings:
    """The settings, with the options that were given over them.

    Raises:
        SettingsInvalid: see `visavis.settings.load_settings`.
    """
    from visavis.settings import load_settings  # noqa: PLC0415 - slow to import

    return load_settings({name: value for name, value in options.items() if value is not None})


@contextmanager
def opened(chosen: Settings) -> Iterator[Vault]:
    """The vault, closed at the end."""
    from visavis.verifier import Vault  # noqa: PLC0415 - slow to import

    key_ring = EnvironmentKeyRing(os.environ) if chosen.keys_from == "environment" else None
    with Vault.open(
        chosen.store,
        keys=chosen.keys,
        institution=chosen.institution,
        key_ring=key_ring,
        copies=chosen.log.copies,
    ) as vault:
        yield vault


def loaded_verifier(chosen: Settings) -> Verifier:
    """A verifier with the pack that was chosen."""
    from visavis.verifier import Verifier  # noqa: PLC0415 - with ONNX Runtime, slow to import

    pack = find_pack(chosen.pack, home=chosen.home)
    return Verifier.of_pack(pack, provider=Provider(chosen.provider), home=chosen.home)


def profile_of(chosen: Settings) -> comparison.Profile:
    """The profile that was chosen."""
    return _PROFILES[chosen.profile]


def read_claim(claim: str | None, claim_file: Path | None) -> Claim:
    """The claim: as it is given, from a file, or for ``-`` from standard input.

    Raises:
        InputInvalid: neither or both are given, or the file cannot be read.
        ClaimMalformed: it is not a claim.
    """
    if (claim is None) == (claim_file is None):
        raise InputInvalid("give the claim with --claim or with --claim-file")
    if claim_file is not None:
        try:
            with claim_file.open("rb") as file:
                return _parse(file.read(_LONGEST_CLAIM))
        except OSError as error:
            raise InputInvalid(f"the claim's file cannot be read: {error.strerror}") from None
    if claim == "-":
        return _parse(sys.stdin.buffer.read(_LONGEST_CLAIM))
    return Claim.parse(claim or "")


def _parse(text: bytes) -> Claim:
    try:
        return Claim.parse(text.decode("ascii"))
    except UnicodeDecodeError:
        raise ClaimMalformed("a claim has only letters, digits and underscores") from None
