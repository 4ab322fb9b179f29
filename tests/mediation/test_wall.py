"""The wall: words of a case are sought in every answer of the application to everybody who is outside (S29)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import text, true

from server.access.rules import ROLE_PERMISSIONS, ROLES
from server.kit import clock
from server.kit.database import db
from server.kit.ids import new_id
from server.kit.models import Base
from server.kit.unit_of_work import transaction
from server.mediation import repository
from tests.access.table import API, TABLE
from tests.access.test_matrix import ask, world  # noqa: F401 - the module's fixture
from tests.access.world import PLACES, World
from tests.factories.areas import COMMITTEE
from tests.factories.mediation import ALL_WAYS, Quarrel, agreement, party, record
from tests.factories.people import Person
from tests.factories.phones import make_phone
from tests.factories.tasks import make_named

WORD = "石榴花开二度"
PHONE = "15400008642"
READS = [key for key in TABLE if key[0] == "GET" and TABLE[key][0] != "public"]
INSIDE = ("committee_head", "own")
OUTSIDE = [(role, place) for role in ROLES for place in sorted(PLACES) if (role, place) != INSIDE]


@dataclass
class Stage:
    """The whole neighbourhood, the planted case, who mediates it and who no longer does."""

    world: World
    quarrel: Quarrel
    mediator: Person
    formerly: Person

    @property
    def task(self) -> str:
        """The task of its first follow-up."""
        return str(repository.follow_ups(uuid.UUID(self.quarrel.id))[0].task_id)


@pytest.fixture(scope="module")
def stage(world: World) -> Stage:  # noqa: F811 - the fixture of that name
    """A case whose every field of words holds the word, with its mediator."""
    client, mediator = world.app.test_client(), make_named("纪墨晴", "mediator", "volunteer")
    quarrel = Quarrel(client, mediator).applied(
        title=f"{WORD}的事",
        summary=WORD,
        claims=WORD,
        parties=[
            party(side, f"田{WORD}", nation=WORD, occupation=WORD, contact=PHONE, address=WORD, agent=WORD)
            for side in ("applicant", "respondent")
        ],
    )  # fmt: skip
    head = world.person("committee_head", "own")
    second = make_named("池茉莉", "mediator")
    quarrel.do("/seats", {"user_id": str(second.user_id), "chosen_by": "parties"})
    seat = quarrel.case["seats"][1]["id"]
    quarrel.do(f"/seats/{seat}/objection", {"party_id": quarrel.party(), "reason": WORD})
    quarrel.do(f"/seats/{seat}/decision", {"upheld": True, "answer": WORD}, by=head)
    quarrel.mediating()
    words = {"place": WORD, "participants": WORD, "asked": WORD, "told": WORD, "course": WORD, "next": WORD}  # fmt: skip
    quarrel.do("/records", record("investigation", **words))
    quarrel.do("/records", record("session", result="reached", **words))
    quarrel.do("/records", record("private_talk", private_to=quarrel.party(), **words))
    last = (clock.today() + timedelta(days=3)).isoformat()
    quarrel.do(
        "/agreement",
        agreement(
            facts=WORD, issues=WORD, responsibility=WORD, terms=[WORD], way=WORD, place=WORD,
            due_on=last, parts=[{"what": WORD, "due_on": last}],
        ),
        method="PUT",
    )  # fmt: skip
    quarrel.signed().step("conclude")
    part = quarrel.case["parts"][0]["id"]
    quarrel.do(f"/parts/{part}", {"state": "partly", "on": clock.today().isoformat(), "note": WORD})
    quarrel.step("breach", reason=WORD, ways=ALL_WAYS)
    return Stage(world, quarrel, mediator, second)


def _found(stage: Stage, who: Person) -> list[str]:
    """Routes whose answer to this person holds a word or the number of the planted case, or names it."""
    client, place, quarrel = stage.world.app.test_client(), stage.world, stage.quarrel
    ids = {
        "case_id": quarrel.id,
        "party_id": quarrel.party(),
        "seat_id": quarrel.case["seats"][0]["id"],
        "task_id": stage.task,
    }
    found = []
    for method, rule in READS:
        for path in {place.path(rule), place.path(rule, **ids)}:
            said: bytes = ask(client, who, method, path).get_data()
            sought = [WORD, PHONE] if "/audit/" in rule else [WORD, PHONE, quarrel.id]
            if any(one.encode() in said for one in sought):
                found.append(rule)
    return found


@pytest.fixture
def no_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """The protection switched off."""
    monkeypatch.setattr(repository, "wall", lambda _actor, to_change=False: true())


@pytest.mark.parametrize(("role", "place"), OUTSIDE)
def test_no_answer_to_anybody_outside_holds_a_word_of_a_case(
    stage: Stage, role: str, place: str
) -> None:
    assert _found(stage, stage.world.person(role, place)) == []


def test_whoever_is_inside_finds_it_so_what_is_sought_can_be_found(stage: Stage) -> None:
    assert f"{API}/mediation/cases" in _found(stage, stage.world.person(*INSIDE))


def test_a_mediator_who_left_the_case_finds_nothing_of_it_any_more(
    stage: Stage,
) -> None:
    assert _found(stage, stage.formerly) == []
    assert f"{API}/mediation/cases" in _found(stage, stage.mediator)


@pytest.mark.usefixtures("no_wall")
@pytest.mark.parametrize("role", ["mediator", "committee_head"])
def test_without_the_wall_every_mediator_would_read_it(
    stage: Stage,
    role: str,
) -> None:
    assert _found(stage, stage.world.person(role, "own")) != []


@pytest.mark.parametrize("role", ROLES)
def test_searching_for_the_words_finds_nothing(
    stage: Stage,
    role: str,
) -> None:
    client, who = stage.world.app.test_client(), stage.world.person(role, "own")
    for typed in (WORD, f"田{WORD}", PHONE, PHONE[-4:]):
        for path, body in (
            ("/find/", {"query": typed, "area_id": COMMITTEE}),
            ("/residents/search", {"query": typed}),
            ("/households/search", {"query": typed, "area_id": COMMITTEE}),
        ):
            answer = who.call(client, "POST", path, json=body)
            said = answer.get_data(as_text=True).replace(f'"query":"{typed}"', "")
            assert WORD not in said, (role, path)
            assert stage.quarrel.id not in said, (role, path)


def test_the_follow_up_is_counted_in_no_list_of_tasks(
    stage: Stage,
) -> None:
    client, task = stage.world.app.test_client(), stage.task
    for role in ("committee", "committee_head", "grid_worker"):
        who = stage.world.person(role, "own")
        for path in (
            "/tasks/",
            "/tasks/today",
            f"/tasks/of/{stage.mediator.user_id}/handover",
        ):
            said = who.call(client, "GET", path).get_data(as_text=True)
            assert task not in said, (role, path)
            assert "mediation_follow_up" not in said, (role, path)


def test_other_phones_are_sent_no_row_of_it(
    stage: Stage,
) -> None:
    client, task = stage.world.app.test_client(), stage.task
    for who in (
        make_named("易小满"),
        make_named("麦晴川", "mediator"),
        make_named("洛小满", "committee"),
    ):
        said = str(make_phone(who, client).pull_all())
        assert WORD not in said
        assert task not in said
        assert "mediation_follow_up" not in said
    assert task in str(make_phone(stage.mediator, client).pull_all())


def test_nobody_claims_a_follow_up_by_its_number(
    stage: Stage,
) -> None:
    client = stage.world.app.test_client()
    phone = make_phone(make_named("洛小满"), client)
    theirs = phone.record("task.claim", {}, entity_id=uuid.UUID(stage.task))
    nobodys = phone.record("task.claim", {}, entity_id=new_id())
    told = phone.verdicts(theirs, nobodys)
    strip = [{k: v for k, v in one.items() if k not in ("mutation_id", "item_id")} for one in told]
    assert strip[0] == strip[1]


def test_an_inbox_says_nothing_of_a_case(stage: Stage) -> None:
    for who in (stage.world.person("committee_head", "own"), stage.mediator, stage.formerly):
        said = who.call(stage.world.app.test_client(), "GET", "/inbox").get_data(as_text=True)
        assert WORD not in said
        assert PHONE not in said


def test_the_audit_names_no_party(stage: Stage) -> None:
    with transaction(write=False):
        rows = db.session.execute(text("SELECT action, subjects, why FROM audit_entry")).all()
    assert [row for row in rows if row[0] == "mediation.apply"]
    assert [row for row in rows if WORD in str(row) or PHONE in str(row)] == []


def test_at_rest_the_words_are_sealed(stage: Stage) -> None:
    with transaction(write=False):
        for table in Base.metadata.sorted_tables:
            if table.name.startswith(
                ("mediation", "task", "message", "audit", "change_log", "ledger")
            ):
                rows = db.session.execute(text(f"SELECT * FROM {table.name}")).all()
                assert WORD not in str(rows), table.name
                assert PHONE not in str(rows), table.name


def test_every_role_was_tried() -> None:
    assert set(ROLES) == set(ROLE_PERMISSIONS)
