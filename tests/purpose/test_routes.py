"""What answers over HTTP is on a reviewed list, or it does not answer."""

from __future__ import annotations

import re
from pathlib import Path

from tests.purpose.routes import routes

_REVIEWED = Path(__file__).with_name("reviewed_routes.txt")

_FORBIDDEN = re.compile(
    r"search|identif|gallery|match(?:es)?_in|candidate|score|distance|similarit|threshold|rank"
    r"|embedding|template|vector|(?<!return_)url|path:(?!enrolment_id|consent_id|session_id)|uri|gender|emotion|ethnic|\bage\b|export|bulk|batch"
)


def test_nothing_answers_that_was_not_reviewed() -> None:
    reviewed, found = _REVIEWED.read_text().splitlines(), routes()
    assert not set(found) - set(reviewed), "new: review it against DESIGN section 1 (routes.py)"
    assert not set(reviewed) - set(found), "no longer there: take it off the list"


def test_no_route_is_named_for_what_is_never_built() -> None:
    assert [line for line in routes() if _FORBIDDEN.search(line)] == []


def test_a_verification_needs_its_account() -> None:
    (line,) = [line for line in routes() if line.startswith("POST /v1/verifications")]
    assert "enrolment_id" in line.split(" -> ")[0]
    assert line.endswith("200(enrolment_id,leaf,outcome,profile,purpose,reason,receipt)")


def test_these_checks_can_fail() -> None:
    assert _FORBIDDEN.search("POST /v1/search json(probes) -> 200(enrolment_id)")
    assert _FORBIDDEN.search("POST /v1/comparisons -> 200(outcome,score)")
    assert "POST /v1/search" not in _REVIEWED.read_text()
