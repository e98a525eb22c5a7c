"""The frontal frames of simulated capture sessions, as embeddings, in memory only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from rich.progress import track

from benchmarks._machine import faces_folder
from benchmarks.liveness_simulation._person import load, people
from benchmarks.liveness_simulation._record import SEED, Laboratory
from benchmarks.liveness_simulation._sessions import genuine
from benchmarks.liveness_simulation._watch import asked_of, watch
from visavis.liveness import Challenge, Mode, assess, choose_frames, session_frames

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["session_captures"]

_FRAMES: Final = 4
"""That a session gives as a rule; the few with fewer are left out, to compare like with like."""


def session_captures(count: int) -> dict[str, list[NDArray[np.float32]]]:
    """Of each person whose session passed: embeddings [4, 128] of its frontal frames.

    Args:
        count: of people, the first of the set. A session takes about five seconds.
    """
    laboratory = Laboratory.of(faces_folder())
    captures = {}
    for number in track(people(laboratory.folder)[:count], description="capture sessions"):
        frames = _session(laboratory, number)
        if len(frames) == _FRAMES:
            captures[f"{number:03d}"] = [np.stack(frames)]
    return captures


def _session(laboratory: Laboratory, number: int) -> list[NDArray[np.float32]]:
    person = load(laboratory.folder, number, laboratory.extractor)
    nonce = np.random.default_rng([SEED, number]).bytes(32)
    challenge = Challenge.derive(nonce, subject="captures", mode=Mode.LIGHT_AND_TURNS)

    take = genuine(person, asked_of(challenge), np.random.default_rng([SEED, number, 1]))
    shown, ended = take.script.shown, take.script.ended
    watched = watch(take, laboratory.extractor, first=0.0, last=ended)
    seen = session_frames(watched.observations, shown=shown, ended=ended)
    chosen = choose_frames(seen, challenge=challenge, shown=shown, ended=ended)
    faces = watched.embeddings(
        [seen[place].time for place in chosen.all], laboratory.extractor, mirror=laboratory.mirror
    )
    embeddings = dict(zip(chosen.all, faces, strict=True))
    frontal, turned = laboratory.thresholds
    liveness = assess(
        seen,
        challenge=challenge,
        shown=shown,
        ended=ended,
        embeddings=embeddings,
        same_person=frontal,
        same_person_turned=turned,
    )
    return [embeddings[place].vector for place in liveness.probes]
