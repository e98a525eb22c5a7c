from __future__ import annotations

import importlib
import json
import pkgutil
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

import visavis
from visavis.errors import CredentialRefused, Error, FaceNone, ServiceOverloaded, StoreCorrupt
from visavis.service._problem import PROBLEM_TYPE, STATUS, problem, status_of

if TYPE_CHECKING:
    from collections.abc import Iterator


def _every_error(base: type[Error] = Error) -> Iterator[type[Error]]:
    for error in base.__subclasses__():
        if error.__module__.startswith("visavis."):
            yield error
            yield from _every_error(error)


def test_every_error_has_a_status() -> None:
    for module in pkgutil.iter_modules(visavis.errors.__path__, "visavis.errors."):
        importlib.import_module(module.name)
    missing = {error.__name__ for error in _every_error()} - {kind.__name__ for kind in STATUS}
    assert not missing, "give it a status in service/_problem.py"


def test_an_error_without_one_is_ours() -> None:
    class New(Error):
        code = "new.one"

    assert status_of(New("?")) is HTTPStatus.INTERNAL_SERVER_ERROR


def test_a_problem_says_what_a_caller_may_know() -> None:
    error = FaceNone("no face was found")
    error.input = "probes[1]"
    scope = {"visavis.request_id": "r-1"}
    answer = problem(error, scope)
    assert (answer.status_code, answer.media_type) == (422, PROBLEM_TYPE)
    assert json.loads(bytes(answer.body)) == {
        "type": "about:blank",
        "title": "Unprocessable Entity",
        "status": 422,
        "code": "face.none",
        "detail": "no face was found",
        "input": "probes[1]",
        "request_id": "r-1",
    }
    assert scope["visavis.code"] == "face.none"


@pytest.mark.parametrize(("seconds", "header"), [(0.2, "1"), (30, "30"), (30.1, "31")])
def test_when_to_try_again_is_whole_seconds(seconds: float, header: str) -> None:
    answer = problem(ServiceOverloaded("?", retry_after=timedelta(seconds=seconds)), {})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, header)


def test_who_is_not_let_in_is_told_how() -> None:
    assert problem(CredentialRefused("?"), {}).headers["WWW-Authenticate"] == "Bearer"


def test_of_our_own_troubles_a_caller_learns_the_code_alone() -> None:
    content = json.loads(bytes(problem(StoreCorrupt("page 17 of /srv/store.db"), {}).body))
    assert content["code"] == "store.corrupt"
    assert "17" not in content["detail"]
