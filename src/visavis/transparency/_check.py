"""The offline check of a whole log: what is wrong with it, and what such a check cannot see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from visavis.errors import InputInvalid, LogTampered

from ._leaf import LEAF_SIZE
from ._rfc6962 import EMPTY_ROOT, Frontier, leaf_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ._checkpoint import Checkpoint
    from ._leaf import Opening

_MAX_PROBLEMS = 20  # listed one by one; a log that is wrong everywhere needs no longer list


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One row of a log.

    Attributes:
        index: from 0, as stored.
        leaf: 32 bytes.
        opening: where it is still kept.
    """

    index: int
    leaf: bytes
    opening: Opening | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReport:
    """What a check found.

    Attributes:
        size: how many leaves were read.
        root: 32 bytes, of the tree over them.
        opened: how many of them had an opening, which fitted.
        problems: what is wrong, in sentences; empty if nothing is.
        limits: what this check cannot exclude, in sentences; never empty.
    """

    size: int
    root: bytes
    opened: int
    problems: tuple[str, ...]
    limits: tuple[str, ...]

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong, within the limits."""
        return not self.problems

    def require_intact(self) -> None:
        """Return if nothing is wrong.

        Raises:
            LogTampered: something is; the detail is the first of the problems.
        """
        if self.problems:
            raise LogTampered(self.problems[0])


def check_log(
    entries: Iterable[LogEntry],
    *,
    own: Sequence[Checkpoint] = (),
    external: Sequence[Checkpoint] = (),
) -> LogReport:
    """Read a log from its first leaf to its last, and compare it with checkpoints.

    The entries are read once, in bounded memory.

    Args:
        entries: all rows in the order of their index.
        own: checkpoints kept beside the log, opened with its key.
        external: checkpoints kept where the log's operator cannot change them, likewise opened.

    Raises:
        InputInvalid: the checkpoints are of different logs.
    """
    checkpoints = (*own, *external)
    if len({checkpoint.origin for checkpoint in checkpoints}) > 1:
        raise InputInvalid("checkpoints of different logs")
    reading = _Reading(sizes=frozenset(checkpoint.size for checkpoint in checkpoints))
    for entry in entries:
        reading.take(entry)

    own_signed, own_problems = reading.compare(own, "The log's own checkpoint")
    external_signed, external_problems = reading.compare(external, "The external checkpoint")
    problems = [*reading.problems, *_two_histories(checkpoints), *own_problems, *external_problems]
    if own and external_problems and not own_problems:
        problems.append("The log's own checkpoints fit: it was rewritten and signed again.")
    return LogReport(
        size=reading.size,
        root=reading.root,
        opened=reading.opened,
        problems=tuple(problems),
        limits=tuple(
            _limits(
                reading,
                signed=max(own_signed, external_signed),
                external_signed=external_signed if external else None,
            )
        ),
    )


class _Reading:
    """What is known of a log while it is read."""

    def __init__(self, *, sizes: frozenset[int]) -> None:
        self.problems: list[str] = []
        self.opened = 0
        self._frontier = Frontier()
        self._next = 0
        self._sizes = sizes
        self._roots = {0: EMPTY_ROOT}

    @property
    def size(self) -> int:
        return self._frontier.size

    @property
    def root(self) -> bytes:
        return self._frontier.root()

    def take(self, entry: LogEntry) -> None:
        if entry.index != self._next:
            self._add(f"Leaf {self._next} should come next, but leaf {entry.index} does.")
        self._next = entry.index + 1
        if len(entry.leaf) != LEAF_SIZE:
            self._add(f"Leaf {entry.index} is not {LEAF_SIZE} bytes long.")
        if entry.opening is not None:
            if entry.opening.opens(entry.leaf):
                self.opened += 1
            else:
                self._add(f"Leaf {entry.index} and its event do not fit: one of them was edited.")
        self._frontier.append(leaf_hash(entry.leaf))
        if self.size in self._sizes:
            self._roots[self.size] = self.root

    def compare(self, checkpoints: Sequence[Checkpoint], which: str) -> tuple[int, list[str]]:
        """Up to which size the checkpoints fit, and the first that does not, as a problem."""
        fitting = 0
        for checkpoint in sorted(checkpoints, key=lambda one: one.size):
            size, problem = checkpoint.size, f"{which} of size {checkpoint.size} does not fit"
            if size > self.size:
                return fitting, [f"{problem}: leaves were dropped, at least {size - self.size}."]
            if self._roots[size] != checkpoint.root:
                where = _leaves(fitting, size)
                return fitting, [f"{problem}: a change begins within {where}."]
            fitting = size
        return fitting, []

    def _add(self, problem: str) -> None:
        if len(self.problems) < _MAX_PROBLEMS:
            self.problems.append(problem)
        elif len(self.problems) == _MAX_PROBLEMS:
            self.problems.append("More leaves are wrong than are listed here.")


def _two_histories(checkpoints: Sequence[Checkpoint]) -> Iterator[str]:
    roots: dict[int, set[bytes]] = {}
    for checkpoint in checkpoints:
        roots.setdefault(checkpoint.size, set()).add(checkpoint.root)
    for size in sorted(size for size, different in roots.items() if len(different) > 1):
        yield f"Two checkpoints of size {size} differ: the log's key has signed two histories."


def _limits(reading: _Reading, *, signed: int, external_signed: int | None) -> Iterator[str]:
    size = reading.size
    yield "A log does not show what was never written to it."
    if external_signed is None:
        yield (
            "No checkpoint from elsewhere was given: a log that was rewritten or shortened, and "
            "signed again with its own key, would look the same."
        )
    elif external_signed < size:
        yield (
            f"No external checkpoint fits from leaf {external_signed} on: what stands there could "
            "have been edited or shortened, and signed again with the log's key."
        )
    else:
        yield (
            "Leaves that came after the external checkpoint and were dropped again would leave no "
            "trace here."
        )
    if signed < size:
        yield f"No checkpoint covers {_leaves(signed, size)}: they may not be what they were."
    unopened = size - reading.opened
    if unopened:
        yield (
            f"{unopened} of {size} leaves have no opening that fits: what happened there cannot be "
            "said from the log alone."
        )


def _leaves(start: int, end: int) -> str:
    return f"leaves {start} to {end - 1}" if end - start > 1 else f"leaf {start}"
