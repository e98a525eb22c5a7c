"""Delivery: what is due is taken, sent outside any transaction, and dropped or postponed."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from visavis._outgoing import OutgoingClient, OutgoingFailed
from visavis.errors import Error
from visavis.records import drop_message, postpone_message, take_messages

from ._signature import SIGNATURE_HEADER, sign

if TYPE_CHECKING:
    from datetime import datetime

    from visavis.records import Message, Store
    from visavis.sealing import ServerSecret

__all__ = ["LONGEST_WAIT", "MAX_TRIES", "Delivered", "Send", "deliver", "post_with"]

Send = Callable[[str, bytes, dict[str, str]], bool]
"""Sends a body with headers to a URL; whether it was taken."""

MAX_TRIES = 16
"""Then a message is given up. With the waits below that is after 22 hours on average."""

LONGEST_WAIT = timedelta(hours=6)
"""Where doubling ends."""

_FIRST_WAIT = timedelta(seconds=10)
_LEASE = timedelta(minutes=5)  # nobody else tries a message that is taken; 20 slow ones take 200 s
_BATCH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What came of it.

    Attributes:
        delivered: messages that were taken by their endpoint.
        postponed: messages to be tried again.
        given_up: messages that were tried often enough.
    """

    delivered: int = 0
    postponed: int = 0
    given_up: int = 0


def deliver(store: Store, secret: ServerSecret, *, send: Send, now: datetime) -> Delivered:
    """Deliver what is due, up to twenty messages. To be called again and again.

    Any number of processes may do so at once. A message may arrive twice, where one of them dies
    in between: the receiver notices by ``message_id``.

    Args:
        store: where they wait.
        secret: the server's, from which the signing keys are derived.
        send: how.
        now: with a time zone.

    Raises:
        Error: ``store.*``.
    """
    with store.transaction() as t:
        taken = take_messages(t, now=now, until=now + _LEASE, limit=_BATCH)
    delivered = postponed = given_up = 0
    for message, endpoint in taken:
        body = _body(message)
        key = secret.webhook_key(endpoint.institution, endpoint.endpoint_id)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "visavis",
            SIGNATURE_HEADER: sign(body, key=key, now=now),
        }
        heard = send(endpoint.url, body, headers)
        with store.transaction() as t:
            if heard:
                drop_message(t, message.message_id)
                delivered += 1
            elif message.tries < MAX_TRIES:
                postpone_message(t, message.message_id, until=now + _wait(message.tries))
                postponed += 1
            else:
                postpone_message(t, message.message_id, until=None)
                given_up += 1
    return Delivered(delivered=delivered, postponed=postponed, given_up=given_up)


def post_with(client: OutgoingClient) -> Send:
    """A ``Send`` by HTTP POST: any status of 200 to 299 means that the message was taken."""

    def send(url: str, body: bytes, headers: dict[str, str]) -> bool:
        try:
            status = client.post(url, body=body, headers=headers)
        except (OutgoingFailed, Error):
            return False
        return 200 <= status < 300  # noqa: PLR2004 - the class of status codes

    return send


def _body(message: Message) -> bytes:
    content = {
        "message_id": str(message.message_id),
        "kind": message.kind,
        "institution": message.institution,
        "enrolment_id": str(message.enrolment_id),
        "happened_on": message.happened_on.isoformat(),
    }
    return json.dumps(content, separators=(",", ":")).encode()


def _wait(tries: int) -> timedelta:
    """Doubled with each try; half of it by chance, so that not everybody comes back at once."""
    longest: timedelta = min(_FIRST_WAIT * 2 ** min(tries - 1, 32), LONGEST_WAIT)
    return longest * (0.5 + secrets.SystemRandom().random() / 2)
