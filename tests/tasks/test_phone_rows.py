"""What a volunteer's phone holds of tasks, and what it may do to them without a network."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from server.kit import events
from server.kit.database import db
from server.kit.unit_of_work import transaction
from server.residents.events import HouseholdsChanged
from server.residents.models import Household
from tests.factories.areas import COMMITTEE
from tests.factories.doors import make_household
from tests.factories.phones import Phone, make_phone
from tests.factories.tasks import give_visit, make_named, task_now, visit_arrives


def task_rows(phone: Phone) -> dict[str, dict[str, Any]]:
    phone.pull_all()
    return {key[1]: row for key, row in phone.rows.items() if key[0] == "task"}


def test_the_holders_phone_gets_the_visit_with_its_household(client: FlaskClient) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    task_id = give_visit(committee, home, volunteer, note="带上老花镜")
    (row,) = task_rows(make_phone(volunteer, client)).values()
    assert (row["id"], row["household_id"], row["assignee"]) == (str(task_id), str(home), "me")
    assert (row["note"], row["display_name"]) == ("带上老花镜", "荀家")


def test_a_pooled_visit_shows_address_and_days_and_nothing_of_the_household(
    client: FlaskClient,
) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    give_visit(committee, home, None, note="带上老花镜")
    (row,) = task_rows(make_phone(volunteer, client)).values()
    assert row["plate"]["building"] == "3"
    assert row["due_to"]
    hidden = ("household_id", "display_name", "note", "reasons", "agreed")
    assert {name: row[name] for name in hidden} == {
        "household_id": None, "display_name": None, "note": None, "reasons": [], "agreed": [],
    }  # fmt: skip
    assert str(home) not in str(row)


def test_a_claimed_visit_leaves_every_other_phone(client: FlaskClient) -> None:
    committee = make_named("纪墨晴", "committee")
    winner = make_phone(make_named("柏雪芽"), client)
    other = make_phone(make_named("荀竹砚"), client)
    task_id = give_visit(committee, make_household(), None)
    assert task_rows(winner).keys() == task_rows(other).keys() == {str(task_id)}
    (verdict,) = winner.verdicts(winner.record("task.claim", {}, entity_id=task_id))
    assert verdict["verdict"] == "applied"
    assert task_rows(other) == {}
    assert task_rows(winner)[str(task_id)]["assignee"] == "me"


def test_losing_a_claim_is_told_and_the_winner_keeps_it(client: FlaskClient) -> None:
    committee = make_named("纪墨晴", "committee")
    first, second = make_named("柏雪芽"), make_named("荀竹砚")
    winner, loser = make_phone(first, client), make_phone(second, client)
    task_id = give_visit(committee, make_household(), None)
    winner.verdicts(winner.record("task.claim", {}, entity_id=task_id))
    (verdict,) = loser.verdicts(loser.record("task.claim", {}, entity_id=task_id))
    assert (verdict["verdict"], verdict["code"]) == ("rejected", "task_taken")
    assert task_now(task_id).assignee_id == first.user_id


def test_a_lost_claim_asks_nothing_of_the_committee(client: FlaskClient) -> None:
    committee = make_named("纪墨晴", "committee")
    winner = make_phone(make_named("柏雪芽"), client)
    loser = make_phone(make_named("荀竹砚"), client)
    task_id = give_visit(committee, make_household(), None)
    winner.verdicts(winner.record("task.claim", {}, entity_id=task_id))
    loser.verdicts(loser.record("task.claim", {}, entity_id=task_id))
    assert committee.call(client, "GET", "/visits/attention").get_json()["rows"] == []
    loser.pull_all()
    (told,) = [row for key, row in loser.rows.items() if key[0] == "attention"]
    assert (told["state"], told["resolution"]) == ("closed", "别人先接了。")


def test_a_claim_sent_twice_is_one_claim(client: FlaskClient) -> None:
    committee = make_named("纪墨晴", "committee")
    phone = make_phone(make_named("柏雪芽"), client)
    task_id = give_visit(committee, make_household(), None)
    once = phone.record("task.claim", {}, entity_id=task_id)
    phone.verdicts(once)
    (again,) = phone.verdicts(once)
    assert again["verdict"] == "duplicate"


def test_declining_and_claiming_again_in_one_push_leaves_it_with_me(client: FlaskClient) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    phone = make_phone(volunteer, client)
    task_id = give_visit(committee, make_household(), volunteer)
    phone.pull_all()
    verdicts = phone.verdicts(
        phone.record("task.decline", {"reason": "no_time", "note": ""}, entity_id=task_id),
        phone.record("task.claim", {}, entity_id=task_id),
    )
    assert [one["verdict"] for one in verdicts] == ["applied", "applied"]
    assert task_rows(phone)[str(task_id)]["assignee"] == "me"


def test_handing_over_moves_the_visit_to_the_colleagues_phone(client: FlaskClient) -> None:
    committee, first, second = (
        make_named("纪墨晴", "committee"),
        make_named("柏雪芽"),
        make_named("荀竹砚"),
    )
    mine, theirs = make_phone(first, client), make_phone(second, client)
    task_id = give_visit(committee, make_household(), first)
    mine.pull_all()
    mine.verdicts(
        mine.record(
            "task.hand_over", {"to_user_id": str(second.user_id), "note": ""}, entity_id=task_id
        )
    )
    assert task_rows(mine) == {}
    assert task_rows(theirs)[str(task_id)]["state"] == "handed_over"


def test_an_unknown_reason_for_declining_is_kept_for_a_person_to_look_at(
    client: FlaskClient,
) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    phone = make_phone(volunteer, client)
    task_id = give_visit(committee, make_household(), volunteer)
    (verdict,) = phone.verdicts(
        phone.record("task.decline", {"reason": "because", "note": ""}, entity_id=task_id)
    )
    assert (verdict["verdict"], verdict["code"], verdict["field"]) == (
        "rejected",
        "invalid",
        "reason",
    )


def test_a_finished_visit_leaves_the_phone(client: FlaskClient) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    phone = make_phone(volunteer, client)
    home = make_household()
    give_visit(committee, home, volunteer)
    assert len(task_rows(phone)) == 1
    visit_arrives(home, volunteer, "met")
    assert task_rows(phone) == {}


def test_a_task_of_another_committee_cannot_be_claimed(client: FlaskClient) -> None:
    from tests.factories.areas import SIBLING

    committee = make_named("纪墨晴", "committee")
    task_id = give_visit(committee, make_household(), None)
    stranger = make_phone(make_named("外乡人", area_id=SIBLING), client)
    (verdict,) = stranger.verdicts(stranger.record("task.claim", {}, entity_id=task_id))
    assert verdict["verdict"] == "rejected"
    assert task_now(task_id).state == "open"


def test_a_changed_name_or_agreement_reaches_the_tasks_already_on_the_phone(
    client: FlaskClient,
) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    give_visit(committee, home, volunteer)
    phone = make_phone(volunteer, client)
    task_rows(phone)
    with transaction(write=True):
        household = db.session.get(Household, home, execution_options={"linli_scope": "test"})
        assert household is not None
        household.display_name = "荀竹家"
        events.emit(HouseholdsChanged(COMMITTEE, (home,)))
    (row,) = task_rows(phone).values()
    assert row["display_name"] == "荀竹家"
