"""What a person can do about a sample that cannot be used, in their language."""

from visavis.advice._advice import ADVICE, Advice, advice_for
from visavis.advice._words import LANGUAGES, catalogue, in_words

__all__ = ["ADVICE", "LANGUAGES", "Advice", "advice_for", "catalogue", "in_words"]
