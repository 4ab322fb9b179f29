"""Whatever a client sends, the API answers as its contract says and never fails itself (S47, S49)."""

from __future__ import annotations

import json
import os
import re
import threading
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from scripts._lib.contract import OPENAPI
from tests.factories.database import Databases, begin_anew
from tests.factories.people import make_person

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    allow_header_conformance,
]
ROLES: dict[str, tuple[str, ...]] = {
    "committee": ("committee_head",),
    "volunteer": ("volunteer",),
    "nobody": (),
}
AGAIN = os.environ.get("LINLI_TEST_DATABASE") == "postgresql"
EXAMPLES = int(os.environ.get("LINLI_FUZZ_EXAMPLES", "3" if AGAIN else "6"))
"""For each operation, each made by every role; on the second engine the first of them once more; the soak gives 120."""
SEED = int(os.environ.get("LINLI_FUZZ_SEED", "20261123"))
_TELLING = re.compile(
    r"Traceback|sqlite3?\.|psycopg|sqlalchemy|SELECT .* FROM|/server/|\.py\b|Werkzeug"
)


def operations() -> list[tuple[str, str]]:
    contract = json.loads(OPENAPI.read_text(encoding="utf-8"))
    methods = ("get", "post", "put", "patch", "delete")
    return [(m, p) for p, item in contract["paths"].items() for m in item if m in methods]


@pytest.fixture(scope="module")
def schema(session_app: Flask) -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", session_app)


@pytest.fixture
def fresh(session_app: Flask, databases: Databases) -> Flask:
    """The application over a fresh database and outside any context, as a server has it."""
    for thread in threading.enumerate():
        if thread.name == "roster-import":  # of the test before: its file is about to be exchanged
            thread.join(60)
    begin_anew(session_app, databases)
    return session_app


@pytest.mark.parametrize(
    ("method", "path"), operations(), ids=[f"{m} {p}" for m, p in operations()]
)
def test_an_operation_keeps_the_contract_with_everybody(
    fresh: Flask, schema: Any, method: str, path: str
) -> None:
    """Each invented call is made by everybody: to invent it costs more than to answer it."""
    people = {name: {"X-Linli": "1"} for name in ROLES}
    with fresh.app_context():
        for name, roles in ROLES.items():
            if roles:
                people[name] = make_person(*roles).headers()

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema[path][method].as_strategy())
    def keeps(case: Any) -> None:
        for name, headers in people.items():
            answer = case.call(headers=headers)
            busy = answer.status_code == 503 and answer.json()["error"] == "server.busy"
            case.validate_response(answer, checks=CHECKS[1:] if busy else CHECKS)
            if answer.status_code >= 400:
                assert not _TELLING.search(answer.text), (name, answer.text)

    keeps()


@pytest.mark.static  # no view is reached
@pytest.mark.parametrize("path", sorted({p for _, p in operations()}))
def test_a_method_that_is_not_offered_is_named_as_such(session_app: Flask, path: str) -> None:
    filled = re.sub(r"\{[^}]+\}", "0193a5b2-7c11-7e01-9d6f-3a2b1c0d4e5f", path)
    # what the application answers there, also by a rule that takes any word in this place
    offered = session_app.url_map.bind("localhost").allowed_methods(filled)
    offered = {*offered} - {"HEAD", "OPTIONS"}
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"} - offered:
        answer = session_app.test_client().open(filled, method=method, headers={"X-Linli": "1"})
        assert answer.status_code in (404, 405), f"{method} {path}"
        if answer.status_code == 405:
            assert offered <= {m.strip() for m in answer.headers["Allow"].split(",")}
