"""Where a command finds the store and the key ring, and how it is given a claim."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from visavis.errors import ClaimMalformed, InputInvalid
from visavis.sealing import Claim
from visavis.verifier import Vault

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Home", "Json", "Keys", "Store", "data_folder", "opened", "places", "read_claim"]

Store = Annotated[
    str | None,
    typer.Option(envvar="VISAVIS_STORE", help="sqlite:///... or postgresql://..."),
]
Keys = Annotated[Path | None, typer.Option(envvar="VISAVIS_KEYS", help="The key ring's file.")]
Home = Annotated[Path | None, typer.Option(envvar="VISAVIS_HOME", help="visavis's data folder.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

_LONGEST_CLAIM = 4096  # bytes read: a claim has 77, and a file may hold a few lines of space


def data_folder(home: Path | None) -> Path:
    """The data folder: as given, else the platform's."""
    if home is not None:
        return home
    import platformdirs  # noqa: PLC0415 - slow to import, and only the default needs it

    return platformdirs.user_data_path("visavis")


def places(store: str | None, keys: Path | None, home: Path | None) -> tuple[str, Path]:
    """The store's URL and the key ring's file: as given, else in visavis's data folder."""
    home = data_folder(home)
    return store or f"sqlite:///{home / 'store.db'}", keys or home / "keys" / "keyring.json"


@contextmanager
def opened(store: str | None, keys: Path | None, home: Path | None) -> Iterator[Vault]:
    """The vault, closed at the end."""
    url, path = places(store, keys, home)
    with Vault.open(url, keys=path) as vault:
        yield vault


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
