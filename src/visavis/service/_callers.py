"""Who calls: the principal of a credential, or nobody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from visavis.credentials import AccessTokenIssuer, IssuerKeys, Principal, authenticate, fetch_from
from visavis.errors import CredentialRefused

if TYPE_CHECKING:
    from visavis.records import Store
    from visavis.service._inference import Workers
    from visavis.settings import ServiceSettings

__all__ = ["Callers"]


class Callers:
    """Checks credentials. Every one is looked up, so a revoked one ends at once."""

    def __init__(self, store: Store, *, workers: Workers, settings: ServiceSettings) -> None:
        """Nothing is fetched yet.

        Raises:
            InputInvalid: the address of a token issuer's keys is none that is called.
        """
        self._store = store
        self._workers = workers
        self._issuers = tuple(
            AccessTokenIssuer(
                issuer=one.issuer,
                audience=one.audience,
                institution=one.institution,
                keys=IssuerKeys(fetch_from(one.keys_url)),
            )
            for one in settings.token_issuers
        )

    async def authenticate(self, presented: str | None) -> Principal:
        """Who presents this.

        Raises:
            CredentialRefused: nobody who is let in. Why, is not said.
            Error: ``store.*``, ``credential.issuer_unavailable``.
        """
        if presented is None:
            raise CredentialRefused("no credential that lets anybody in")

        def work() -> Principal:
            return authenticate(
                self._store, presented, now=datetime.now(UTC), issuers=self._issuers
            )

        # A key in a file is looked up sooner than a thread takes it up; an issuer may be far.
        if self._store.reads_here and not self._issuers:
            return work()
        return await self._workers.run(work)
