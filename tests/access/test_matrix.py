"""Every route × every role × {own area, sibling, parent, other county, ended session, anonymous} (S9, S21, S22, S44)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from server.access import roles, sessions
from server.access.models import Session
from server.access.rules import ROLE_PERMISSIONS, ROLES
from server.kit.database import db
from server.kit.endpoint import EndpointSpec, spec_of
from server.kit.unit_of_work import transaction
from tests.access.table import API, TABLE
from tests.access.unpacked import said, unpacked
from tests.access.world import CANARY, CANARY_PHONE, World, nobody, one_world
from tests.factories.areas import COMMITTEE
from tests.factories.database import Databases
from tests.factories.people import Person
from tests.factories.phones import make_phone
from tests.factories.tasks import make_named

CLOSED = [key for key, row in TABLE.items() if row[0] != "public"]
WITH_IDS = [key for key in CLOSED if "<uuid:" in key[1]]
WITHOUT_DEVICE = ("sync.device_unknown", "auth.forbidden", "request.malformed")
OF_AN_AREA = {
    API + "/door-codes/": {},
    API + "/pairings/days/mine": {},
    API + "/mediation/mediators": {},
    API + "/concern-rules/days": {"year": "2026"},
    API + "/concern-rules/templates": {},
    API + "/reports/disputes": {},
    API + "/reports/disputes/cases": {"group": "all", "key": "all", "figure": "accepted"},
    API + "/case-templates/": {},
    API + "/case-templates/agreement": {},
    API + "/case-templates/agreement/file": {},
    API + "/lists/filters": {"paper": "roster"},
    API + "/patrols/figures": {"from_on": "2026-11-01", "to_on": "2026-11-30"},
}
"""Lists that are asked for one committee, and what else they are asked with."""
_PAPER = API + "/case-files/<uuid:case_id>"
BY_HAND = {
    ("GET", API + "/sync/pull"): "sync.pull",
    ("GET", _PAPER + "/documents/<string:document>"): "case_files.show",
    ("GET", _PAPER + "/documents/<string:document>/file"): "case_files.take",
    ("GET", _PAPER + "/whole"): "case_files.whole",
}
"""Audit rows that are written by the view itself, because not every answer leaves one."""
RESIDENTS = (
    "residents.read",
    "concerns.read",
    "visits.read",
    "attention.read",
    "restricted.read",
    "consents.read",
)


@pytest.fixture(scope="module")
def world(session_app: Flask, databases: Databases) -> Iterator[World]:
    """One world for all lines of the table."""
    with one_world(session_app, databases) as world:
        yield world


@pytest.fixture
def client(world: World) -> FlaskClient:
    return world.app.test_client()


def declared(app: Flask) -> dict[tuple[str, str], EndpointSpec]:
    """What the application really has."""
    found: dict[tuple[str, str], EndpointSpec] = {}
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        views = getattr(view, "view_class", None)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            spec = spec_of(getattr(views, method.lower()) if views else view)
            assert spec is not None
            found[(method, rule.rule)] = spec
    return found


def ask(client: FlaskClient, who: Person | None, method: str, path: str) -> Any:
    headers = who.headers() if who else {"X-Linli": "1"}
    kwargs: dict[str, Any] = {} if method in ("GET", "DELETE") else {"json": {}}
    if method == "GET" and path in OF_AN_AREA:
        kwargs["query_string"] = {"area_id": COMMITTEE, **OF_AN_AREA[path]}
    return client.open(path, method=method, headers=headers, **kwargs)


def holders(permission: str) -> list[str]:
    if permission == "signed_in":
        return list(ROLES)
    return [role for role in ROLES if permission in ROLE_PERMISSIONS[role]]


def test_the_table_and_the_application_name_the_same_routes_and_permissions(
    world: World,
) -> None:
    real = {key: spec.access.name for key, spec in declared(world.app).items()}
    assert {key: row[0] for key, row in TABLE.items()} == real


@pytest.mark.parametrize(("method", "rule"), [k for k in CLOSED if k[1] != API + "/sync/push"])
def test_nobody_gets_in_without_a_log_in_or_with_an_ended_one(
    world: World, client: FlaskClient, method: str, rule: str
) -> None:
    path = world.path(rule)
    anonymous = ask(client, None, method, path)
    assert (anonymous.status_code, anonymous.get_json()["error"]) == (401, "auth.required")
    gone = world.people.get(("ended", "own"))
    if gone is None:
        gone = world.people[("ended", "own")] = _ended(world)
    ended = ask(client, gone, method, path)
    assert (ended.status_code, ended.get_json()["error"]) == (401, "auth.expired")


def _ended(world: World) -> Person:
    person = world.person("committee_head", "own")
    del world.people[("committee_head", "own")]
    with transaction(write=True):
        sessions.end(db.session.get_one(Session, person.session.id), "test")
    return person


@pytest.mark.parametrize(("method", "rule"), CLOSED)
def test_a_role_without_the_permission_is_refused_and_one_with_it_is_not(
    world: World, client: FlaskClient, method: str, rule: str
) -> None:
    permission, *notes = TABLE[(method, rule)]
    allowed = holders(permission)
    assert allowed, "a permission nobody holds"
    path = world.path(rule)
    for role in ROLES:
        if role in allowed and "acts" in notes:
            continue  # done for real in the features' own tests; it would change the world here
        answer = ask(client, world.person(role, "own"), method, path)
        if "device" in notes:
            assert answer.status_code in (400, 403), role
            assert answer.get_json()["error"] in WITHOUT_DEVICE, role
        elif role not in allowed:
            assert (answer.status_code, answer.get_json()["error"]) == (403, "auth.forbidden"), role
        elif "own" in notes:
            assert answer.status_code == 404, role
        elif "sealed" in notes:
            assert (answer.status_code == 404) == (role != "committee_head"), role
        else:
            assert answer.status_code not in (401, 403, 404, 405, 500), (role, answer.get_data())


@pytest.mark.parametrize("place", ["sibling", "other"])
@pytest.mark.parametrize(("method", "rule"), WITH_IDS)
def test_a_record_of_another_area_is_like_one_that_does_not_exist(
    world: World, client: FlaskClient, method: str, rule: str, place: str
) -> None:
    permission = TABLE[(method, rule)][0]
    path = world.path(rule)
    missing = world.path(rule, **dict.fromkeys(world.ids, nobody()))
    for role in holders(permission):
        who = world.person(role, place)
        theirs, none = ask(client, who, method, path), ask(client, who, method, missing)
        assert theirs.status_code == none.status_code, role
        assert theirs.get_json() == none.get_json(), role
        assert theirs.status_code in (404, 422), role


@pytest.mark.parametrize("place", ["sibling", "other"])
@pytest.mark.parametrize(
    ("method", "rule"), [key for key in CLOSED if "<uuid:" not in key[1] and key[0] == "GET"]
)
def test_a_list_holds_nothing_of_another_area(
    world: World, client: FlaskClient, method: str, rule: str, place: str
) -> None:
    for role in holders(TABLE[(method, rule)][0]):
        answer = ask(client, world.person(role, place), method, rule)
        told = said(answer)
        assert not [name for name, value in world.ids.items() if value in told], role
        assert CANARY not in told, role
        assert CANARY_PHONE not in told, role


@pytest.mark.parametrize(
    ("method", "rule"),
    [k for k in WITH_IDS if k[0] == "GET" and not {"own", "sealed"} & {*TABLE[k]}],
)
def test_the_level_above_holds_the_role_below_too(
    world: World, client: FlaskClient, method: str, rule: str
) -> None:
    for role in holders(TABLE[(method, rule)][0]):
        answer = ask(client, world.person(role, "parent"), method, world.path(rule))
        assert answer.status_code not in (401, 403, 404, 500), role


@pytest.mark.parametrize(("method", "rule"), [key for key in CLOSED if key[0] == "GET"])
def test_what_is_known_of_a_family_reaches_only_roles_that_may_read_it(
    world: World, client: FlaskClient, method: str, rule: str
) -> None:
    readers = {*RESIDENTS, "tasks.read"}
    others = [role for role in ROLES if not ROLE_PERMISSIONS[role] & readers]
    assert others
    for role in others:
        said = unpacked(ask(client, world.person(role, "own"), method, world.path(rule)).get_data())
        assert CANARY.encode() not in said, role
        assert CANARY_PHONE.encode() not in said, role


@pytest.mark.parametrize(
    ("method", "rule"),
    [k for k in CLOSED if k[0] == "GET" and "auth/" not in k[1] and "own" not in TABLE[k]],
)
def test_reading_leaves_exactly_the_audit_row_that_was_declared(
    world: World, client: FlaskClient, method: str, rule: str
) -> None:
    declares = declared(world.app)[(method, rule)].audit or BY_HAND.get((method, rule))
    permission, *notes = TABLE[(method, rule)]
    who = world.person("committee_head" if "sealed" in notes else holders(permission)[-1], "own")
    if "device" in notes:
        who = make_phone(make_named("麦晴川"), client).person
    before = _audit_rows()
    answer = ask(client, who, method, world.path(rule))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    rows = _audit_rows()[len(before) :]
    assert [row[0] for row in rows] == ([declares] if declares else [])
    assert not [row for row in rows if CANARY in str(row) or CANARY_PHONE in str(row)]


def _audit_rows() -> list[Any]:
    with transaction(write=False):
        return list(
            db.session.execute(text("SELECT action, subjects, why FROM audit_entry ORDER BY id"))
        )


def test_the_paths_of_the_table_are_all_under_the_api_or_public() -> None:
    assert [rule for (_, rule) in CLOSED if not rule.startswith(API)] == []


def test_a_phone_whose_owner_lost_the_role_gets_nothing_more(
    world: World, client: FlaskClient
) -> None:
    volunteer = make_named("麦晴川")
    phone = make_phone(volunteer, client)
    assert phone.pull().status_code == 200
    with transaction(write=True):
        for grant in roles.held_by(volunteer.user_id):
            roles.end(grant)
    assert phone.pull().status_code == 403
    assert ask(client, volunteer, "GET", API + "/sync/scope").status_code == 403
