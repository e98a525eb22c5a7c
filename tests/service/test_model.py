"""Enrol, verify, lock, renew, forget, in any order, against a model of what must come out."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from tests.service.desk import opened, parts, settings_in
from visavis.records import count_enrolments

if TYPE_CHECKING:
    from tests.postgresql import Server
    from tests.service.desk import Desk
    from visavis.verifier import Verifier

_FREE = 5  # failures until attempts are delayed
_LOCKED = "enrolment.delayed"
_REFUSED = "verification.refused"


@dataclass
class Account:
    """What the model knows of an enrolment: which claims work, and how often it failed."""

    enrolled: dict[str, str]
    claim: str
    renewed: str | None = None
    void: list[str] = field(default_factory=list)
    failures: int = 0
    withdrawn: bool = False

    @property
    def locked(self) -> bool:
        return self.failures >= _FREE


class Holders(RuleBasedStateMachine):
    """To be made with a desk and pictures, see `_machine`."""

    desk: Desk
    sample: bytes
    probe: bytes
    stranger: bytes

    accounts: Bundle[Account] = Bundle("accounts")

    def __init__(self) -> None:
        super().__init__()
        self.alive: list[Account] = []

    @initialize()
    def forget_everybody(self) -> None:
        store = self.desk.service.vaults.store
        with store.snapshot() as s:
            self.before = count_enrolments(s, "default")

    @rule(target=accounts)
    def enrol(self) -> Account:
        enrolled = self.desk.enrol(self.sample)
        account = Account(enrolled, enrolled["claim"])
        self.alive.append(account)
        return account

    @rule(account=accounts)
    def match(self, account: Account) -> None:
        answer = self._verify(account, account.claim, self.probe)
        if self._let_through(account, answer):
            assert answer["outcome"] == "match"
            account.failures = 0

    @rule(account=accounts)
    def differ(self, account: Account) -> None:
        answer = self._verify(account, account.claim, self.stranger)
        if self._let_through(account, answer):
            assert answer["outcome"] == "non-match"
            account.failures += 1

    @rule(account=accounts)
    def use_the_new_claim(self, account: Account) -> None:
        if account.renewed is None:
            return
        answer = self._verify(account, account.renewed, self.probe)
        if self._let_through(account, answer):
            assert answer["outcome"] == "match"
            account.void.append(account.claim)
            account.claim, account.renewed, account.failures = account.renewed, None, 0

    @rule(account=accounts)
    def use_an_old_claim(self, account: Account) -> None:
        for claim in account.void:
            assert self._verify(account, claim, self.probe)["code"] == _REFUSED

    @rule(account=accounts)
    def renew(self, account: Account) -> None:
        path = f"/v1/enrolments/{account.enrolled['enrolment_id']}/renewals"
        body = parts({"claim": account.claim}, probes=self.probe)
        answer = self.desk.ask("POST", path, scope="enrol", files=body).json()
        if self._let_through(account, answer):
            if account.renewed is not None:
                account.void.append(account.renewed)
            account.renewed, account.failures = answer["claim"], 0

    @rule(account=accounts)
    def enable(self, account: Account) -> None:
        path = f"/v1/enrolments/{account.enrolled['enrolment_id']}/enablement"
        assert self.desk.ask("POST", path, scope="admin").status_code == 204
        account.failures = 0

    @rule(account=accounts)
    def withdraw(self, account: Account) -> None:
        path = f"/v1/consents/{account.enrolled['consent_id']}/withdrawal"
        expected = 404 if account.withdrawn else 204
        assert self.desk.ask("POST", path, scope="forget").status_code == expected
        account.withdrawn = True

    @rule(account=consumes(accounts), target=accounts)
    def forget(self, account: Account) -> Any:  # noqa: ANN401 - of hypothesis
        path = f"/v1/enrolments/{account.enrolled['enrolment_id']}"
        assert self.desk.ask("DELETE", path, scope="forget").status_code == 204
        for claim in (account.claim, account.renewed or account.claim, *account.void):
            assert self._verify(account, claim, self.probe)["code"] == _REFUSED
        self.alive.remove(account)
        return multiple()

    @invariant()
    def there_are_as_many_as_the_model_says(self) -> None:
        with self.desk.service.vaults.store.snapshot() as s:
            assert count_enrolments(s, "default") == self.before + len(self.alive)

    def _verify(self, account: Account, claim: str, picture: bytes) -> dict[str, Any]:
        answer = self.desk.verify(account.enrolled | {"claim": claim}, picture)
        assert answer.status_code < 500
        content: dict[str, Any] = answer.json()
        return content

    def _let_through(self, account: Account, answer: dict[str, Any]) -> bool:
        """Whether it was compared; if not, with the code that the model expects."""
        if account.withdrawn:
            assert answer["code"] == _REFUSED
        elif account.locked:
            assert answer["code"] == _LOCKED
        else:
            assert "code" not in answer
            return True
        return False


@pytest.mark.parametrize(
    ("database", "examples", "steps"),
    [
        ("sqlite", 2, 15),
        ("postgresql", 1, 15),
        pytest.param("sqlite", 100, 50, marks=pytest.mark.evidence),
        pytest.param("postgresql", 100, 50, marks=pytest.mark.evidence),
    ],
)
def test_any_order_comes_out_as_the_model_says(  # noqa: PLR0917 - fixtures
    request: pytest.FixtureRequest,
    verifier: Verifier,
    sample: bytes,
    probe: bytes,
    stranger: bytes,
    database: str,
    examples: int,
    steps: int,
) -> None:
    store = None
    if database == "postgresql":
        server: Server = request.getfixturevalue("server")
        store = server.new_database()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        desk = stack.enter_context(opened(settings_in(folder, store=store), verifier))
        machine = type(
            "Machine",
            (Holders,),
            {"desk": desk, "sample": sample, "probe": probe, "stranger": stranger},
        )
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                database=None,
            ),
        )
