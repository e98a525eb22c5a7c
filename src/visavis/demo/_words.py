"""Why somebody was not enrolled, in a sentence of their language."""

from __future__ import annotations

from typing import Final

from visavis.advice import ADVICE, LANGUAGES, catalogue, in_words

__all__ = ["not_enrolled", "preferred_language"]

_ADVICE: Final = {error.code: advice for error, advice in ADVICE.items()}


def preferred_language(accepted: str) -> str:
    """The first language of a browser's ``Accept-Language`` that there are words in, or English.

    Browsers name them in the order of their weights, so weights are not looked at.

    >>> preferred_language("it-CH,it;q=0.9,fr-CH;q=0.8,de;q=0.7")
    'fr'
    """
    for listed in accepted.split(","):
        primary = listed.partition(";")[0].strip().partition("-")[0].lower()
        if primary in LANGUAGES:
            return primary
    return LANGUAGES[0]


def not_enrolled(code: str | None, *, language: str) -> str:
    """What to tell whoever was refused.

    Args:
        code: of the session, as the service names it.
        language: of `LANGUAGES`.
    """
    words = catalogue("visavis.demo", language)
    refused = words["enrolment.refused"]
    if code in _ADVICE:
        return f"{refused} {in_words(_ADVICE[code], language=language)}"
    return words.get(f"enrolment.refused.{code}", refused)
