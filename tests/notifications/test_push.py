"""From a message to a woken browser: what is said, when, to whom, and when it ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from server.access import devices, sessions
from server.kit import clock
from server.kit.clock import SHANGHAI
from server.kit.crypto import keyring
from server.kit.database import db
from server.kit.jobs import runner
from server.kit.unit_of_work import transaction
from server.notifications.push import timing
from tests.factories.doors import make_household
from tests.factories.people import Person
from tests.factories.phones import make_phone
from tests.factories.push_service import Browser, PushService
from tests.factories.tasks import give_visit, make_named

CANARY = "金丝雀7301"


@pytest.fixture
def worker(client: FlaskClient, clock_at: clock.SetClock) -> Person:
    return make_named("纪墨晴", "committee")


@pytest.fixture
def volunteer(client: FlaskClient, worker: Person) -> Person:
    person = make_named("柏雪芽")
    make_phone(person, client)
    return person


def turn_on(client: FlaskClient, person: Person, browser: Browser) -> Any:
    return person.call(client, "POST", "/inbox/push", json=browser.asked())


def woken(client: FlaskClient, person: Person, push: PushService, name: str = "a") -> Browser:
    browser = push.browser(name)
    answer = turn_on(client, person, browser)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.get_json()["on"]
    return browser


def later(clock_at: clock.SetClock, wait: timedelta = timing.GATHER) -> None:
    """Time goes by, and the job looks."""
    clock_at.move(wait)
    (done,) = runner.run_now(("push.send",))
    assert done.problem is None


def kept(table: str) -> int:
    with transaction(write=False):
        return int(db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_a_letter_is_signed_for_the_service_and_says_only_how_many(
    client: FlaskClient, worker: Person, volunteer: Person, push: PushService,
    clock_at: clock.SetClock,
) -> None:  # fmt: skip
    browser = woken(client, volunteer, push)
    give_visit(worker, make_household(), volunteer, note=CANARY, purpose="weather")
    give_visit(worker, make_household(room="502"), volunteer)
    later(clock_at)
    (letter,) = push.letters
    assert letter.opened(browser) == {
        "title": "邻里守望", "body": "有 2 条新消息", "url": "/inbox",
    }  # fmt: skip
    claims = letter.claims(keyring().vapid_public(), push.origin)
    assert claims["sub"] == "https://linli.example"
    now = clock.now().timestamp()
    assert claims["exp"] == int(now) + 3600
    assert claims["aud"] == push.origin
    sent = {name: letter.headers[name] for name in ("ttl", "topic", "urgency")}
    assert sent == {"ttl": "43200", "topic": "inbox", "urgency": "normal"}


def test_it_is_the_key_the_browser_was_told(
    client: FlaskClient, volunteer: Person, push: PushService
) -> None:
    told = volunteer.call(client, "GET", "/inbox/push").get_json()
    assert told == {"offered": True, "on": False, "server_key": keyring().vapid_public()}


def test_several_within_a_while_are_one_and_two_lie_apart(
    client: FlaskClient, worker: Person, volunteer: Person, push: PushService,
    clock_at: clock.SetClock,
) -> None:  # fmt: skip
    browser = woken(client, volunteer, push)
    give_visit(worker, make_household(), volunteer)
    later(clock_at, timedelta(minutes=1))
    assert push.letters == []
    give_visit(worker, make_household(room="502"), volunteer)
    later(clock_at, timedelta(minutes=1))
    assert [one.opened(browser)["body"] for one in push.letters] == ["有 2 条新消息"]
    give_visit(worker, make_household(room="503"), volunteer)
    later(clock_at, timing.GATHER)
    assert len(push.letters) == 1
    later(clock_at, timing.APART)
    assert [one.opened(browser)["body"] for one in push.letters][1:] == ["有 3 条新消息"]


def test_what_was_read_meanwhile_wakes_nobody(
    client: FlaskClient, worker: Person, volunteer: Person, push: PushService,
    clock_at: clock.SetClock,
) -> None:  # fmt: skip
    woken(client, volunteer, push)
    give_visit(worker, make_household(), volunteer)
    (row,) = volunteer.call(client, "GET", "/inbox").get_json()["rows"]
    seen = {"messages": [{"id": row["id"], "version": row["version"]}]}
    volunteer.call(client, "POST", "/inbox/read", json=seen)
    later(clock_at)
    assert push.letters == []


@pytest.mark.parametrize(
    ("now", "last", "urgent", "expected"),
    [
        ("09:00", None, False, "09:02"),
        ("09:00", "08:59", False, "09:29"),
        ("09:00", "08:59", True, "09:00"),
        ("20:57", None, False, "20:59"),
        ("20:58", None, False, "+07:00"),
        ("23:30", None, False, "+07:00"),
        ("23:30", None, True, "23:30"),
        ("03:00", None, False, "07:00"),
        ("06:58", None, False, "07:00"),
    ],
)
def test_nights_are_quiet_but_for_what_is_urgent(
    now: str, last: str | None, urgent: bool, expected: str
) -> None:
    def at(said: str) -> datetime:
        hour, minute = map(int, said.removeprefix("+").split(":"))
        day = 24 if said.startswith("+") else 23
        return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)

    found = timing.due(at(now), at(last) if last else None, urgent=urgent)
    assert found == at(expected)


def test_an_urgent_visit_is_heard_at_once_and_at_night(
    client: FlaskClient, worker: Person, volunteer: Person, push: PushService,
    clock_at: clock.SetClock,
) -> None:  # fmt: skip
    browser = woken(client, volunteer, push)
    clock_at.move(timedelta(hours=14))  # 23:00
    give_visit(worker, make_household(), volunteer, purpose="emergency")
    later(clock_at, timedelta(0))
    (letter,) = push.letters
    assert letter.headers["urgency"] == "high"
    assert letter.opened(browser)["body"] == "有 1 条新消息"


def test_nothing_is_noted_for_whoever_never_turned_it_on(
    client: FlaskClient, worker: Person, volunteer: Person, push: PushService
) -> None:
    give_visit(worker, make_household(), volunteer)
    assert kept("push_due") == 0


def test_a_letter_is_due_with_its_message_or_not_at_all(
    client: FlaskClient, worker: Person, volunteer: Person, push: PushService
) -> None:
    from server.tasks import service as tasks

    woken(client, volunteer, push)
    home = make_household()
    with pytest.raises(RuntimeError), transaction(write=True):
        tasks.assign(worker.actor, [{"household_id": home, "assignee_id": volunteer.user_id}])
        raise RuntimeError("the database went away")
    assert kept("push_due") == 0


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(
    client: FlaskClient, worker: Person, volunteer: Person, push: PushService,
    clock_at: clock.SetClock, status: int,
) -> None:  # fmt: skip
    woken(client, volunteer, push)
    push.answers = [(status, {})]
    give_visit(worker, make_household(), volunteer)
    later(clock_at)
    assert kept("push_subscription") == 0
    assert not volunteer.call(client, "GET", "/inbox/push").get_json()["on"]
    later(clock_at, timedelta(hours=3))
    assert len(push.letters) == 1


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        ((429, {"Retry-After": "600"}), timedelta(minutes=10)),
        ((503, {}), timing.FIRST_WAIT),
        ((500, {"Retry-After": "never"}), timing.FIRST_WAIT),
    ],
)
def test_a_busy_service_is_asked_again_no_sooner_than_it_said(
    client: FlaskClient, worker: Person, volunteer: Person, push: PushService,
    clock_at: clock.SetClock, answer: tuple[int, dict[str, str]], wait: timedelta,
) -> None:  # fmt: skip
    browser = woken(client, volunteer, push)
    push.answers = [answer]
    give_visit(worker, make_household(), volunteer)
    later(clock_at)
    assert len(push.letters) == 1
    later(clock_at, wait - timedelta(seconds=1))
    assert len(push.letters) == 1
    give_visit(worker, make_household(room="502"), volunteer, purpose="emergency")
    later(clock_at, timedelta(0))
    assert len(push.letters) == 1, "also what is urgent waits until the service takes it"
    later(clock_at, timedelta(seconds=1))
    assert push.letters[-1].opened(browser)["body"] == "有 2 条新消息"
    later(clock_at, timedelta(hours=2))
    assert len(push.letters) == 2


def test_waits_grow_and_a_service_that_never_answers_is_given_up(
    client: FlaskClient, worker: Person, volunteer: Person, push: PushService,
    clock_at: clock.SetClock,
) -> None:  # fmt: skip
    woken(client, volunteer, push)
    push.answers = [(503, {})] * 20
    give_visit(worker, make_household(), volunteer)
    later(clock_at)
    for _ in range(20):
        later(clock_at, timing.LONGEST_WAIT)
    assert len(push.letters) == timing.MOST_TRIES
    assert kept("push_subscription") == 0


def test_a_redirect_is_not_followed(
    client: FlaskClient, worker: Person, volunteer: Person, push: PushService,
    clock_at: clock.SetClock,
) -> None:  # fmt: skip
    woken(client, volunteer, push)
    push.answers = [(302, {"Location": push.origin + "/elsewhere"})]
    give_visit(worker, make_household(), volunteer)
    later(clock_at)
    assert [one.path for one in push.letters] == ["/send/a"]


def test_a_process_that_dies_while_sending_wakes_again_rather_than_never(
    client: FlaskClient, worker: Person, volunteer: Person, push: PushService,
    clock_at: clock.SetClock, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from server.notifications.push import upkeep

    woken(client, volunteer, push)
    give_visit(worker, make_household(), volunteer)
    with monkeypatch.context() as dead:
        dead.setattr(upkeep, "_deliver", lambda *_: None)
        later(clock_at)
    assert push.letters == []
    later(clock_at, upkeep.RESERVED)
    assert len(push.letters) == 1


def test_news_that_comes_while_a_letter_is_on_its_way_is_not_forgotten(
    client: FlaskClient, worker: Person, volunteer: Person, push: PushService,
    clock_at: clock.SetClock, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from server.notifications.push import upkeep

    browser = woken(client, volunteer, push)
    give_visit(worker, make_household(), volunteer)
    note = upkeep._note

    def meanwhile(came: Any) -> None:
        monkeypatch.setattr(upkeep, "_note", note)
        from server.notifications.push.service import note as told
        from server.notifications.service import Told

        told(Told((volunteer.user_id,), urgent=True))
        note(came)

    monkeypatch.setattr(upkeep, "_note", meanwhile)
    later(clock_at)
    later(clock_at, timing.APART)
    assert [one.opened(browser)["body"] for one in push.letters] == ["有 1 条新消息"] * 2


def test_no_transaction_is_open_while_a_service_is_written_to(
    client: FlaskClient, worker: Person, volunteer: Person, push: PushService,
    clock_at: clock.SetClock, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from server.notifications.push import sending

    open_ones: list[bool] = []
    send = sending.send

    def watched(*args: Any, **kwargs: Any) -> Any:
        open_ones.append(db.session().in_transaction())
        return send(*args, **kwargs)

    monkeypatch.setattr(sending, "send", watched)
    woken(client, volunteer, push)
    give_visit(worker, make_household(), volunteer)
    later(clock_at)
    assert open_ones == [False]


def _logs_out(person: Person) -> None:
    with transaction(write=True):
        for one in sessions.living(person.user_id):
            sessions.end(one, "logout")


def _is_taken_back(person: Person) -> None:
    with transaction(write=True):
        (device,) = devices.of_people([person.user_id])
        devices.take_back(person.actor, person.user_id, device.id, reason="丢了")


@pytest.mark.parametrize("ends", [_logs_out, _is_taken_back])
def test_a_phone_logged_out_or_taken_back_is_woken_no_more(
    client: FlaskClient, worker: Person, volunteer: Person, push: PushService,
    clock_at: clock.SetClock, ends: Any,
) -> None:  # fmt: skip
    woken(client, volunteer, push)
    give_visit(worker, make_household(), volunteer)
    ends(volunteer)
    assert kept("push_subscription") == 0
    later(clock_at)
    assert push.letters == []


def test_a_log_in_that_ran_out_is_woken_no_more(
    client: FlaskClient, worker: Person, volunteer: Person, push: PushService,
    clock_at: clock.SetClock,
) -> None:  # fmt: skip
    woken(client, volunteer, push)
    give_visit(worker, make_household(), volunteer)
    later(clock_at, sessions.PHONE_LIFE + timedelta(days=1))
    assert push.letters == []
    assert kept("push_subscription") == 0


def test_turned_off_it_is_off(
    client: FlaskClient, worker: Person, volunteer: Person, push: PushService,
    clock_at: clock.SetClock,
) -> None:  # fmt: skip
    woken(client, volunteer, push)
    give_visit(worker, make_household(), volunteer)
    assert volunteer.call(client, "POST", "/inbox/push/end").get_json()["on"] is False
    later(clock_at)
    assert push.letters == []


def test_on_a_shared_phone_it_belongs_to_whoever_turned_it_on_last(
    client: FlaskClient, worker: Person, volunteer: Person, push: PushService,
    clock_at: clock.SetClock,
) -> None:  # fmt: skip
    woken(client, volunteer, push)
    other = make_named("荀竹砚")
    make_phone(other, client)
    woken(client, other, push)
    assert kept("push_subscription") == 1
    give_visit(worker, make_household(), volunteer)
    later(clock_at)
    assert push.letters == []


def test_a_desk_is_led_to_its_own_page_and_to_its_language(
    client: FlaskClient, worker: Person, volunteer: Person, push: PushService,
    clock_at: clock.SetClock,
) -> None:  # fmt: skip
    browser = push.browser("desk")
    answer = worker.call(
        client, "POST", "/inbox/push", json=browser.asked(), headers={"Accept-Language": "en"}
    )
    assert answer.status_code == 200
    task = give_visit(worker, make_household(), volunteer)
    phone = make_phone(volunteer, client)
    phone.verdicts(phone.record("task.decline", {"reason": "away", "note": ""}, entity_id=task))
    later(clock_at)
    (letter,) = push.letters
    assert letter.opened(browser)["url"] == "/c/messages"


def test_addresses_and_keys_lie_sealed_and_no_log_names_them(
    client: FlaskClient, worker: Person, volunteer: Person, push: PushService,
    clock_at: clock.SetClock, capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    browser = woken(client, volunteer, push)
    push.answers = [(400, {})]
    give_visit(worker, make_household(), volunteer, note=CANARY)
    later(clock_at)
    with transaction(write=False):
        rows = db.session.execute(text("SELECT * FROM push_subscription")).all()
    asked = browser.asked()
    said = "".join(capfd.readouterr())
    for secret in (*asked.values(), CANARY):
        assert secret not in str(rows)
        assert secret not in said
    assert len(push.letters) == 1, "what a service finds wrong with us is not tried again"
    later(clock_at, timedelta(hours=3))
    assert len(push.letters) == 1
