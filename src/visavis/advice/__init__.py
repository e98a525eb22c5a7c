"""What a person can do about a sample that cannot be used, in their language."""

from visavis.advice._advice import Advice, advice_for
from visavis.advice._words import LANGUAGES, catalogue, in_words

__all__ = ["LANGUAGES", "Advice", "advice_for", "catalogue", "in_words"]
