"""The whole way over the socket, with a camera that is rendered."""

from __future__ import annotations

import json
import struct
import time
import urllib.parse
from typing import TYPE_CHECKING, Any

from websockets.sync.client import connect
from websockets.typing import Origin

from tests.capture.camera import RATE, Film, film
from tests.capture.conftest import NONCE
from tests.extractor import extractor_of
from visavis.liveness import Mode

if TYPE_CHECKING:
    from pathlib import Path

    import httpx2

    from tests.service.desk import Desk
    from visavis.verifier import Verifier

WORDING = "I agree that my face confirms my payments."


class Page:
    """What the page does, without a browser."""

    def __init__(self, desk: Desk, link: str) -> None:
        self.base = str(desk.client.base_url).rstrip("/")
        self.client = desk.client
        self.headers = {"Origin": self.base}
        token = urllib.parse.urlsplit(link).fragment.removeprefix("t=")
        opened = self.post("exchange", {"token": token})
        assert opened.status_code == 200, opened.text
        self.session = opened.json()
        self.headers["Cookie"] = opened.headers["set-cookie"].partition(";")[0]

    def post(self, name: str, content: dict[str, Any]) -> httpx2.Response:
        return self.client.post(f"/capture/{name}", json=content, headers=self.headers)

    def result(self) -> dict[str, Any]:
        answer = self.client.get("/capture/result", headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def stream(self, film: Film, *, flashing: bool = True) -> dict[str, Any]:
        """Show the film; return the last message."""
        url = self.base.replace("http", "ws") + "/capture/stream"
        with connect(
            url, origin=Origin(self.base), additional_headers={"Cookie": self.headers["Cookie"]}
        ) as socket:
            socket.send(json.dumps({"type": "start", "flashing": flashing}))
            began, start, waiting, sent = time.monotonic(), None, 0, 0.0
            while True:
                now = time.monotonic()
                picture = film.before if start is None else film.at(now - start)
                # A camera has its own pace: the same picture twice would be a jump to the next.
                if waiting < 2 and now - sent >= 1 / RATE:
                    sent = now
                    socket.send(struct.pack(">d", (now - began) * 1000) + picture)
                    waiting += 1
                try:
                    message = json.loads(socket.recv(timeout=0.01))
                except TimeoutError:
                    continue
                if message["type"] == "frame":
                    waiting -= 1
                elif message["type"] == "step":
                    start = time.monotonic() if start is None else start
                else:
                    return dict(message)


def open_session(desk: Desk, *, scope: str, **content: object) -> dict[str, Any]:
    answer = desk.ask("POST", "/v1/sessions", scope=scope, json=content)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def show(
    page: Page, verifier: Verifier, faces: Path, *, subject: str, mode: Mode
) -> dict[str, Any]:
    """Somebody does as the page asks; what they are told."""
    extractor = extractor_of(verifier)
    shown = film(faces, 2, extractor, nonce=NONCE, subject=subject, mode=mode)
    last = page.stream(shown, flashing=mode is Mode.LIGHT_AND_TURNS)
    assert last == {"type": "finished"}
    return page.result()


def test_a_person_enrols_and_is_verified(desk: Desk, faces: Path, verifier: Verifier) -> None:
    for _ in range(3):  # as in test_browser: a busy machine takes too few pictures
        opened = open_session(
            desk, scope="enrol", kind="enrolment", purpose="payment", wording=WORDING
        )
        page = Page(desk, opened["link"])
        assert page.session["wording"] == WORDING
        assert page.post("consent", {"agreed": True, "language": "en"}).status_code == 200
        subject = f"enrolment:{opened['session_id']}"
        told = show(page, verifier, faces, subject=subject, mode=Mode.LIGHT_AND_TURNS)
        if told["outcome"] == "passed":
            break
    assert told["claim"].startswith("vis1_")
    assert page.result()["claim"] is None
    known = desk.ask("GET", f"/v1/sessions/{opened['session_id']}", scope="enrol").json()

    enrolment_id = known["enrolment_id"]
    for _ in range(3):
        opened = open_session(
            desk,
            scope="verify",
            kind="verification",
            purpose="payment",
            enrolment_id=enrolment_id,
            transaction={"amount": "12.50"},
        )
        page = Page(desk, opened["link"])
        assert page.post("claim", {"claim": told["claim"]}).status_code == 200
        subject = f"verification:{enrolment_id}"
        paid = show(page, verifier, faces, subject=subject, mode=Mode.TURNS_ONLY)
        if paid["outcome"] == "passed":
            break
    assert paid == {"outcome": "passed", "claim": None, "claim_svg": None}
    known = desk.ask("GET", f"/v1/sessions/{opened['session_id']}", scope="verify").json()
    assert known["state"] == "finished"
    assert known["receipt"].count(".") == 2
