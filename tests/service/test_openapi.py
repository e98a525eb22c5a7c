"""The service does what its OpenAPI description says, whatever it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from tests.service.desk import opened, settings_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.service.desk import Desk
    from visavis.verifier import Verifier

_CONFIG = schemathesis.Config.from_dict(
    {
        "checks": {
            # What is of the right form may still be no picture, no claim, or another's.
            "positive_data_acceptance": {
                "expected-statuses": ["2xx", "403", "404", "422"]
            },
        }
    }
)


@pytest.fixture(scope="module")
def open_desk(
    tmp_path_factory: pytest.TempPathFactory, verifier: Verifier
) -> Iterator[Desk]:
    with opened(settings_in(tmp_path_factory.mktemp("home")), verifier) as desk:
        yield desk


@pytest.fixture
def described(open_desk: Desk) -> Any:
    return schemathesis.openapi.from_url(
        str(open_desk.client.base_url) + "/openapi.json", config=_CONFIG
    )


schema = schemathesis.pytest.from_fixture("described")


@schema.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_route_does_what_it_says(case: schemathesis.Case, open_desk: Desk) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {open_desk.all_powerful()}"})
