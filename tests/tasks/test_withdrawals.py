"""A household that leaves the register takes its visits and pairings with it."""

from __future__ import annotations

import uuid

from flask.testing import FlaskClient

from server.access.repository import household_ids_of
from server.kit import clock
from server.kit.unit_of_work import transaction
from tests.factories.tasks import give_visit, make_named, task_now


def test_closing_a_household_cancels_its_visit_and_ends_its_pairing(client: FlaskClient) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    made = committee.call(
        client, "POST", "/households", json={"area_id": "149901001001", "address": "3号楼2单元501"}
    ).get_json()
    today = clock.today().isoformat()
    paired = committee.call(
        client,
        "POST",
        "/pairings/",
        json={
            "household_id": made["id"],
            "helper_id": str(volunteer.user_id),
            "content": ["companionship"],
            "frequency": "weekly",
            "start_on": today,
            "review_on": today,
            "home_agreed_how": "signature",
            "helper_told": True,
        },
    )
    assert paired.status_code == 201, paired.get_data(as_text=True)
    task_id = give_visit(committee, uuid.UUID(made["id"]), volunteer)
    closed = committee.call(
        client,
        "POST",
        f"/households/{made['id']}/close",
        json={"version": made["version"]},
    )
    assert closed.status_code < 300, closed.get_data(as_text=True)
    assert task_now(task_id).state == "cancelled"
    assert committee.call(client, "GET", "/pairings/").get_json()["rows"] == []
    with transaction(write=False):
        assert household_ids_of(volunteer.user_id, clock.now()) == []
