"""Which fields each role receives, written down: a new field in an answer is a decision, not an accident (S23).

``LINLI_WRITE_GOLDEN=1 pytest tests/access/test_golden_keys.py`` writes the file anew; read the difference.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.access.rules import ROLE_PERMISSIONS
from tests.access.table import API, TABLE
from tests.access.test_matrix import ask, world  # noqa: F401 - the module's fixture
from tests.access.world import CANARY, CANARY_PHONE, World
from tests.factories.doors import make_household
from tests.factories.phones import Phone, make_phone
from tests.factories.tasks import give_visit, make_named

GOLDEN = Path(__file__).parent / "golden-keys.json"
ROLES = (
    "volunteer",
    "grid_worker",
    "committee",
    "committee_head",
    "township_office",
    "sysadmin",
    "auditor",
)
SECRETS = (
    "password",
    "token_hash",
    "phone_blind",
    "_box",
    "link_index",
    "public_key",
    "last_nonce",
)


def keys(value: Any, under: str = "") -> Iterator[str]:
    """Every key of an answer with its place; lists count as their elements."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{under}.{name}".lstrip(".")
            yield from keys(inner, f"{under}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner, under + "[]")


def _of_role(world: World, role: str) -> dict[str, list[str]]:  # noqa: F811 - the fixture of that name
    client, found = world.app.test_client(), {}
    for (method, rule), (permission, *_) in TABLE.items():
        allowed = permission == "signed_in" or permission in ROLE_PERMISSIONS[role]
        if method != "GET" or not allowed or "/sync/" in rule:
            continue
        answer = ask(client, world.person(role, "own"), method, world.path(rule))
        if answer.status_code == 200 and answer.is_json:
            found[rule.removeprefix(API)] = sorted(set(keys(answer.get_json())))
    return found


def _of_a_phone(world: World) -> dict[str, list[str]]:  # noqa: F811 - the fixture of that name
    """What a volunteer's phone pulls, by kind of row."""
    volunteer = make_named("易小满")
    head = world.person("committee_head", "own")
    give_visit(head, uuid.UUID(world.ids["household_id"]), volunteer)
    give_visit(head, make_household(room="505"), None)
    phone: Phone = make_phone(volunteer, world.app.test_client())
    found: dict[str, set[str]] = {}
    for page in phone.pull_all():
        said = json.dumps(page, ensure_ascii=False).replace(f"荀{CANARY}", "")
        assert CANARY not in said, "the name is for the door, what was said there is not"
        assert CANARY_PHONE not in said
        for change in page.get("changes", []):
            found.setdefault(f"pull:{change['entity']}", set()).update(keys(change.get("row", {})))
    return {entity: sorted(names) for entity, names in sorted(found.items())}


@pytest.fixture(scope="module")
def answers(world: World) -> dict[str, dict[str, list[str]]]:  # noqa: F811 - the fixture of that name
    found = {role: _of_role(world, role) for role in ROLES}
    found["phone"] = _of_a_phone(world)
    if os.environ.get("LINLI_WRITE_GOLDEN"):
        GOLDEN.write_text(json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    return found


@pytest.mark.parametrize("who", [*ROLES, "phone"])
def test_each_role_receives_the_fields_that_were_decided(
    answers: dict[str, dict[str, list[str]]], who: str
) -> None:
    assert answers[who] == json.loads(GOLDEN.read_text())[who]


@pytest.mark.parametrize("who", [*ROLES, "phone"])
def test_no_answer_has_a_field_of_the_machinery(
    answers: dict[str, dict[str, list[str]]], who: str
) -> None:
    leaked = [
        (where, name)
        for where, names in answers[who].items()
        for name in names
        if any(secret in name for secret in SECRETS) and not name.endswith("phone_box")
    ]
    assert leaked == []
