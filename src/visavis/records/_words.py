"""Words from lists that an institution keeps: no spaces, so no names and no sentences."""

from __future__ import annotations

import re

from visavis.errors import InputInvalid

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")  # as in the log's events


def check_word(word: str, *, what: str) -> str:
    """Return the word unchanged.

    Raises:
        InputInvalid: it is not 1 to 64 letters, digits, ``_``, ``.`` and ``-``.
    """
    if not _WORD.fullmatch(word):
        raise InputInvalid(f"a {what} is a word: 1 to 64 letters, digits, dots and dashes")
    return word
