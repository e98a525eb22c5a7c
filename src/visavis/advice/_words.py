"""An advice in somebody's language."""

from __future__ import annotations

from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING

from visavis.advice._catalogue import read_catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from visavis.advice._advice import Advice

__all__ = ["LANGUAGES", "catalogue", "in_words"]

LANGUAGES = ("en", "de", "es", "fr", "pt", "zh")
"""Of the catalogues; the first is spoken to those who ask for another one."""


def in_words(advice: Advice, *, language: str) -> str:
    """One sentence to show to the person.

    Args:
        advice: what to do.
        language: a language tag as in BCP 47. ``de-AT`` is answered in German, a language without a
            catalogue in English (RFC 4647, lookup).

    >>> from visavis.advice import Advice, in_words
    >>> in_words(Advice.COME_CLOSER, language="fr-CA")
    "Rapprochez-vous de l'appareil."
    """
    primary = language.replace("_", "-").partition("-")[0].lower()
    chosen = primary if primary in LANGUAGES else LANGUAGES[0]
    return catalogue("visavis.advice", chosen)[advice.value]


@cache
def catalogue(package: str, language: str) -> Mapping[str, str]:
    """The words of a package's folder ``locale`` in one of the `LANGUAGES`, by their keys."""
    file = resources.files(package).joinpath("locale", f"{language}.po")
    return MappingProxyType(read_catalogue(file.read_text("utf-8")))
