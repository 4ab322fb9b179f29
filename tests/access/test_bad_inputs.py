"""Impossible values in every form and address: refused in the house's shape or harmlessly served, never a failure of ours (S50)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from server.kit.database import db
from server.kit.models import Base
from server.kit.unit_of_work import transaction
from tests.access.table import API, TABLE
from tests.access.test_inputs import FORMS, operation, send
from tests.access.test_matrix import world  # noqa: F401 - the module's fixture
from tests.access.world import World

DATES = (
    "0000-00-00",
    "9999-12-31",
    "1900-02-29",
    "0001-01-01",
    "2026-13-01",
    "2026-1-1",
    "20261123T",
    "",
)
IDS = (
    "0193A5B2-7C11-7E01-9D6F-3A2B1C0D4E5F",
    "0193a5b2-7c11-4e01-9d6f-3a2b1c0d4e5f",
    "00000000-0000-0000-0000-000000000000",
    "{0193a5b2-7c11-7e01-9d6f-3a2b1c0d4e5f}",
    "0193a5b27c117e019d6f3a2b1c0d4e5f",
    "urn:uuid:0193a5b2-7c11-7e01-9d6f-3a2b1c0d4e5f",
    "1' OR '1'='1",
)
NUMBERS = (-1, 0, 10**9, 2**63, 10**30, 1.5, True, "1", "１２", [], None)
TEXTS = ("a\0b", "\udfff\ud800", "\ufeff", "\u202eevil", "𠮷" * 40, "x" * 1_000_000)
PAGES = ("-1", "0", "1000000000", str(2**63), "1e999", "NaN", "", "abc", "%00", "１")
RAW = {
    "deep": b"[" * 1000 + b"]" * 1000,
    "deep objects": b'{"a":' * 1000 + b"1" + b"}" * 1000,
    "the same key twice": b'{"note":"a","note":"b"}',
    "no number": b'{"note":NaN}',
    "infinite": b'{"note":1e999}',
    "minus nothing": b'{"note":-0}',
    "array": b"[]",
    "null": b"null",
    "text": b'"note"',
    "empty": b"",
    "marked": b"\xef\xbb\xbf{}",
    "utf-16": '{"note":"好"}'.encode("utf-16"),
    "broken utf-8": b'{"note":"\xff\xfe"}',
    "cut": b'{"note":"a"',
    "lone surrogate": b'{"note":"\\ud800"}',
}
BY_KIND = {
    "date": DATES,
    "date-time": DATES,
    "uuid": IDS,
    "integer": NUMBERS,
    "number": NUMBERS,
    "string": TEXTS,
}


@pytest.fixture
def client(world: World) -> FlaskClient:  # noqa: F811 - pytest's way of asking
    return world.app.test_client()


def kind_of(shape: dict[str, Any]) -> str:
    """What a field of a form is, by its format or else its type."""
    types = shape.get("type")
    first = types[0] if isinstance(types, list) else types
    return str(shape.get("format") or first or "")


def bad(shape: dict[str, Any]) -> list[dict[str, Any]]:
    """Bodies that fill every field of a kind with the same impossible value, and each with what it is not."""
    fields = {name: kind_of(one) for name, one in shape.get("properties", {}).items()}
    bodies: list[dict[str, Any]] = []
    for kind, values in BY_KIND.items():
        names = [name for name, its in fields.items() if its == kind]
        bodies += [dict.fromkeys(names, value) for value in values if names]
    bodies += [dict.fromkeys(fields, wrong) for wrong in (None, [], {}, True, 10**30, {"a": {}})]
    return bodies


def rows() -> dict[str, int]:
    """How much every table holds, but for what a refusal itself leaves."""
    left_out = {"audit_entry", "tally"}  # who asked, and how often
    with transaction(write=False):
        return {
            table.name: db.session.execute(
                select(func.count())
                .select_from(table)
                .execution_options(linli_scope="system: test")
            ).scalar_one()
            for table in Base.metadata.sorted_tables
            if table.name not in left_out
        }


def refused_or_served(answer: Any, said: Any) -> None:
    assert answer.status_code < 500 or answer.status_code == 503, (said, answer.get_data()[:400])
    if answer.status_code >= 400:
        told = answer.get_json()
        assert told["error"], said
        assert told["message"], said


@pytest.mark.parametrize(("method", "rule"), FORMS)
def test_impossible_values_in_a_form_are_refused_and_nothing_is_stored(
    world: World,  # noqa: F811 - the fixture of that name
    client: FlaskClient,
    method: str,
    rule: str,
) -> None:
    send(world, client, method, rule, json={})  # its person exists from here on
    before, kept = rows(), False
    for body in bad(FORMS[(method, rule)]):
        sent = json.dumps(body).encode("utf-8", "surrogatepass")
        answer = send(world, client, method, rule, data=sent, content_type="application/json")
        refused_or_served(answer, str(body)[:200])
        kept = kept or answer.status_code < 300
    if not kept:
        assert rows() == before


@pytest.mark.parametrize(("method", "rule"), FORMS)
def test_a_body_that_is_no_form_is_refused_whole(
    world: World,  # noqa: F811 - the fixture of that name
    client: FlaskClient,
    method: str,
    rule: str,
) -> None:
    kinds = ("application/json", "application/json; charset=utf-16", "text/plain")
    for n, (name, sent) in enumerate(RAW.items()):
        kind = kinds[0] if n % 5 else kinds[n // 5 % 3]
        answer = send(world, client, method, rule, data=sent, content_type=kind)
        refused_or_served(answer, (name, kind))


@pytest.mark.parametrize("rule", [r for m, r in TABLE if m == "GET" and r.startswith(API)])
def test_impossible_pages_dates_and_ids_in_an_address_are_refused_or_harmless(
    world: World,  # noqa: F811 - the fixture of that name
    client: FlaskClient,
    rule: str,
) -> None:
    asked = [p for p in operation("GET", rule).get("parameters", []) if p.get("in") == "query"]
    for parameter in asked:
        kind = kind_of(parameter.get("schema", {}))
        values = {"date": DATES, "uuid": IDS}.get(
            kind, PAGES if kind == "integer" else (*PAGES, "\0", "x" * 5000)
        )
        for value in values:
            answer = send(world, client, "GET", rule, query_string={parameter["name"]: value})
            refused_or_served(answer, (parameter["name"], value))
        twice = [(parameter["name"], value) for value in values[:2]]
        refused_or_served(send(world, client, "GET", rule, query_string=twice), twice)


HEADERS = (
    ("X-HTTP-Method-Override", "DELETE"),
    ("X-Method-Override", "POST"),
    ("X-Padding", "x" * 65_536),
    ("Accept-Language", "zh" * 20_000),
    ("Range", "bytes=-1,0-,5-2"),
)


@pytest.mark.parametrize("rule", [r for m, r in TABLE if m == "GET" and r.startswith(API)])
def test_strange_headers_change_nothing(
    world: World,  # noqa: F811 - the fixture of that name
    client: FlaskClient,
    rule: str,
) -> None:
    plain = send(world, client, "GET", rule).status_code
    before = rows()
    more = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in HEADERS}
    answer = send(world, client, "GET", rule, environ_base=more)
    assert answer.status_code in (plain, 416)
    assert rows() == before


PLACES = ("..", "%2e%2e", "a%00b", "%ff", "..%2f..%2fetc%2fpasswd", *IDS, "x" * 5000)


@pytest.mark.parametrize("rule", sorted({r for _, r in TABLE if "<" in r and r.startswith(API)}))
def test_an_impossible_id_in_a_path_is_like_nothing_there(
    world: World,  # noqa: F811 - the fixture of that name
    client: FlaskClient,
    rule: str,
) -> None:
    headers = world.person("committee_head", "own").headers()
    for value in PLACES:
        path = "/".join(value if part.startswith("<") else part for part in rule.split("/"))
        refused_or_served(client.get(path, headers=headers), path[:200])
