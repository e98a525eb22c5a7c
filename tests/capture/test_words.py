"""The page says everything that it says in six languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import visavis.service.capture
from visavis.advice import ADVICE, LANGUAGES, Advice, catalogue
from visavis.errors import Error
from visavis.service.capture._page import _words
from visavis.service.capture._session import Kind, Outcome

_STATIC = Path(visavis.service.capture.__path__[0]) / "static"
_SOURCES = {path.name: path.read_text() for path in _STATIC.glob("*.*")}
_ENGLISH = catalogue("visavis.service.capture", "en")

# What the page puts together from parts, as `page.result.${kind}.${outcome}`.
_BEFORE = {f"page.before.{kind}" for kind in Kind}
_RESULT = {f"page.result.{kind}.{outcome}" for kind in Kind for outcome in Outcome}


def written() -> set[str]:
    """Keys as they stand in the page's files."""
    return {
        key
        for text in _SOURCES.values()
        for key in re.findall(r"""["'](page(?:\.[a-z_]+)+)["']""", text)
    }


def ends() -> set[str]:
    """What the page may be ended with: codes of errors, and words of its own."""
    own = {
        code
        for text in _SOURCES.values()
        for code in re.findall(r"""(?:code: |Refused\()["']([a-z_.]+)["']""", text)
    }
    return own | {error.code for error in _errors(Error)}


def _errors(base: type[Error]) -> set[type[Error]]:
    found = set(base.__subclasses__())
    return found.union(*(_errors(error) for error in found))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_key_and_its_values(language: str) -> None:
    words = catalogue("visavis.service.capture", language)
    assert words.keys() == _ENGLISH.keys()
    for key, said in words.items():
        assert re.findall(r"\{\w+\}", said) == re.findall(r"\{\w+\}", _ENGLISH[key]), key
    if language != "en":
        # Nothing was left untranslated.
        assert {key for key in words if words[key] == _ENGLISH[key]} <= {"page.footer"}


def test_every_key_that_is_used_has_words() -> None:
    assert len(written()) > 40
    assert written() | _BEFORE | _RESULT <= _ENGLISH.keys()


def test_every_key_with_words_is_used() -> None:
    put_together = _BEFORE | _RESULT | {f"page.ended.{code}" for code in ends()}
    assert _ENGLISH.keys() - written() - put_together == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_advice_is_found_by_its_key_and_by_the_error(language: str) -> None:
    words = _words(language)
    assert {f"advice.{key}" for key in Advice} <= words.keys()
    for error, advice in ADVICE.items():
        assert words[f"advice.{error.code}"] == words[f"advice.{advice}"]


def test_every_language_can_be_chosen() -> None:
    assert set(re.findall(r'<option value="(\w+)"', _SOURCES["index.html"])) == set(LANGUAGES)
    listed = re.findall(r"languages = \[(.*)\]", _SOURCES["words.js"])[0]
    assert set(re.findall(r'"(\w+)"', listed)) == set(LANGUAGES)
