"""The sessions of this process, found by their link, their cookie, or their id."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from visavis.errors import ServiceOverloaded, SessionElsewhere, SessionOpened, SessionUnknown
from visavis.service.capture._session import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from uuid import UUID

    from visavis.service.capture._session import CaptureSession

__all__ = ["KEPT", "LINK_LIFETIME", "CaptureSessions"]

LINK_LIFETIME: Final = timedelta(minutes=15)
"""From the link to the outcome: time to read what is consented to. The camera has three minutes."""

KEPT: Final = timedelta(minutes=10)
"""How long after its end the institution's server may ask what came of a session."""

_MOST: Final = 10_000
_TOKEN_BYTES: Final = 32
_TAG_BYTES: Final = 4
"""Of what tells a process from others: of a hundred, two have the same by a chance of 1e-6."""

_SOON: Final = timedelta(seconds=60)


class CaptureSessions:
    """Keeps sessions in memory, and of links and cookies only digests.

    To be used from one event loop. With several replicas, whoever balances between them sends all
    requests of one session to one of them (``docs/service.md``). Ids, links and cookies begin with
    a random tag of this process, so that one which comes here by mistake is told from one whose
    time is over.
    """

    def __init__(self, *, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._tag = secrets.token_bytes(_TAG_BYTES)
        self._by_id: dict[UUID, CaptureSession] = {}
        self._by_token: dict[bytes, UUID] = {}
        self._by_cookie: dict[bytes, UUID] = {}

    def new_id(self) -> UUID:
        """A random id for a session here."""
        return uuid.UUID(bytes=self._tag + secrets.token_bytes(16 - _TAG_BYTES), version=4)

    def add(self, session: CaptureSession) -> str:
        """Keep a session.

        Returns:
            The token of its link, which works once.

        Raises:
            ServiceOverloaded: there are too many.
        """
        if len(self._by_id) >= _MOST:
            raise ServiceOverloaded("too many capture sessions at once", retry_after=_SOON)
        token = self._secret()
        self._by_id[session.session_id] = session
        self._by_token[_digest(token)] = session.session_id
        return token

    def exchange(self, token: str) -> tuple[CaptureSession, str]:
        """Open a link.

        Returns:
            The session, and the cookie that stands for it from now on.

        Raises:
            SessionOpened: somebody has opened it before.
            SessionElsewhere: another process made it.
            SessionUnknown: there is no such link, or its time is over.
        """
        session = self._alive(self._by_token, token)
        if session.state is not State.WAITING:
            raise SessionOpened("this link was opened before; it works once")
        session.state = State.OPENED
        cookie = self._secret()
        self._by_cookie[_digest(cookie)] = session.session_id
        return session, cookie

    def of_cookie(self, cookie: str | None) -> CaptureSession:
        """The session that this cookie stands for.

        Raises:
            SessionElsewhere: another process gave it.
            SessionUnknown: none, or its time is over.
        """
        return self._alive(self._by_cookie, cookie or "")

    def of_id(self, institution: str, session_id: UUID) -> CaptureSession:
        """A session of this institution, for its server.

        Raises:
            SessionElsewhere: another process opened it.
            SessionUnknown: there is none, or none any more.
        """
        session = self._by_id.get(session_id)
        if session is None and not session_id.bytes.startswith(self._tag):
            raise _elsewhere()
        if session is None or session.institution != institution:
            raise SessionUnknown("there is no such session here")
        return session

    def expire(self) -> Iterator[CaptureSession]:
        """Forget what is long over; the sessions whose time has just run out, to be closed."""
        now = self._clock()
        for session in list(self._by_id.values()):
            if now >= session.expires_at + KEPT:
                self._drop(session)
            elif now >= session.expires_at:
                session.clear()
                if session.state in (State.WAITING, State.OPENED):
                    session.state = State.EXPIRED
                    yield session

    def _secret(self) -> str:
        return f"{self._tag.hex()}.{secrets.token_urlsafe(_TOKEN_BYTES)}"

    def _alive(self, known: dict[bytes, UUID], secret: str) -> CaptureSession:
        tag, dot, _ = secret.partition(".")
        if dot and tag != self._tag.hex():
            raise _elsewhere()
        session_id = known.get(_digest(secret))
        session = None if session_id is None else self._by_id.get(session_id)
        if session is None or self._clock() >= session.expires_at:
            raise SessionUnknown("this link or session is not known here, or its time is over")
        return session

    def _drop(self, session: CaptureSession) -> None:
        del self._by_id[session.session_id]
        for known in (self._by_token, self._by_cookie):
            for digest in [key for key, value in known.items() if value == session.session_id]:
                del known[digest]


def _elsewhere() -> SessionElsewhere:
    return SessionElsewhere("another process has this session, or had it; ask where it was opened")


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
