"""The keys of a token issuer: fetched when they are needed, not more often than is decent."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from visavis._jws import JwsInvalid, find_key, read_object
from visavis._outgoing import OutgoingClient, require_url
from visavis.errors import IssuerUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from joserfc.jwk import ECKey, RSAKey

__all__ = ["IssuerKeys", "fetch_from"]

_FRESH = 3600.0  # seconds after which a set is fetched again: so long a withdrawn key goes on
_STALE = 86400.0  # seconds for which a set is used though it cannot be fetched anew
_PAUSE = 60.0  # seconds between fetches, whatever key ids callers invent
_FIRST_WAIT = 5.0  # seconds after a fetch that failed; doubled with each more
_LONGEST_WAIT = 600.0


def fetch_from(url: str) -> Callable[[], bytes]:
    """What fetches the key set at an ``https://`` URL, without following redirects.

    Raises:
        InputInvalid: the URL is none that is called.
    """
    require_url(url)

    def fetch() -> bytes:
        with OutgoingClient() as client:
            return client.get(url)

    return fetch


class IssuerKeys:
    """A JWK set that is fetched again each hour, and for a key that it does not have.

    Any number of threads may use it at once. One fetches, while the others use what there is.
    """

    def __init__(
        self, fetch: Callable[[], bytes], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Nothing is fetched yet.

        Args:
            fetch: returns the JWK set as JSON; whatever it raises counts as a failure.
            clock: seconds.
        """
        self._fetch = fetch
        self._clock = clock
        self._fetching = threading.Lock()
        self._keys: dict[str, Any] | None = None
        self._fetched_at = 0.0
        self._not_before = float("-inf")
        self._failures = 0

    def find(self, kid: object, *, algorithm: str) -> ECKey | RSAKey | None:
        """The key with this id, for this algorithm; None if the issuer has none.

        Raises:
            IssuerUnavailable: there are no keys, or they are too old.
        """
        keys = self._keys
        key = None if keys is None else find_key(keys, kid, algorithm=algorithm)
        if key is None or self._age() > _FRESH:
            self._refresh()
            keys = self._keys
            if keys is None or self._age() > _STALE:
                raise IssuerUnavailable("the token issuer's keys cannot be had at present")
            key = find_key(keys, kid, algorithm=algorithm)
        return key

    def _age(self) -> float:
        return self._clock() - self._fetched_at

    def _refresh(self) -> None:
        if not self._fetching.acquire(blocking=self._keys is None):
            return
        try:
            if self._clock() >= self._not_before:
                self._fetch_now()
        finally:
            self._fetching.release()

    def _fetch_now(self) -> None:
        try:
            keys = read_object(self._fetch())
            if not isinstance(keys.get("keys"), list):
                raise JwsInvalid("not a JWK set")  # noqa: TRY301 - one way to fail
        except Exception:  # noqa: BLE001 - whatever a caller's function raises, there are no keys
            wait = min(_FIRST_WAIT * 2**self._failures, _LONGEST_WAIT)
            self._failures = min(self._failures + 1, 32)
            self._not_before = self._clock() + wait
        else:
            self._keys, self._failures = keys, 0
            self._fetched_at = self._clock()
            self._not_before = self._fetched_at + _PAUSE
