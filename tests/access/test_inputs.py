"""What a body or a query cannot do: set fields it has no business with (S24), speak SQL (S31); and what a bare query cannot read (S25)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, inspect, select

from scripts._lib.contract import OPENAPI
from server.access.scope import UnscopedQuery
from server.kit.database import db
from server.kit.models import AreaScoped, Base
from server.kit.unit_of_work import transaction
from tests.access.table import API, TABLE
from tests.access.test_matrix import holders, world  # noqa: F401 - the module's fixture
from tests.access.world import World
from tests.factories.areas import COMMITTEE

CONTRACT = json.loads(OPENAPI.read_text(encoding="utf-8"))  # tests/contract holds it to the routes


def operation(method: str, rule: str) -> dict[str, Any]:
    """What the contract says of a route; nothing for a page outside the API."""
    path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)
    found: dict[str, Any] = CONTRACT["paths"].get(path, {}).get(method.lower(), {})
    return found


def form(method: str, rule: str) -> dict[str, Any] | None:
    """The schema of a route's JSON body."""
    content = operation(method, rule).get("requestBody", {}).get("content", {})
    reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    found: dict[str, Any] | None = CONTRACT["components"]["schemas"].get(reference.split("/")[-1])
    return found


def texts(schema: dict[str, Any]) -> list[str]:
    """The fields of a form that take any text."""
    return [
        name
        for name, shape in schema.get("properties", {}).items()
        if "string" in _kinds(shape) and "enum" not in shape
    ]


def _kinds(shape: dict[str, Any]) -> list[str]:
    kinds = shape.get("type")
    return kinds if isinstance(kinds, list) else [kinds or ""]


WRITES = [key for key in TABLE if key[0] in ("POST", "PATCH", "PUT") and key[1].startswith(API)]
OPEN = (("POST", API + "/sync/push"),)
"""Takes fields it does not know: a newer phone's answers are kept, not refused (PROTOCOL.md, M9)."""
FORMS = {key: shape for key in WRITES if key not in OPEN and (shape := form(*key)) is not None}
FORMLESS = {
    "/mediation/looks/<uuid:look_id>/end",
    "/patrols/plan/periods/<uuid:period_id>/end",
    "/cadence/occasions/<uuid:occasion_id>/end",
    "/duty-reports/<uuid:report_id>/seen",
    "/csp-reports", "/auth/refresh", "/auth/logout", "/sync/push", "/attachments", "/concerns/photos",
    "/lists/exports/<uuid:export_id>/approve", "/lists/exports/<uuid:export_id>/file",
    "/inbox/push/end", "/attachments/uploads", "/attachments/uploads/<uuid:upload_id>",
    "/visit-questions/", "/visit-questions/<uuid:questions_id>/withdraw",
    "/visit-questions/<uuid:questions_id>/restore",
    "/roster-imports/", "/roster-imports/<uuid:import_id>/confirm",
    "/roster-imports/<uuid:import_id>/undo", "/roster-imports/<uuid:import_id>/discard",
    "/door-codes/households/<uuid:household_id>/stolen", "/concerns/<uuid:concern_id>/phone",
    "/concerns/<uuid:concern_id>/unmerge",
    "/pairings/stand-ins/<uuid:stand_in_id>/take-back",
    "/concern-rules/offices/<uuid:office_id>/retire",
    "/concern-rules/templates/<uuid:template_id>/retire",
    "/case-files/<uuid:case_id>/papers", "/case-files/<uuid:case_id>/number",
    "/case-templates/<string:document>", "/case-templates/versions/<uuid:version_id>/use",
}  # fmt: skip
"""What takes a file, a report of the browser, or nothing at all."""
WITH_TEXT = [key for key, shape in FORMS.items() if texts(shape)]
SQL = (
    "' OR '1'='1",
    "'; DROP TABLE household; --",
    '" OR ""="',
    "1) UNION SELECT password_hash FROM user_account --",
    "%' AND 1=0 UNION ALL SELECT null --",
    "\\'; SELECT pg_sleep(5); --",
    "%_%",
    "$$||'x'||$$",
)


@pytest.fixture
def client(world: World) -> FlaskClient:  # noqa: F811 - pytest's way of asking
    return world.app.test_client()


def columns() -> list[str]:
    """Names of columns that the server alone writes, from the tables themselves."""
    found = {column.name for table in Base.metadata.tables.values() for column in table.columns}
    return sorted(found & {
        "id", "area_id", "role", "verdict", "seq", "user_id", "hash", "created_at", "updated_at",
        "disabled_at", "password_hash", "token_hash", "accepted_at", "revoked_at", "granted_by",
        "status", "state", "first_handler_id", "query_code", "ended_at", "expires_at", "device_id",
    })  # fmt: skip


def send(world: World, client: FlaskClient, method: str, rule: str, **how: Any) -> Any:  # noqa: F811 - the fixture of that name
    permission = TABLE[(method, rule)][0]
    headers = {"X-Linli": "1"}
    if permission != "public":
        held = holders(permission)
        role = "committee_head" if "committee_head" in held else held[0]
        headers = world.person(role, "own").headers()
    return client.open(world.path(rule), method=method, headers=headers, **how)


def test_what_takes_no_form_is_known() -> None:
    """A form that fell out of the contract would fall out of the tests below without a word."""
    assert {rule.removeprefix(API) for _, rule in set(WRITES) - set(FORMS)} == FORMLESS


@pytest.mark.parametrize(("method", "rule"), FORMS)
def test_a_field_that_is_not_of_this_form_is_refused_by_its_name(
    world: World,  # noqa: F811 - the fixture of that name
    client: FlaskClient,
    method: str,
    rule: str,
) -> None:
    foreign = [
        name for name in columns() if name not in FORMS[(method, rule)].get("properties", {})
    ]
    assert foreign
    where = {"query_string": {"area_id": COMMITTEE}} if method == "PUT" else {}
    answer = send(world, client, method, rule, json=dict.fromkeys(foreign, "1"), **where)
    assert answer.status_code == 422, answer.get_data()
    assert set(foreign) <= set(answer.get_json()["fields"])
    one = send(world, client, method, rule, json={foreign[0]: "1"}, **where)
    assert one.status_code == 422, (foreign[0], one.get_data())
    assert foreign[0] in one.get_json()["fields"]


@pytest.mark.parametrize(("method", "rule"), WITH_TEXT)
def test_sql_in_a_text_field_is_only_text(
    world: World,  # noqa: F811 - the fixture of that name
    client: FlaskClient,
    method: str,
    rule: str,
) -> None:
    fields = texts(FORMS[(method, rule)])
    before = _tables(world)
    for payload in SQL:
        answer = send(world, client, method, rule, json=dict.fromkeys(fields, payload))
        assert answer.status_code < 500, (payload, answer.get_data())
    assert _tables(world) == before


@pytest.mark.parametrize("rule", [r for m, r in TABLE if m == "GET" and r != "/readyz"])
def test_sql_in_an_address_is_only_text(
    world: World,  # noqa: F811 - the fixture of that name
    client: FlaskClient,
    rule: str,
) -> None:
    parameters = operation("GET", rule).get("parameters", [])
    names = [p["name"] for p in parameters if p.get("in") == "query"]
    if not names:  # what a route asks for nowhere is said to it all at once
        asked = {f"q{number}": payload for number, payload in enumerate(SQL)}
        assert send(world, client, "GET", rule, query_string=asked).status_code < 500
    for payload in SQL:
        for name in names:
            answer = send(world, client, "GET", rule, query_string={name: payload})
            assert answer.status_code < 500, (name, payload)


@pytest.mark.parametrize("word", SQL)
@pytest.mark.parametrize("rule", [API + "/households/search", API + "/residents/search"])
def test_a_search_for_sql_or_wildcards_finds_nothing(
    world: World,  # noqa: F811 - the fixture of that name
    client: FlaskClient,
    rule: str,
    word: str,
) -> None:
    answer = send(world, client, "POST", rule, json={"query": word})
    assert answer.status_code == 200
    assert answer.get_json()["rows"] == []


def _tables(world: World) -> int:  # noqa: F811 - the fixture of that name
    with transaction(write=False):
        return len(inspect(db.session.connection()).get_table_names())


def test_no_model_of_an_area_can_be_read_without_a_scope(app: Flask) -> None:
    models = [m.class_ for m in Base.registry.mappers if issubclass(m.class_, AreaScoped)]
    assert len(models) > 10
    for model in models:
        for bare in (select(model), select(model.area_id), select(func.count(model.area_id))):
            with transaction(write=False), pytest.raises(UnscopedQuery):
                db.session.execute(bare).all()
