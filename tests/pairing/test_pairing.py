"""What a pairing means: who sees the household, for how long, and what the card says."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import text

from server.kit import clock
from server.kit.database import db
from server.kit.unit_of_work import set_row_scope, transaction
from server.pairing import service
from tests.factories.areas import COMMITTEE, SIBLING
from tests.factories.doors import make_household
from tests.factories.tasks import make_named
from tests.pairing.asking import pair, sees


def test_a_pairing_opens_the_household_to_the_helper(client: FlaskClient) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    answer = pair(committee, client, home, helper)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    assert answer.get_json()["helper_name"] == "柏雪芽"
    assert sees(helper) == {home}


def test_a_pairing_that_begins_tomorrow_opens_nothing_today(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    answer = pair(committee, client, home, helper, start_on=tomorrow)
    assert answer.get_json()["in_force"] is False
    assert sees(helper) == set()
    clock_at.move(timedelta(days=1))
    assert sees(helper) == {home}


def test_a_pairing_with_a_last_day_closes_after_it(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    pair(committee, client, home, helper, end_on=(clock.today() + timedelta(days=6)).isoformat())
    clock_at.move(timedelta(days=6))
    assert sees(helper) == {home}
    clock_at.move(timedelta(days=1))
    assert sees(helper) == set()


def test_ending_a_pairing_closes_the_household_at_once(client: FlaskClient) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    made = pair(committee, client, home, helper).get_json()
    ended = committee.call(
        client,
        "POST",
        f"/pairings/{made['id']}/end",
        json={"version": made["version"], "reason": "搬走了"},
    )
    assert (ended.status_code, ended.get_json()["in_force"]) == (200, False)
    assert sees(helper) == set()
    assert committee.call(client, "GET", "/pairings/").get_json()["rows"] == []


def test_the_list_comes_in_pages_and_one_pairing_is_found_wherever_it_stands(
    client: FlaskClient,
) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    made = [
        pair(committee, client, make_household(room=str(101 + n)), helper).get_json()["id"]
        for n in range(3)
    ]

    def page(query: str) -> tuple[list[str], int]:
        told = committee.call(client, "GET", f"/pairings/?page_size=2&{query}").get_json()
        return [row["id"] for row in told["rows"]], told["page"]["total"]

    first, second = page("page=1"), page("page=2")
    assert (len(first[0]), len(second[0]), first[1], second[1]) == (2, 1, 3, 3)
    assert {*first[0], *second[0]} == set(made)
    assert page(f"pairing_id={second[0][0]}") == (second[0], 1)


def test_a_task_keeps_the_household_open_when_the_pairing_ends(client: FlaskClient) -> None:
    from tests.factories.tasks import give_visit

    committee, helper = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    made = pair(committee, client, home, helper).get_json()
    give_visit(committee, home, helper)
    committee.call(
        client, "POST", f"/pairings/{made['id']}/end", json={"version": 1, "reason": "换人"}
    )
    assert sees(helper) == {home}


def test_the_same_two_are_not_paired_twice_at_a_time(client: FlaskClient) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    pair(committee, client, home, helper)
    again = pair(committee, client, home, helper)
    assert (again.status_code, again.get_json()["error"]) == (409, "pairing.already")


def test_somebody_of_another_committee_cannot_be_the_helper(client: FlaskClient) -> None:
    committee = make_named("纪墨晴", "committee")
    answer = pair(committee, client, make_household(), make_named("外乡人", area_id=SIBLING))
    assert (answer.status_code, answer.get_json()["error"]) == (422, "pairing.helper_not_here")


def test_a_household_of_another_committee_is_not_found(client: FlaskClient) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    answer = pair(committee, client, make_household(area_id=SIBLING), helper)
    assert answer.status_code == 404


def test_the_end_before_the_start_is_said_at_the_field(client: FlaskClient) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    answer = pair(committee, client, make_household(), helper, end_on="2020-01-01")
    assert (answer.status_code, list(answer.get_json()["fields"])) == (422, ["end_on"])


def test_the_card_says_what_all_present_pairings_agreed_once(client: FlaskClient) -> None:
    committee, first, second = (
        make_named("纪墨晴", "committee"),
        make_named("柏雪芽"),
        make_named("荀竹砚"),
    )
    home = make_household()
    pair(committee, client, home, first)
    pair(committee, client, home, second, agreed=["敲门后多等一会儿", "说说话"])
    with transaction(write=False):
        told = service.agreements([home])[home]
    assert told.sentences == ("每周买一次菜，她写单子", "敲门后多等一会儿", "说说话")


def test_what_was_agreed_rests_sealed(client: FlaskClient) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    pair(committee, client, make_household(), helper)
    with transaction(write=False):
        set_row_scope("*")
        box = db.session.execute(text("SELECT agreed_box FROM pairing")).scalar_one()
    assert "买一次菜".encode() not in bytes(box)


def test_a_change_made_on_an_old_view_is_not_stored(client: FlaskClient) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    made = pair(committee, client, make_household(), helper).get_json()
    path = f"/pairings/{made['id']}"
    first = committee.call(client, "PATCH", path, json={"version": 1, "agreed": ["说说话"]})
    assert first.get_json()["agreed"] == ["说说话"]
    second = committee.call(client, "PATCH", path, json={"version": 1, "frequency": "monthly"})
    assert (second.status_code, second.get_json()["error"]) == (409, "pairing.changed_meanwhile")


def test_a_helper_says_on_which_days_they_are_free(client: FlaskClient) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    path = f"/pairings/days/mine?area_id={COMMITTEE}"
    assert helper.call(client, "PUT", path, json={"weekdays": [5, 1, 3]}).status_code == 200
    listed = committee.call(client, "GET", "/pairings/helpers").get_json()
    assert [(row["name"], row["weekdays"]) for row in listed if row["name"] == "柏雪芽"] == [
        ("柏雪芽", [1, 3, 5])
    ]


def test_a_volunteer_does_not_read_the_list_of_pairings(client: FlaskClient) -> None:
    assert make_named("柏雪芽").call(client, "GET", "/pairings/").status_code == 403
