"""The picture work of a verification without everything else: no HTTP, store or receipt.

As many processes as cores, each with one thread on a core of its own: Python's lock holds threads
of one process up, so that is the most that the machine can do.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from typing import TYPE_CHECKING, NamedTuple, Self

from benchmarks._machine import pin
from visavis.extraction import LocalChain
from visavis.face import Extractor
from visavis.imaging import Image
from visavis.models import find_pack

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from types import TracebackType

__all__ = ["BareProcesses", "Measured"]

_WARM = 3


class Measured(NamedTuple):
    """What was measured.

    Attributes:
        rate: pictures a second, of all processes together.
        processor_ms: of processor time, for a picture.
    """

    rate: float
    processor_ms: float


class BareProcesses:
    """They wait to be asked, and share the machine with nobody of ours meanwhile."""

    def __init__(self, pictures: list[bytes]) -> None:
        context = multiprocessing.get_context("spawn")
        self._ends: list[Connection] = []
        self._processes = []
        for core in sorted(os.sched_getaffinity(0)):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(core, pictures, theirs))
            process.start()
            self._ends.append(ours)
            self._processes.append(process)
        for end in self._ends:
            end.recv()

    def measure(self, *, seconds: float, gates: bool) -> Measured:
        """Pictures one after the other, for so long.

        Args:
            seconds: how long.
            gates: whether each must also pass the gates, as in a verification; else it is JPEG to
                embedding, as the benchmark `pipeline` measures it.
        """
        for end in self._ends:
            end.send((seconds, gates))
        found: list[Measured] = [end.recv() for end in self._ends]
        return Measured(
            rate=sum(one.rate for one in found),
            processor_ms=sum(one.processor_ms for one in found) / len(found),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for end in self._ends:
            end.send(None)
        for process in self._processes:
            process.join()


def _work(core: int, pictures: list[bytes], end: Connection) -> None:
    pin(core)
    pack = find_pack("dlib")
    extractor = Extractor.load(pack)
    chain = LocalChain.of(extractor, pack)  # what a verification does with pictures
    chain.probes([Image.from_bytes(one) for one in pictures[:_WARM]], "probes")
    end.send(None)
    while (asked := end.recv()) is not None:
        seconds, gates = asked
        began, processor, done = time.perf_counter(), time.process_time(), 0
        while time.perf_counter() - began < seconds:
            image = Image.from_bytes(pictures[done % len(pictures)])
            if gates:
                chain.probes([image], "probes")
            else:
                mirror = chain.pack.embedder.flip_at_verification
                extractor.embed([extractor.find(image)], mirror=mirror)
            done += 1
        elapsed, worked = time.perf_counter() - began, time.process_time() - processor
        end.send(Measured(rate=done / elapsed, processor_ms=1000 * worked / done))
