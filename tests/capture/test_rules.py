"""Who may use a session, for what, and until when."""

from __future__ import annotations

import asyncio
import base64
import json
import sqlite3
import struct
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.capture.test_browser import still
from tests.capture.test_stream import WORDING, Page, open_session
from tests.pictures import jpeg, portrait
from tests.service.desk import opened, settings_in
from visavis.comparison import SP800_63B_4
from visavis.service.capture._conclude import close_session
from visavis.service.capture._sessions import KEPT, LINK_LIFETIME

if TYPE_CHECKING:
    from pathlib import Path

    import httpx2

    from tests.service.desk import Desk
    from visavis.verifier import Verifier

TRANSACTION = {"amount": "12.50", "payee": "Harbour Books"}


class Clock:
    """Shows the time, and can be set forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def enrolment(desk: Desk) -> dict[str, Any]:
    return open_session(desk, scope="enrol", kind="enrolment", purpose="payment", wording=WORDING)


def verification(desk: Desk, enrolment_id: str) -> dict[str, Any]:
    return open_session(
        desk,
        scope="verify",
        kind="verification",
        purpose="payment",
        enrolment_id=enrolment_id,
        transaction=TRANSACTION,
    )


def comparison(desk: Desk) -> dict[str, Any]:
    return open_session(desk, scope="compare", kind="comparison", purpose="boarding")


def shown(desk: Desk, session: dict[str, Any], *, scope: str) -> dict[str, Any]:
    answer = desk.ask("GET", f"/v1/sessions/{session['session_id']}", scope=scope)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def send(page: Page, picture: bytes) -> httpx2.Response:
    return page.client.post(
        "/capture/photographs", files={"photo": ("me.jpg", picture)}, headers=page.headers
    )


def enrol(desk: Desk, astronaut: Path) -> tuple[dict[str, Any], str]:
    """What the institution knows, and the claim."""
    session = enrolment(desk)
    page = Page(desk, session["link"])
    page.post("consent", {"agreed": True, "language": "en"})
    sent = send(page, jpeg(portrait(astronaut, scale=1.6)))
    assert sent.status_code == 200, sent.text
    return shown(desk, session, scope="enrol"), sent.json()["claim"]


def refusal(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_photographs_enrol_and_verify(desk: Desk, astronaut: Path) -> None:
    known, claim = enrol(desk, astronaut)
    assert known["outcome"] == "passed"
    session = verification(desk, known["enrolment_id"])
    page = Page(desk, session["link"])
    assert page.session["transaction"] == TRANSACTION
    assert page.session["upload"]
    assert page.post("claim", {"claim": claim}).status_code == 200
    assert send(page, jpeg(portrait(astronaut), quality=80)).json() == {
        "outcome": "passed",
        "claim": None,
        "claim_svg": None,
    }
    found = shown(desk, session, scope="verify")
    assert found["state"] == "finished"
    said = json.loads(_part(found["receipt"], 1))
    assert (said["channel"], said["liveness"]) == ("unattested", "none")
    assert refusal(send(page, jpeg(portrait(astronaut)))) == (409, "session.unready")


def test_a_claim_is_given_once_and_never_to_the_institution(desk: Desk, astronaut: Path) -> None:
    session = enrolment(desk)
    page = Page(desk, session["link"])
    page.post("consent", {"agreed": True, "language": "en"})
    given = send(page, jpeg(portrait(astronaut, scale=1.6))).json()
    assert given["claim"].startswith("vis1_")
    assert given["claim_svg"].startswith("<?xml")
    assert page.result() == {"outcome": "passed", "claim": None, "claim_svg": None}
    assert given["claim"] not in json.dumps(shown(desk, session, scope="enrol"))


def test_consent_comes_before_any_picture(desk: Desk, astronaut: Path) -> None:
    page = Page(desk, enrolment(desk)["link"])
    assert refusal(send(page, jpeg(portrait(astronaut)))) == (409, "session.unready")
    with pytest.raises(InvalidStatus):
        _socket(page).close()
    refused = page.post("consent", {"agreed": False, "language": "en"})
    assert refusal(refused) == (422, "input.invalid")
    other = page.post("consent", {"agreed": True, "language": "de"})
    assert refusal(other) == (422, "input.invalid")
    assert refusal(send(page, jpeg(portrait(astronaut)))) == (409, "session.unready")


def test_the_claim_comes_before_any_picture(desk: Desk, astronaut: Path) -> None:
    known, _ = enrol(desk, astronaut)
    page = Page(desk, verification(desk, known["enrolment_id"])["link"])
    assert refusal(send(page, jpeg(portrait(astronaut)))) == (409, "session.unready")
    with pytest.raises(InvalidStatus):
        _socket(page).close()
    assert refusal(page.post("claim", {"claim": "vis1_nonsense"})) == (422, "claim.malformed")


def test_a_second_opener_is_refused(desk: Desk) -> None:
    session = enrolment(desk)
    page = Page(desk, session["link"])
    token = session["link"].partition("#t=")[2]
    assert refusal(page.post("exchange", {"token": token})) == (409, "session.opened")
    assert page.post("exchange", {"token": ""}).status_code == 200  # a reload, with the cookie
    del page.headers["Cookie"]
    desk.client.cookies.clear()
    assert refusal(page.post("exchange", {"token": ""})) == (404, "session.unknown")
    assert refusal(page.post("exchange", {"token": "guessed"})) == (404, "session.unknown")


def test_the_session_of_another_process_is_not_one_that_is_over(
    desk: Desk, tmp_path: Path, verifier: Verifier
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with opened(settings_in(other), verifier) as elsewhere:
        strayed = enrolment(elsewhere)
        cookie = Page(elsewhere, strayed["link"]).headers["Cookie"]
    page = Page(desk, enrolment(desk)["link"])
    token = strayed["link"].partition("#t=")[2]
    assert refusal(page.post("exchange", {"token": token})) == (421, "session.elsewhere")
    page.headers["Cookie"] = cookie
    desk.client.cookies.clear()
    assert refusal(page.post("exchange", {"token": ""})) == (421, "session.elsewhere")
    asked = desk.ask("GET", f"/v1/sessions/{strayed['session_id']}", scope="enrol")
    assert refusal(asked) == (421, "session.elsewhere")
    unknown = desk.ask("GET", f"/v1/sessions/{desk.service.captures.new_id()}", scope="enrol")
    assert refusal(unknown) == (404, "session.unknown")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1", None])
def test_another_page_may_ask_nothing(desk: Desk, astronaut: Path, origin: str | None) -> None:
    session = enrolment(desk)
    page = Page(desk, session["link"])
    page.post("consent", {"agreed": True, "language": "en"})
    page.headers.pop("Origin")
    if origin is not None:
        page.headers["Origin"] = origin
    token = enrolment(desk)["link"].partition("#t=")[2]
    for name, content in (
        ("exchange", {"token": token}),
        ("consent", {"agreed": True, "language": "en"}),
        ("claim", {"claim": "vis1_nonsense"}),
    ):
        assert refusal(page.post(name, content)) == (403, "origin.refused"), name
    assert refusal(send(page, jpeg(portrait(astronaut)))) == (403, "origin.refused")
    with pytest.raises(InvalidStatus):
        _socket(page).close()
    assert shown(desk, session, scope="enrol")["state"] == "opened"


def test_time_runs_out(tmp_path: Path, verifier: Verifier, astronaut: Path) -> None:
    clock = Clock()
    with opened(settings_in(tmp_path), verifier, clock=clock) as desk:
        waiting, session, looked = enrolment(desk), enrolment(desk), comparison(desk)
        page = Page(desk, session["link"])
        page.post("consent", {"agreed": True, "language": "en"})
        clock.ahead = LINK_LIFETIME
        assert refusal(send(page, jpeg(portrait(astronaut)))) == (404, "session.unknown")
        with pytest.raises(InvalidStatus):
            _socket(page).close()
        token = waiting["link"].partition("#t=")[2]
        assert refusal(page.post("exchange", {"token": token})) == (404, "session.unknown")
        for over in desk.service.captures.expire():
            asyncio.run(close_session(desk.service, over))
        for one, scope in ((waiting, "enrol"), (session, "enrol"), (looked, "compare")):
            found = shown(desk, one, scope=scope)
            assert (found["state"], found["outcome"]) == ("expired", "failed")
            assert found["code"] == "session.expired"
        clock.ahead += KEPT
        assert list(desk.service.captures.expire()) == []
        gone = desk.ask("GET", f"/v1/sessions/{session['session_id']}", scope="enrol")
        assert refusal(gone) == (404, "session.unknown")


def test_who_gives_up_in_the_challenge_has_failed(
    desk: Desk, astronaut: Path, tmp_path: Path
) -> None:
    known, claim = enrol(desk, astronaut)
    assert _failures(tmp_path) == 0
    session = verification(desk, known["enrolment_id"])
    page = Page(desk, session["link"])
    page.post("claim", {"claim": claim})
    picture = still(astronaut)
    with _socket(page) as socket:
        socket.send(json.dumps({"type": "start", "flashing": True}))
        began = time.monotonic()
        while True:
            socket.send(struct.pack(">d", (time.monotonic() - began) * 1000) + picture)
            message = json.loads(socket.recv(timeout=10))
            if message["type"] == "step":
                break
            assert time.monotonic() - began < 20, message
            time.sleep(0.05)
    for _ in range(50):
        found = shown(desk, session, scope="verify")
        if found["outcome"] is not None:
            break
        time.sleep(0.1)
    assert (found["state"], found["outcome"]) == ("abandoned", "failed")
    assert found["code"] == "session.abandoned"
    assert found["receipt"] is None
    assert _failures(tmp_path) == 1
    with pytest.raises(InvalidStatus):
        _socket(page).close()


def test_photographs_show_no_liveness(desk: Desk, astronaut: Path, tmp_path: Path) -> None:
    known, claim = enrol(desk, astronaut)
    desk.service.profile = SP800_63B_4
    page = Page(desk, verification(desk, known["enrolment_id"])["link"])
    page.post("claim", {"claim": claim})
    refused = send(page, jpeg(portrait(astronaut), quality=80))
    assert refusal(refused) == (403, "profile.unsatisfied")
    assert _failures(tmp_path) == 0


def test_a_photograph_without_a_face_is_a_failed_attempt(
    desk: Desk, astronaut: Path, tmp_path: Path
) -> None:
    known, claim = enrol(desk, astronaut)
    page = Page(desk, verification(desk, known["enrolment_id"])["link"])
    page.post("claim", {"claim": claim})
    assert refusal(send(page, still(astronaut, people=0))) == (422, "face.none")
    assert _failures(tmp_path) == 1


def test_one_window_at_a_time(desk: Desk, astronaut: Path) -> None:
    session = enrolment(desk)
    page = Page(desk, session["link"])
    page.post("consent", {"agreed": True, "language": "en"})
    with _socket(page):
        with pytest.raises(InvalidStatus):
            _socket(page).close()
        assert refusal(send(page, jpeg(portrait(astronaut)))) == (409, "session.unready")
    assert shown(desk, session, scope="enrol")["outcome"] is None


def test_a_capture_may_last_longer_than_a_request(
    tmp_path: Path, verifier: Verifier, astronaut: Path
) -> None:
    """The deadline for the head of a request ends with the head, also where it opens a socket."""
    with opened(settings_in(tmp_path, body_seconds=0.3), verifier) as desk:
        page = Page(desk, enrolment(desk)["link"])
        page.post("consent", {"agreed": True, "language": "en"})
        with _socket(page) as socket:
            time.sleep(0.8)
            socket.send(json.dumps({"type": "start", "flashing": True}))
            socket.send(struct.pack(">d", 0.0) + jpeg(portrait(astronaut, scale=1.6)))
            assert json.loads(socket.recv(timeout=10))["type"] == "frame"


def test_another_institution_knows_no_session_of_ours(desk: Desk) -> None:
    session = enrolment(desk)
    answer = desk.ask("GET", f"/v1/sessions/{session['session_id']}", scope="verify")
    assert refusal(answer) == (403, "credential.scope_missing")
    found = desk.service.captures
    with pytest.raises(Exception, match="no such session"):
        found.of_id("other", next(iter(found._by_id)))


def test_nothing_secret_is_logged(
    desk: Desk, astronaut: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not even before fields that are not on the log's list are left out."""
    session = enrolment(desk)
    token = session["link"].partition("#t=")[2]
    page = Page(desk, session["link"])
    page.post("consent", {"agreed": True, "language": "en"})
    claim = send(page, jpeg(portrait(astronaut, scale=1.6))).json()["claim"]
    cookie = page.headers["Cookie"].partition("=")[2]
    session = verification(desk, shown(desk, session, scope="enrol")["enrolment_id"])
    page = Page(desk, session["link"])
    page.post("claim", {"claim": claim})
    send(page, jpeg(portrait(astronaut)))
    said = "".join(capsys.readouterr())
    assert said.count("answered") >= 8
    for secret in (token, cookie, claim, claim.split("_")[1], WORDING, "Harbour Books"):
        assert secret not in said


def _socket(page: Page) -> Any:  # noqa: ANN401 - a connection of websockets
    headers = {"Cookie": page.headers["Cookie"]}
    origin = page.headers.get("Origin")
    return connect(
        page.base.replace("http", "ws") + "/capture/stream",
        origin=None if origin is None else Origin(origin),
        additional_headers=headers,
    )


def _failures(folder: Path) -> int:
    with sqlite3.connect(f"file:{folder}/store.db?mode=ro", uri=True) as store:
        (count,) = store.execute("SELECT consecutive_failures FROM enrolments").fetchone()
    store.close()
    return int(count)


def _part(receipt: str, place: int) -> bytes:

    part = receipt.split(".")[place]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
