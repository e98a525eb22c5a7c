"""The bank as a client of the service: HTTP routes and a credential, as for everybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import httpx2

from visavis.demo._account import Pending
from visavis.receipts import parse_key_set

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp

__all__ = ["AUDIENCE", "PURPOSE", "Client", "Refused"]

AUDIENCE: Final = "harbour-bank"
PURPOSE: Final = "payment"
WORDING: Final = (
    "I agree that Harbour Bank, a demonstration, makes a mathematical description of my face, "
    "seals it under a claim that only I hold, and uses it for one thing: to confirm my payments. "
    "My pictures are not kept. I can withdraw this at any time, and have everything deleted."
)


class Refused(Exception):
    """The service refused something.

    Attributes:
        code: the problem's.
        detail: for people.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


class Client:
    """Speaks to the service within this process; nothing of it goes through a network."""

    def __init__(self, app: ASGIApp, *, origin: str, key: str) -> None:
        self._http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app),
            base_url=origin,
            headers={"Authorization": f"Bearer {key}"},
        )
        self._home = f"{origin}/"

    async def enrolment(self) -> tuple[str, Pending]:
        """A link to the capture page for somebody who wants to enrol."""
        return await self._session({"kind": "enrolment", "wording": WORDING, "language": "en"})

    async def payment(
        self, enrolment_id: str, *, nonce: str, transaction: Mapping[str, Any]
    ) -> tuple[str, Pending]:
        """A link to the capture page for this account and this payment."""
        return await self._session(
            {
                "kind": "verification",
                "enrolment_id": enrolment_id,
                "audience": AUDIENCE,
                "nonce": nonce,
                "transaction": dict(transaction),
            }
        )

    async def session(self, session_id: str) -> dict[str, Any]:
        """What came of a session."""
        return await self._ask("GET", f"/v1/sessions/{session_id}")

    async def withdraw(self, consent_id: str) -> None:
        """Withdraw a consent."""
        await self._ask("POST", f"/v1/consents/{consent_id}/withdrawal")

    async def forget(self, enrolment_id: str) -> None:
        """Have an enrolment deleted."""
        await self._ask("DELETE", f"/v1/enrolments/{enrolment_id}")

    async def entries(self) -> list[dict[str, Any]]:
        """The log's leaves, in their order."""
        found: list[dict[str, Any]] = (await self._ask("GET", "/v1/log/entries"))["entries"]
        return found

    async def proof(self, leaf: str) -> dict[str, Any]:
        """The proof that a leaf stands in the log."""
        return await self._ask("GET", "/v1/log/proof", params={"leaf": leaf})

    async def keys(self) -> dict[str, Any]:
        """What receipts are checked with."""
        return parse_key_set((await self._http.get("/.well-known/jwks.json")).content)

    async def _session(self, content: dict[str, Any]) -> tuple[str, Pending]:
        body = {"purpose": PURPOSE, "return_url": self._home, **content}
        opened = await self._ask("POST", "/v1/sessions", json=body)
        pending = Pending(opened["session_id"], content.get("nonce"), content.get("transaction"))
        return opened["link"], pending

    async def _ask(self, method: str, path: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
        answer = await self._http.request(method, path, **more)
        content: dict[str, Any] = answer.json() if answer.content else {}
        if answer.is_error:
            raise Refused(content["code"], content["detail"])
        return content
