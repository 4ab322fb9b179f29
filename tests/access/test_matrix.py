"""Every route x every role x {own area, sibling, parent, other tenant, ended session, anonymous} (S21, S22)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.access.actor import Grant
from server.access.models import Session
from server.access.rules import ROLE_PERMISSIONS
from server.kit import clock
from server.kit.database import db
from server.kit.endpoint import spec_of
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from tests.access.neighbourhood import CANARY, PHONE, Neighbourhood, build
from tests.access.table import ROUTES, Route
from tests.factories.areas import COMMITTEE, COUNTY, OTHER_COUNTY_COMMITTEE, SIBLING
from tests.factories.people import Person, make_person

API = "/api/v1"
CLOSED = [route for route in ROUTES if route.access != "public"]
WITH_IDS = [route for route in CLOSED if route.things]
ROLES = tuple(ROLE_PERMISSIONS)
TAKES_NO_BODY = frozenset({f"{API}/auth/logout", f"{API}/csp-reports"})


@pytest.fixture
def place(app: Flask, client: FlaskClient, clock_at: clock.SetClock) -> Neighbourhood:
    return build(client)


def address(route: Route, ids: dict[str, str] | None) -> str:
    """The path with real ids, or with ids that nobody has."""
    return re.sub(
        r"<uuid:(\w+)>",
        lambda found: ids[found[1]] if ids is not None else str(new_id()),
        route.rule,
    )


def ask(
    client: FlaskClient, route: Route, person: Person | None, ids: dict[str, str] | None
) -> Any:
    headers = person.headers() if person is not None else {"X-Linli": "1"}
    body = None if route.method in ("GET", "DELETE") else {}
    return client.open(address(route, ids), method=route.method, headers=headers, json=body)


def may(role: str, route: Route) -> bool:
    return route.access == "signed_in" or route.access in ROLE_PERMISSIONS[role]


def error_of(answer: Any) -> str:
    told = answer.get_json(silent=True)
    return str(told.get("error", "")) if isinstance(told, dict) else ""


def test_every_route_stands_in_the_table_with_its_access(app: Flask) -> None:
    there = set()
    for rule in app.url_map.iter_rules():
        spec = spec_of(app.view_functions[rule.endpoint])
        assert spec is not None
        there |= {
            (method, rule.rule, spec.access.name) for method in rule.methods - {"HEAD", "OPTIONS"}
        }
    assert there == {(route.method, route.rule, route.access) for route in ROUTES}


def test_every_public_route_says_why_it_is_public(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        access = getattr(spec_of(app.view_functions[rule.endpoint]), "access", None)
        if getattr(access, "name", "") == "public":
            assert len(getattr(access, "reason", "")) > 5, rule.rule


def test_nobody_enters_without_a_log_in(client: FlaskClient, clock_at: clock.SetClock) -> None:
    for route in CLOSED:
        if route.name == f"POST {API}/sync/push":
            continue  # a revoked phone is known by its key alone; see tests/sync/
        assert ask(client, route, None, None).status_code == 401, route.name


def test_an_ended_session_enters_nowhere(client: FlaskClient, clock_at: clock.SetClock) -> None:
    person = make_person(*ROLES)
    with transaction(write=True):
        row = db.session.get(Session, person.session.id)
        assert row is not None
        row.ended_at = clock.now()
    for route in CLOSED:
        if route.name == f"POST {API}/sync/push":
            continue
        assert ask(client, route, person, None).status_code == 401, route.name


@pytest.mark.parametrize("role", ROLES)
def test_a_role_enters_what_is_listed_for_it_and_nothing_else(
    client: FlaskClient, clock_at: clock.SetClock, role: str
) -> None:
    for route in CLOSED:
        if "/sync/" in route.rule:
            continue  # needs a phone; tests/sync/
        person = make_person(role)  # anew: some routes end the session they are asked with
        answer = ask(client, route, person, None)
        refused = answer.status_code == 403 and error_of(answer) == "auth.forbidden"
        assert answer.status_code < 500, (route.name, answer.get_data(as_text=True))
        assert refused is not may(role, route), (route.name, answer.status_code)


@pytest.mark.parametrize(
    ("where", "area"), [("sibling", SIBLING), ("other tenant", OTHER_COUNTY_COMMITTEE)]
)
def test_what_is_another_committees_does_not_exist_for_ones_own(
    client: FlaskClient, place: Neighbourhood, where: str, area: str
) -> None:
    roles = ("committee_head", "sysadmin", "volunteer", "committee_contact", "auditor")
    for route in WITH_IDS:
        person = make_person(*roles, area_id=area)
        real = ask(client, route, person, place.ids)
        nobodys = ask(client, route, make_person(*roles, area_id=area), None)
        assert real.status_code == nobodys.status_code, (where, route.name)
        assert error_of(real) == error_of(nobodys), (where, route.name)
        assert real.status_code in (404, 422), (where, route.name, real.get_data(as_text=True))
        assert CANARY not in real.get_data(as_text=True)


def test_a_level_above_reads_counts_and_not_the_records(
    client: FlaskClient, place: Neighbourhood
) -> None:
    for route in CLOSED:
        if "/sync/" in route.rule:
            continue
        office = make_person("county_bureau", area_id=COUNTY)
        text = ask(client, route, office, place.ids).get_data(as_text=True)
        assert CANARY not in text and PHONE not in text and "蒲霜笺" not in text, route.name


def test_the_committee_itself_finds_each_of_its_things(
    client: FlaskClient, place: Neighbourhood
) -> None:
    head = place.head
    head.session.id  # noqa: B018 - the same person throughout
    for route in WITH_IDS:
        if route.method != "GET" or not may("committee_head", route):
            continue
        answer = ask(client, route, head, place.ids)
        if "attachments" in route.rule:
            continue  # the bytes of this one were never stored; tests/attachments/
        assert answer.status_code == 200, (route.name, answer.get_data(as_text=True))


def test_a_volunteer_reads_nothing_of_the_desk(client: FlaskClient, place: Neighbourhood) -> None:
    for route in CLOSED:
        if "/sync/" in route.rule:
            continue
        volunteer = make_person("volunteer", area_id=COMMITTEE)
        text = ask(client, route, volunteer, place.ids).get_data(as_text=True)
        assert CANARY not in text and PHONE not in text, route.name


def test_the_actor_of_a_person_with_two_committees_holds_both(app: Flask) -> None:
    first = make_person("committee")
    assert first.actor.grants == (Grant("committee", COMMITTEE),)
    assert not first.actor.may("residents.read", SIBLING)


def test_a_column_nobody_may_set_is_refused_in_every_body(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    for route in ROUTES:
        if route.method in ("GET", "DELETE") or "/sync/" in route.rule:
            continue
        person = make_person(*ROLES)
        for column in ("verdict", "seq", "made_by", "created_at", "is_admin"):
            answer = client.open(
                address(route, None),
                method=route.method,
                headers=person.headers(),
                json={column: "1"},
            )
            if answer.status_code < 300:
                assert route.rule in TAKES_NO_BODY, (route.name, column)
            else:
                assert answer.status_code < 500, (route.name, column)
