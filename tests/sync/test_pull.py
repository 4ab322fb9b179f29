"""What a phone may rely on when it asks what is new."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update

from server.access import service as access
from server.audit.models import AuditEntry
from server.kit import clock
from server.kit.database import db
from server.kit.unit_of_work import transaction
from server.sync import epoch
from server.sync.changes import record_change
from server.sync.models import AreaClock, ChangeLog
from tests.factories.areas import COMMITTEE, SIBLING
from tests.factories.people import make_person
from tests.factories.phones import Phone, make_phone
from tests.sync.conftest import Notes, assign, note

pytestmark = pytest.mark.usefixtures("household_rows")


def end(phone: Phone, household_id: uuid.UUID, at: object = None) -> None:
    with transaction(write=True):
        access.end_cause("task", household_id, at=at)  # type: ignore[arg-type]  # a fixed moment of the test


def change(household_id: uuid.UUID) -> None:
    with transaction(write=True):
        record_change(COMMITTEE, "household", household_id, household_id=household_id)


def test_a_new_phone_gets_the_households_assigned_to_its_person(phone: Phone) -> None:
    mine = assign(phone)
    phone.pull_all()
    assert phone.held("household") == {str(mine)}


def test_a_household_of_somebody_else_is_never_pulled(phone: Phone, client: FlaskClient) -> None:
    other = make_phone(make_person("volunteer"), client)
    assign(other)
    phone.pull_all()
    assert phone.held("household") == set()
    assert other.pull_all()
    assert len(other.held("household")) == 1


def test_nothing_new_is_said_in_a_few_bytes(phone: Phone) -> None:
    assign(phone)
    phone.pull_all()
    answer = phone.pull(cursor=phone.cursor)
    assert answer.get_json()["same"] is True
    assert len(answer.get_data()) < 150


def test_a_poll_without_news_leaves_no_audit_row(phone: Phone) -> None:
    assign(phone)
    phone.pull_all()

    def rows() -> int:
        with transaction(write=False):
            query = select(func.count()).select_from(AuditEntry)
            return db.session.execute(
                query.execution_options(linli_scope="system: test")
            ).scalar_one()

    before = rows()
    phone.pull(cursor=phone.cursor)
    assert rows() == before


def test_a_changed_household_comes_again_and_alone(phone: Phone) -> None:
    first, _ = assign(phone), assign(phone)
    phone.pull_all()
    change(first)
    (page,) = phone.pull_all()
    assert [c["id"] for c in page["changes"]] == [str(first)]


def test_a_household_that_comes_into_scope_arrives_whole(phone: Phone) -> None:
    phone.pull_all()
    mine = assign(phone)
    (page,) = phone.pull_all()
    assert ("scope_add", str(mine)) in {(c["entity"], c["id"]) for c in page["changes"]}
    assert phone.held("household") == {str(mine)}


def test_a_household_that_leaves_the_scope_is_dropped(phone: Phone) -> None:
    mine = assign(phone)
    phone.pull_all()
    end(phone, mine)
    (page,) = phone.pull_all()
    assert [(c["entity"], c["id"]) for c in page["changes"]] == [("scope_drop", str(mine))]
    assert phone.rows.keys() == {k for k in phone.rows if k[0] != "household"}


def test_an_assignment_that_ends_by_time_alone_is_dropped_at_the_next_pull(
    phone: Phone, clock_at: clock.SetClock
) -> None:
    mine = assign(phone)
    end(phone, mine, clock.now() + timedelta(minutes=5))
    phone.pull_all()
    assert phone.held("household") == {str(mine)}
    clock_at.move(timedelta(minutes=6))
    phone.pull_all()
    assert phone.held("household") == set()


def test_an_assignment_that_begins_by_time_alone_arrives_at_the_next_pull(
    phone: Phone, clock_at: clock.SetClock
) -> None:
    mine = assign(phone, starts_at=clock.now() + timedelta(minutes=5))
    phone.pull_all()
    assert phone.held("household") == set()
    clock_at.move(timedelta(minutes=6))
    phone.pull_all()
    assert phone.held("household") == {str(mine)}


def test_a_household_given_back_later_comes_as_a_full_snapshot(phone: Phone) -> None:
    mine = assign(phone)
    phone.pull_all()
    end(phone, mine)
    phone.pull_all()
    with transaction(write=True):
        access.grant_household(
            user_id=phone.person.user_id,
            household_id=mine,
            area_id=COMMITTEE,
            cause="pairing",
            cause_id=mine,
        )
    phone.pull_all()
    assert phone.held("household") == {str(mine)}


def test_taken_and_given_back_while_the_phone_was_off_it_still_has_it(phone: Phone) -> None:
    mine = assign(phone)
    phone.pull_all()
    end(phone, mine)
    assign(phone, mine, cause_id=uuid.uuid4())
    phone.pull_all()
    assert phone.held("household") == {str(mine)}


def test_given_and_taken_while_the_phone_was_off_it_never_sees_it(phone: Phone) -> None:
    phone.pull_all()
    mine = assign(phone)
    end(phone, mine)
    pages = phone.pull_all()
    assert phone.held("household") == set()
    assert all(c["entity"] == "scope_drop" or c["entity"] == "area" for c in pages[0]["changes"])


def test_every_page_carries_the_digest_of_the_assigned_households(phone: Phone) -> None:
    ids = sorted(str(assign(phone)) for _ in range(3))
    page = phone.pull_all()[-1]
    assert page["scope_digest"] == hashlib.sha256("\n".join(ids).encode()).hexdigest()


def test_the_list_behind_the_digest_can_be_fetched(phone: Phone) -> None:
    ids = sorted(str(assign(phone)) for _ in range(3))
    answer = phone.person.call(phone.client, "GET", "/sync/scope").get_json()
    assert answer["household_ids"] == ids
    assert answer["scope_digest"] == phone.pull_all()[-1]["scope_digest"]


def test_a_first_pull_in_small_pages_brings_everything_once(phone: Phone) -> None:
    ids = {str(assign(phone)) for _ in range(23)}
    pages = phone.pull_all(limit=5)
    seen = [c["id"] for p in pages for c in p.get("changes", []) if c["entity"] == "household"]
    assert phone.held("household") == ids
    assert sorted(seen) == sorted(ids)


def test_what_changes_between_two_pages_is_not_missed(phone: Phone) -> None:
    ids = [assign(phone) for _ in range(12)]
    first = phone.pull(limit=5).get_json()
    phone.keep(first)
    change(ids[0])
    late = assign(phone)
    phone.pull_all(limit=5)
    assert phone.held("household") == {str(i) for i in [*ids, late]}


def test_a_page_that_is_full_to_the_last_row_skips_nothing(phone: Phone) -> None:
    phone.pull_all()
    ids = {str(assign(phone)) for _ in range(4)}
    for limit in range(1, 13):
        fresh = Phone(phone.person, phone.client, phone.key, phone.device_id, phone.epoch)
        fresh.cursor = phone.cursor
        fresh.pull_all(limit=limit)
        assert fresh.held("household") == ids, limit


def test_what_the_first_screen_needs_comes_first(phone: Phone, notes: Notes) -> None:
    for _ in range(3):
        assign(phone)
    phone.verdicts(note(phone, "no"))
    first = phone.pull().get_json()
    assert {c["entity"] for c in first["changes"]} <= {"area", "task", "attention"}
    assert first["more"] is True


def test_the_volunteer_sees_what_waits_for_the_committee(phone: Phone, notes: Notes) -> None:
    sent = note(phone, "no")
    phone.verdicts(sent)
    phone.pull_all()
    (row,) = [row for key, row in phone.rows.items() if key[0] == "attention"]
    assert (row["mutation_id"], row["code"], row["state"]) == (
        sent["mutation_id"],
        "not_assigned",
        "open",
    )


def test_a_deleted_entity_goes_as_a_tombstone(phone: Phone) -> None:
    mine = assign(phone)
    phone.pull_all()
    with transaction(write=True):
        record_change(COMMITTEE, "household", mine, household_id=mine, op="tombstone")
    phone.pull_all()
    assert phone.held("household") == set()


def test_a_phone_behind_the_oldest_kept_tombstone_starts_again(phone: Phone) -> None:
    assign(phone)
    phone.pull_all()
    with transaction(write=True):
        db.session.execute(update(AreaClock).values(floor=AreaClock.seq + 5, seq=AreaClock.seq + 6))
    answer = phone.pull(cursor=phone.cursor)
    assert (answer.status_code, answer.get_json()["error"]) == (410, "sync.resync")


def test_a_cursor_of_another_epoch_is_told(phone: Phone) -> None:
    phone.pull_all()
    with transaction(write=True):
        fresh = epoch.rotate()
    answer = phone.pull(cursor=phone.cursor)
    assert answer.status_code == 409
    assert answer.get_json()["details"]["epoch"] == str(fresh)


def test_a_cursor_ahead_of_the_log_means_the_database_went_back(phone: Phone) -> None:
    assign(phone)
    phone.pull_all()
    with transaction(write=True):
        db.session.execute(update(AreaClock).values(seq=1))
        db.session.execute(delete(ChangeLog).where(ChangeLog.seq > 1))
    answer = phone.pull(cursor=phone.cursor)
    assert (answer.status_code, answer.get_json()["error"]) == (409, "sync.epoch_changed")


@pytest.mark.parametrize("forged", ["x", "A" * 200, "é" * 10, "=" * 50, "A" * 3000])
def test_a_cursor_we_did_not_write_is_refused(phone: Phone, forged: str) -> None:
    assert phone.pull(cursor=forged).status_code == 410


def test_a_cursor_with_one_changed_sign_is_refused(phone: Phone) -> None:
    phone.pull_all()
    assert phone.cursor is not None
    changed = phone.cursor[:-3] + ("A" if phone.cursor[-3] != "A" else "B") + phone.cursor[-2:]
    assert phone.pull(cursor=changed).status_code == 410


def test_another_phones_cursor_is_refused(phone: Phone, client: FlaskClient) -> None:
    other = make_phone(make_person("volunteer"), client)
    other.pull_all()
    assert phone.pull(cursor=other.cursor).status_code == 410


def test_a_role_in_a_second_committee_brings_its_log(phone: Phone) -> None:
    phone.pull_all()
    make_person("volunteer", area_id=SIBLING, user_id=phone.person.user_id)
    with transaction(write=True):
        record_change(SIBLING, "area", SIBLING)
    answer = phone.pull(cursor=phone.cursor).get_json()
    assert "same" not in answer


def test_a_person_without_any_role_left_is_told_to_wipe(phone: Phone) -> None:
    from server.access.models import RoleGrant

    with transaction(write=True):
        db.session.execute(delete(RoleGrant).where(RoleGrant.user_id == phone.person.user_id))
    answer = phone.pull()
    assert (answer.status_code, answer.get_json()["details"]) == (403, {"wipe": True})


def test_a_page_read_is_written_in_the_audit(phone: Phone) -> None:
    mine = assign(phone)
    phone.pull_all()
    with transaction(write=False):
        rows = db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.action == "sync.pull")
            .execution_options(linli_scope="system: test")
        ).all()
    assert str(mine) in {subject for row in rows for subject in row.subjects}


def test_the_committees_page_sees_a_number_move(phone: Phone, client: FlaskClient) -> None:
    worker = make_person("committee")

    def seq() -> int:
        number: int = worker.call(client, "GET", "/sync/poll?seen=0").get_json()["seq"]
        return number

    before = seq()
    assign(phone)
    assert seq() > before


def test_an_assignment_or_a_change_between_two_pages_of_a_first_pull_is_seen(
    household_rows: dict[str, dict[str, str]], phone: Phone
) -> None:
    """The pages of one first pull share what was found for the first of them, as long as it holds."""
    homes = {str(assign(phone)) for _ in range(5)}
    first = phone.pull(limit=2).get_json()
    late = str(assign(phone))
    phone.keep(first)
    phone.pull_all(limit=2)
    assert phone.held("household") == homes | {late}
