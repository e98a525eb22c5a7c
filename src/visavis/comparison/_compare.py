"""Embeddings -> Decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from visavis.comparison._decision import Decision, Outcome
from visavis.errors import InputInvalid
from visavis.face import Embedding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visavis.models import OperatingPoint

__all__ = ["cosine", "decide", "decide_sealed", "fuse"]


def fuse(embeddings: Sequence[Embedding]) -> Embedding:
    """One embedding for several samples of one person: the direction of their mean.

    Raises:
        InputInvalid: there is none, they belong to different models, or they cancel out.
    """
    models = {embedding.model for embedding in embeddings}
    if len(models) != 1:
        raise InputInvalid("samples to fuse must be there, and come from one model")
    if len(embeddings) == 1:
        return embeddings[0]
    mean = np.mean([embedding.vector for embedding in embeddings], axis=0)
    return Embedding.of(mean, model=models.pop())


def cosine(first: Embedding, second: Embedding) -> float:
    """The comparison score: cosine of the angle between two embeddings, higher is more alike.

    Raises:
        InputInvalid: they belong to different models.
    """
    if first.model != second.model:
        raise InputInvalid("embeddings of different models cannot be compared")
    return float(first.vector @ second.vector)


def decide(
    references: Sequence[Embedding], probes: Sequence[Embedding], *, point: OperatingPoint
) -> Decision:
    """Fuses each side, compares, and accepts where score >= threshold.

    Raises:
        InputInvalid: the operating point is for other counts of samples, or models differ.
    """
    if (point.reference_samples, point.probe_samples) != (len(references), len(probes)):
        raise InputInvalid("the operating point is for other counts of samples")
    reference = fuse(references)
    score = cosine(reference, fuse(probes))
    return Decision(
        outcome=_outcome(score, point), operating_point=point, model=reference.model, _score=score
    )


def decide_sealed(
    reference: Embedding,
    probes: Sequence[Embedding],
    *,
    reference_samples: int,
    point: OperatingPoint,
) -> Decision:
    """As `decide`, for a reference that was fused when it was enrolled; and without a score.

    Raises:
        InputInvalid: the operating point is for other counts of samples, or models differ.
    """
    if (point.reference_samples, point.probe_samples) != (reference_samples, len(probes)):
        raise InputInvalid("the operating point is for other counts of samples")
    score = cosine(reference, fuse(probes))
    return Decision(outcome=_outcome(score, point), operating_point=point, model=reference.model)


def _outcome(score: float, point: OperatingPoint) -> Outcome:
    return Outcome.MATCH if score >= point.threshold else Outcome.NON_MATCH
