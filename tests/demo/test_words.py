"""Whoever was not enrolled is told so in a sentence of their language."""

from __future__ import annotations

import re

import pytest

from visavis.advice import ADVICE, LANGUAGES, catalogue
from visavis.demo._words import not_enrolled, preferred_language

_ENGLISH = catalogue("visavis.demo", "en")
_OWN = [key.removeprefix("enrolment.refused.") for key in _ENGLISH if key != "enrolment.refused"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything(language: str) -> None:
    words = catalogue("visavis.demo", language)
    assert words.keys() == _ENGLISH.keys()
    if language != "en":
        assert not set(words.values()) & set(_ENGLISH.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_code_is_shown(language: str) -> None:
    codes = [*_OWN, *(error.code for error in ADVICE), "store.unavailable", None]
    said = [not_enrolled(code, language=language) for code in codes]
    assert len(set(said)) == len(_OWN) + len(ADVICE) + 1  # the last two are told the same
    for sentence in said:
        assert re.search(r"[.。]$", sentence)
        assert not re.search(r"[a-z_]\.[a-z_]", sentence)


def test_the_codes_are_the_services() -> None:
    assert set(_OWN) == {
        "liveness.failed",
        "session.expired",
        "session.abandoned",
        "enrolment.samples_disagree",
    }


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("it, zh-Hans-CN;q=0.9", "zh"),
        ("it", "en"),
        ("", "en"),
        ("*", "en"),
    ],
)
def test_the_language_is_the_browsers(accepted: str, language: str) -> None:
    assert preferred_language(accepted) == language
