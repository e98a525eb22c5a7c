"""A document's portrait against the living holder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.capture.test_rules import comparison, enrolment, refusal, send
from tests.capture.test_stream import Page
from tests.pictures import jpeg, portrait
from tests.service.desk import parts
from visavis.imaging import Image
from visavis.service.capture._conclude import conclude
from visavis.service.capture._session import State

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    import httpx2

    from tests.service.desk import Desk


def compare(desk: Desk, session: dict[str, Any], reference: bytes) -> httpx2.Response:
    files = parts({"session_id": session["session_id"]}, references=reference)
    return desk.ask("POST", "/v1/comparisons", scope="compare", files=files)


def finished(desk: Desk, *probes: Image) -> dict[str, Any]:
    """A session that somebody has passed."""
    opened = comparison(desk)
    (session,) = [
        one
        for one in desk.service.captures._by_id.values()
        if str(one.session_id) == opened["session_id"]
    ]
    session.state = State.FINISHED
    session.result = conclude(desk.service, session, probes, liveness="light+turns")
    return opened


def test_the_living_holder_and_their_document(desk: Desk, astronaut: Path) -> None:
    session = comparison(desk)
    document = jpeg(portrait(astronaut, scale=1.6))
    assert refusal(compare(desk, session, document)) == (409, "session.unready")
    session = finished(desk, Image.from_bytes(jpeg(portrait(astronaut), quality=80)))
    answer = compare(desk, session, document)
    assert answer.status_code == 200, answer.text
    point = answer.json()["operating_point"]
    assert answer.json() == {
        "outcome": "match",
        "channel": "unattested",
        "operating_point": point,
    }
    assert (point["reference_samples"], point["probe_samples"]) == (1, 1)
    assert (point["fmr"], point["state"]) == ("1e-4", "established")
    assert 0 < point["fmr_upper"] < 1
    assert refusal(compare(desk, session, document)) == (409, "session.unready")


def test_somebody_elses_document(desk: Desk, astronaut: Path, faces: Path) -> None:
    probe = Image.from_bytes(jpeg(portrait(astronaut)))
    session = finished(desk, probe)
    stranger = min((faces / "frll").glob("*/neutral_*_03.jpg")).read_bytes()
    assert compare(desk, session, stranger).json()["outcome"] == "non-match"
    # One session is one comparison, whatever came of it.
    assert refusal(compare(desk, session, stranger)) == (409, "session.unready")


def test_a_portrait_that_cannot_be_used_uses_the_session_up(desk: Desk, astronaut: Path) -> None:
    session = finished(desk, Image.from_bytes(jpeg(portrait(astronaut))))
    refused = compare(desk, session, b"not a picture")
    assert refusal(refused) == (422, "image.unsupported")
    assert refused.json()["input"] == "references[0]"
    assert refusal(compare(desk, session, jpeg(portrait(astronaut)))) == (409, "session.unready")


def test_another_kind_of_session_has_no_probes(desk: Desk, astronaut: Path) -> None:
    session = enrolment(desk)
    answer = compare(desk, session, jpeg(portrait(astronaut)))
    assert refusal(answer) == (422, "input.invalid")
    unknown = compare(desk, {"session_id": str(desk.service.captures.new_id())}, b"")
    assert refusal(unknown) == (404, "session.unknown")


def test_photographs_are_nobody_living(desk: Desk, astronaut: Path) -> None:
    page = Page(desk, comparison(desk)["link"])
    assert not page.session["upload"]
    assert refusal(send(page, jpeg(portrait(astronaut)))) == (403, "setting.off")


def test_pictures_go_when_the_session_ends(desk: Desk, astronaut: Path) -> None:
    opened = finished(desk, Image.from_bytes(jpeg(portrait(astronaut))))
    (session,) = desk.service.captures._by_id.values()
    session.expires_at = desk.service.clock()
    assert list(desk.service.captures.expire()) == []
    assert session.result is not None
    assert session.result.probes == ()
    assert refusal(compare(desk, opened, b"")) == (409, "session.unready")
