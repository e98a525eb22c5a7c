"""What is asked of a process that looks at pictures, and its answers, as messages."""

from __future__ import annotations

import math
import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from visavis import errors
from visavis._stages import STAGES
from visavis.errors import Error, ProcessFailed
from visavis.extraction._gates import ENROL_GATES, VERIFY_GATES
from visavis.extraction._message import Message, MessageMalformed
from visavis.extraction._sample import Sample
from visavis.face import Embedding
from visavis.liveness import Observation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from visavis._stages import Stage
    from visavis.extraction._chain import Box, Chain
    from visavis.quality import GateSet

__all__ = [
    "answer",
    "error_message",
    "gates_name",
    "read_box",
    "read_embeddings",
    "read_error",
    "read_observation",
    "read_stages",
]

_GATES: Final = {"enrol": ENROL_GATES, "verify": VERIFY_GATES}

_ROOMS: Final = ("face.", "image.", "input.", "model.", "operating_point.", "quality.", "sample.")
_ERRORS: Final = {
    kind.code: kind
    for kind in vars(errors).values()
    if isinstance(kind, type)
    and issubclass(kind, Error)
    and kind.code.startswith(_ROOMS)
    and kind.__init__ is Error.__init__
}
"""Those that looking at a picture raises. Whatever else a process says is not believed."""

_MOST_PLACES: Final = 20
_PLACE: Final = re.compile(r"[\w.]{1,80}(:\d{1,9} [\w<>.]{1,80})?", re.ASCII)
"""An exception's class, or a file, line and function: nothing else comes into a log."""

_MOST_STAGES: Final = 256
"""Of an answer: twenty frames, each opened and searched twice, are 81."""

_NORM_WITHIN: Final = 1e-3

_SHAPES: Final = ((5, 2), (4, 3), (3,), (2, 2, 3))  # points, face, background, eyes


def gates_name(gates: GateSet) -> str:
    """Which of the two it is."""
    return next(name for name, known in _GATES.items() if known is gates)


def answer(chain: Chain, asked: Message) -> Message:
    """Do what is asked.

    Raises:
        Error: as the method of `Chain` that is called.
    """
    head, parts = asked.head, asked.parts
    match head["call"]:
        case "references":
            samples = list(_samples(head["frames"], parts))
            gates = _GATES[head["gates"]]
            return _embedded(chain.references(samples, head["side"], gates=gates))
        case "probes":
            return _embedded(chain.probes(list(_samples(head["frames"], parts)), head["side"]))
        case "placed":
            return Message({"box": chain.placed(parts[0], gates=_GATES[head["gates"]])})
        case "observed":
            return _observed(chain.observed(parts[0], time=head["time"]))
        case "frames":
            return _embedded(chain.frames(parts))
        case other:
            raise ValueError(other)


def _samples(frames: Sequence[int], parts: Sequence[bytes]) -> Iterator[Sample | bytes]:
    left = iter(parts)
    for count in frames:
        pictures = tuple(islice(left, count))
        yield pictures[0] if count == 1 else Sample(pictures)


def _embedded(embeddings: Sequence[Embedding]) -> Message:
    model = embeddings[0].model if embeddings else ""
    return Message({"model": model}, [one.vector.tobytes() for one in embeddings])


def _observed(seen: tuple[Observation, Box] | None) -> Message:
    if seen is None:
        return Message({"box": None})
    observation, box = seen
    numbers = (observation.points, observation.face, observation.background, observation.eyes)
    return Message({"box": box}, [np.asarray(one, np.float64).tobytes() for one in numbers])


def read_embeddings(
    answered: Message, *, count: int, dimension: int, model: str
) -> list[Embedding]:
    """So many embeddings of this model.

    Args:
        answered: what was said.
        count: how many there are to be.
        dimension: the length of each.
        model: the digest that they carry.

    Raises:
        MessageMalformed: they are others.
    """
    if len(answered.parts) != count or (count and answered.head.get("model") != model):
        raise MessageMalformed("other embeddings")
    vectors = [_array(part, np.float32) for part in answered.parts]
    # Written so that NaN does not pass, and in a type that no number of theirs overflows.
    with np.errstate(invalid="ignore"):
        wide = [one.astype(np.float64) for one in vectors]
        norms = [float(one @ one) for one in wide]
    right = [len(one) == dimension for one in vectors]
    if not all(right) or not all(abs(norm - 1.0) < _NORM_WITHIN for norm in norms):
        raise MessageMalformed("no unit vectors of that length")
    return [Embedding(vector, model) for vector in vectors]


def read_box(answered: Message) -> Box:
    """Where a face is.

    Raises:
        MessageMalformed: it is no box.
    """
    box = answered.head.get("box")
    try:
        left, top, width, height = map(float, box or ())
    except (TypeError, ValueError, OverflowError):
        raise MessageMalformed("no box") from None
    if not all(map(math.isfinite, (left, top, width, height))):
        raise MessageMalformed("no box")
    return left, top, width, height


def read_observation(answered: Message, *, time: float) -> tuple[Observation, Box] | None:
    """What was measured in the frame of that time.

    Raises:
        MessageMalformed: it is something else.
    """
    if answered.head.get("box", ()) is None:
        return None
    box = read_box(answered)
    try:
        numbers = [_array(part, np.float64) for part in answered.parts]
        points, face, background, eyes = (
            one.reshape(shape) for one, shape in zip(numbers, _SHAPES, strict=True)
        )
    except ValueError:
        raise MessageMalformed("no observation") from None
    if not np.isfinite(points).all():
        raise MessageMalformed("no points")
    return Observation(time, points, face, background, eyes), box


def error_message(error: Error) -> Message:
    """An error, to be raised again where it is read."""
    return Message({"error": {"code": error.code, "detail": error.detail, "input": error.input}})


def read_error(answered: Message) -> Error | None:
    """The error that was raised there, if one was.

    Raises:
        MessageMalformed: it is none that looking at pictures raises.
    """
    if "failed" in answered.head:
        places = answered.head["failed"]
        if not isinstance(places, list) or not all(map(_is_place, places)):
            raise MessageMalformed("no places in a program")
        failed = ProcessFailed("looking at a picture failed")
        failed.places = tuple(places[:_MOST_PLACES])
        return failed
    said: Any = answered.head.get("error")
    if said is None:
        return None
    try:
        error = _ERRORS[said["code"]](str(said["detail"]))
        error.input = None if said["input"] is None else str(said["input"])
    except (TypeError, KeyError):
        raise MessageMalformed("no error of ours") from None
    return error


def _is_place(place: object) -> bool:
    return isinstance(place, str) and _PLACE.fullmatch(place) is not None


def read_stages(answered: Message) -> list[tuple[Stage, int, int]]:
    """What took how long there: names, and when they began and ended, as `tell` takes them.

    Raises:
        MessageMalformed: they are none.
    """
    try:
        stages = [(name, int(began), int(ended)) for name, began, ended in answered.head["stages"]]
    except (KeyError, TypeError, ValueError, OverflowError):
        raise MessageMalformed("no stages") from None
    named = all(isinstance(name, str) and name in STAGES for name, _, _ in stages)
    if len(stages) > _MOST_STAGES or not named:
        raise MessageMalformed("no stages of ours")
    return stages


def _array(part: bytes, dtype: type[np.floating[Any]]) -> np.ndarray[Any, Any]:
    try:
        return np.frombuffer(part, dtype)
    except ValueError:
        raise MessageMalformed("no numbers") from None
