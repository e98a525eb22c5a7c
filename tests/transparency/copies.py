"""A log, and its copy in a folder.

    python -m tests.transparency.copies FOLDER

copies a growing log there until it is killed, and says after each step how many leaves are on disk.
"""

from __future__ import annotations

import os
import sys
import uuid
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from visavis.transparency import (
    TOLD,
    Checkpoint,
    CopyHead,
    Event,
    EventKind,
    Frontier,
    LogCopy,
    Opening,
    SignerKey,
    Told,
    leaf_hash,
)

if TYPE_CHECKING:
    from uuid import UUID

DAY = date(2026, 11, 22)


@dataclass
class Log:
    """Grows run by run, and is copied with each.

    Attributes:
        copy: of it.
        signer: its key.
        told: what the copy has to tell.
        leaves: all of them.
    """

    copy: LogCopy
    signer: SignerKey
    told: list[Told] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)

    @classmethod
    def at(cls, folder: Path, *, signer: SignerKey | None = None) -> Log:
        signer = signer or SignerKey.generate("log.example/default")
        log = cls(LogCopy(folder, key=signer.verifier), signer)
        log.copy.create()
        return log

    def note(self) -> bytes:
        frontier = Frontier()
        for leaf in self.leaves:
            frontier.append(leaf_hash(leaf))
        root = frontier.root()
        return Checkpoint(origin=self.signer.verifier.name, size=frontier.size, root=root).sign(
            self.signer
        )

    def grow(self, *events: Event, on: date = DAY) -> CopyHead:
        """One run of the sequencer, copied."""
        start, told = len(self.leaves), []
        for position, event in enumerate(events, start):
            opening = Opening.of(event)
            self.leaves.append(opening.leaf)
            if event.kind in TOLD:
                run = start + len(events)
                told.append(Told(position=position, run=run, on=on, opening=opening))
        self.told += told
        with self.copy.locked():
            head = self.copy.head()
            return self.copy.extend(head, leaves=self.leaves[start:], told=told, note=self.note())


def event(kind: EventKind, enrolment_id: UUID | None = None) -> Event:
    return Event(kind=kind, institution="default", enrolment_id=enrolment_id or uuid.uuid4())


def _main() -> None:
    log = Log.at(Path(sys.argv[1]), signer=SignerKey.parse(os.environ["VISAVIS_TEST_LOG_KEY"]))
    while True:
        head = log.grow(event(EventKind.VERIFICATION_DECIDED), event(EventKind.ENROLMENT_DISABLED))
        if head.size % 3 == 0:
            with log.copy.locked():
                log.copy.drop(head, gone=lambda told: told.position % 4 == 1)
        os.write(1, f"{head.size}\n".encode())


if __name__ == "__main__":
    _main()
