"""Whatever calls follow on one another, each with what the one before it answered, the API keeps its contract (S49).

The order comes from the contract: an answer that holds an id leads to the calls that take one.
``LINLI_FUZZ_WALKS`` sets how many walks a role makes; where it is set they are made on either
database, else on SQLite alone.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import (
    ensure_resource_availability,
    ignored_auth,
    response_headers_conformance,
    use_after_free,
)

from tests.contract.test_fuzz import CHECKS, ROLES, fresh, schema  # noqa: F401 - the fixtures
from tests.factories.areas import COMMITTEE
from tests.factories.people import make_person

WALKS = int(os.environ.get("LINLI_FUZZ_WALKS", "25"))
STEPS = 8
pytestmark = [] if "LINLI_FUZZ_WALKS" in os.environ else [pytest.mark.sqlite_only]
ON_THE_WAY = [
    *CHECKS,
    use_after_free,
    ensure_resource_availability,
    ignored_auth,
    response_headers_conformance,
]


@pytest.mark.parametrize("role", ROLES)
def test_a_walk_through_the_api_keeps_the_contract(
    fresh: Flask,  # noqa: F811 - the fixture of that name
    schema: Any,  # noqa: F811 - the fixture of that name
    role: str,
) -> None:
    headers = {"X-Linli": "1"}
    if ROLES[role]:
        with fresh.app_context():
            headers = make_person(*ROLES[role]).headers()
    reached: set[tuple[str, int]] = set()

    class Walk(schema.as_state_machine()):  # type: ignore[misc]  # made from the contract at run time
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": headers}

        def before_call(self, case: Any) -> None:
            for part in (case.body, case.query):  # a place that exists, so that the way goes on
                if isinstance(part, dict) and "area_id" in part:
                    part["area_id"] = COMMITTEE

        def validate_response(self, response: Any, case: Any, **_: Any) -> None:
            reached.add((case.operation.label, response.status_code))
            busy = response.status_code == 503 and response.json()["error"] == "server.busy"
            case.validate_response(response, checks=ON_THE_WAY[1:] if busy else ON_THE_WAY)

    Walk.run(
        settings=settings(
            max_examples=WALKS, stateful_step_count=STEPS, deadline=None, database=None,
            derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        )
    )  # fmt: skip
    assert reached
    assert role == "nobody" or any(status < 300 for _, status in reached)
