"""What a sample is worth, and what to do about it, as commands print it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visavis.advice import advice_for, in_words
from visavis.verifier import ENROL_GATES, VERIFY_GATES

if TYPE_CHECKING:
    from visavis.errors import Error
    from visavis.face import Face
    from visavis.quality import Quality

__all__ = ["quality_content", "quality_lines"]

_USES = {"enrol": ENROL_GATES, "verify": VERIFY_GATES}


def quality_content(face: Face, quality: Quality, *, language: str) -> dict[str, object]:
    """Every component, and for each use the gates that refuse the sample, with advice."""
    components = {
        component.value: {"native": round(measure.native, 4), "score": measure.score}
        for component, measure in quality.components.items()
    }
    refusals = {
        use: [_refusal_content(error, language) for error in gates.refusals(face, quality)]
        for use, gates in _USES.items()
    }
    return {"quality": components, "refusals": refusals}


def quality_lines(face: Face, quality: Quality, *, language: str) -> list[str]:
    """The same for people to read."""
    lines = [f"{'component':32}{'native':>10}{'score':>7}"]
    lines += [
        f"{component.value.replace('_', ' '):32}{measure.native:10.4g}{measure.score:7}"
        for component, measure in quality.components.items()
    ]
    for use, gates in _USES.items():
        errors = gates.refusals(face, quality)
        lines.append(f"to {use}: {'refused' if errors else 'good enough'}")
        lines += [f"  {error} {_words(error, language)}".rstrip() for error in errors]
    return lines


def _refusal_content(error: Error, language: str) -> dict[str, str | None]:
    advice = advice_for(error)
    return {
        "code": error.code,
        "detail": error.detail,
        "advice": None if advice is None else advice.value,
        "words": _words(error, language) or None,
    }


def _words(error: Error, language: str) -> str:
    advice = advice_for(error)
    return "" if advice is None else in_words(advice, language=language)
