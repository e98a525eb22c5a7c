"""Changes a store until it is killed, and says on standard output what it was told is durable.

    python -m tests.records.writer URL

The key ring and the log's key come from the environment. Each line is written after its transaction
has ended, so whatever is read there must be in the store.
"""

from __future__ import annotations

import os
import sys
import threading
from datetime import UTC, datetime

from tests.records.house import LIMITS, TODAY, House, Person
from visavis.records import (
    Reserved,
    Store,
    _rotation,
    accept_attempt,
    add_key,
    append_leaf,
    forget_enrolment,
    open_store,
    reject_attempt,
    reserve_attempt,
    rotate,
    sequence_leaves,
)
from visavis.sealing._keytable import KeyTable
from visavis.transparency import Event, EventKind, SignerKey


def say(*words: object) -> None:
    # One call of write: lines of two threads do not mix.
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def live(house: House) -> None:
    """Enrol, try twice, and forget every other one, over and over."""
    number = 0
    while True:
        number += 1
        person = house.enrol()
        say("enrolled", person.enrolment_id, person.claim.reveal())
        attempt(house.store, person, match=True)
        attempt(house.store, person, match=False)
        if number % 2:
            say("forgetting", person.enrolment_id)
            with house.store.transaction() as t:
                forget_enrolment(t, "default", person.enrolment_id)
                event = Event(
                    kind=EventKind.ENROLMENT_FORGOTTEN,
                    institution="default",
                    enrolment_id=person.enrolment_id,
                )
                leaf = append_leaf(t, event, on=TODAY)
            say("forgotten", person.enrolment_id)
            say("leaf", leaf.hex())


def attempt(store: Store, person: Person, *, match: bool) -> None:
    now = datetime.now(UTC)
    with store.transaction() as t:
        reserved = reserve_attempt(t, "default", person.enrolment_id, limits=LIMITS, now=now)
    if not isinstance(reserved, Reserved):
        raise TypeError(reserved)
    say("reserved", person.enrolment_id)
    with store.transaction() as t:
        settle = accept_attempt if match else reject_attempt
        settle(t, reserved, limits=LIMITS, now=now)
        event = Event(
            kind=EventKind.VERIFICATION_DECIDED,
            institution="default",
            enrolment_id=person.enrolment_id,
            attempt_id=reserved.attempt_id,
            outcome="match" if match else "non_match",
        )
        leaf = append_leaf(t, event, on=TODAY)
    say("accepted" if match else "rejected", person.enrolment_id)
    say("leaf", leaf.hex())


def tidy(house: House) -> None:
    """Rotate the records that are there already, and sequence, over and over."""
    _rotation._BATCH = 3
    while True:
        rotate(house.store, key_ring=house.key_ring, institution="default")
        with house.store.transaction() as t:
            note = sequence_leaves(t, "default", signer=house.signer)
        if note is not None:
            say("checkpoint", note.hex())


def main() -> None:
    table = KeyTable.parse(os.environ["VISAVIS_KEYRING"].encode())
    signer = SignerKey.parse(os.environ["VISAVIS_TEST_LOG_KEY"])
    with open_store(sys.argv[1]) as store:
        house = House(store, table, signer)
        with store.transaction() as t:  # as whoever seals does: rotation may come to it later
            add_key(t, house.key_ring.current("default"), on=TODAY)
        threading.Thread(target=tidy, args=(house,), daemon=True).start()
        live(house)


if __name__ == "__main__":
    main()
