from __future__ import annotations

from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis import errors
from visavis.advice import LANGUAGES, Advice, advice_for, in_words
from visavis.advice._catalogue import read_catalogue
from visavis.errors import Error, FaceNone, FaceTooSmall, InputInvalid, QualityTooDark


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_catalogue_has_every_key_and_no_other(language: str) -> None:
    file = resources.files("visavis.advice") / "locale" / f"{language}.po"
    catalogue = read_catalogue(file.read_text("utf-8"))
    assert list(catalogue) == [advice.value for advice in Advice]
    assert len(set(catalogue.values())) == len(Advice)
    assert f'"Language: {language}\\n"' in file.read_text("utf-8")


def test_the_languages_are_the_files() -> None:
    folder = resources.files("visavis.advice") / "locale"
    assert sorted(file.name for file in folder.iterdir()) == sorted(f"{x}.po" for x in LANGUAGES)


@pytest.mark.parametrize("advice", Advice)
def test_no_two_languages_say_the_same(advice: Advice) -> None:
    assert len({in_words(advice, language=language) for language in LANGUAGES}) == len(LANGUAGES)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Come closer to the camera."),
        ("de-AT", "Kommen Sie näher an die Kamera."),
        ("ES_mx", "Acérquese a la cámara."),
        ("zh-Hans-CN", "请靠近镜头。"),
        ("tlh", "Come closer to the camera."),
        ("", "Come closer to the camera."),
        ("../../etc/passwd", "Come closer to the camera."),
    ],
)
def test_a_language_is_looked_up(language: str, words: str) -> None:
    assert in_words(Advice.COME_CLOSER, language=language) == words


def test_every_face_and_quality_error_has_an_advice_of_its_own() -> None:
    classes = [getattr(errors, name) for name in errors.__all__]
    about_faces = [c for c in classes if c.code.startswith(("face.", "quality."))]
    advised = [advice_for(error("detail")) for error in about_faces]
    assert sorted(advised, key=str) == sorted(Advice)


def test_an_error_that_nobody_can_help_has_none() -> None:
    assert advice_for(InputInvalid("detail")) is None
    assert advice_for(Error("detail")) is None
    assert advice_for(FaceNone("detail")) is Advice.SHOW_FACE
    assert advice_for(FaceTooSmall("detail")) is Advice.COME_CLOSER
    assert advice_for(QualityTooDark("detail")) is Advice.MORE_LIGHT


def test_a_catalogue_as_tools_write_it() -> None:
    text = '# who\nmsgid ""\nmsgstr ""\n"Language: xx\\n"\n\n#: file:1\nmsgid "a"\nmsgstr ""\n'
    text += '"one \\"and\\" "\n"two\\n"\n'
    assert read_catalogue(text) == {"a": 'one "and" two\n'}


@pytest.mark.parametrize(
    "text",
    [
        'msgid "a"\nmsgstr "b"\nmsgid "a"\nmsgstr "c"\n',
        'msgid "a"\nmsgstr ""\n',
        'msgid "a"\n',
        'msgstr "b"\n',
        '"b"\n',
        'msgid "a"\nmsgstr "b"\nmsgstr "c"\n',
        'msgid "a"\nmsgid_plural "as"\n',
        'msgctxt "x"\nmsgid "a"\nmsgstr "b"\n',
        'msgid "a\\x41"\nmsgstr "b"\n',
        "anything\n",
    ],
)
def test_what_is_no_catalogue_of_ours(text: str) -> None:
    with pytest.raises(InputInvalid):
        read_catalogue(text)


@given(st.text(alphabet='msgidtr "\\\nab#x', max_size=60))
def test_a_catalogue_is_read_or_refused(text: str) -> None:
    try:
        catalogue = read_catalogue(text)
    except InputInvalid:
        return
    assert all(catalogue.values())
