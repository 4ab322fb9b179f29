"""From the roster to a visit somebody makes, and back to the committee's open page."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from server.kit import clock
from tests.e2e.browser import Watched, sign_in
from tests.e2e.live import ROOT, LiveServer
from tests.e2e.pages.assigning import AssignMany, HomeVisits, Workbench
from tests.e2e.pages.phone import SENT, Today
from tests.e2e.village import Village, make_village
from tests.factories.areas import COMMITTEE

OpenBrowser = Callable[..., Watched]
READ_WITHIN = 60


@pytest.fixture
def desk(village: Village, open_browser: OpenBrowser) -> Watched:
    """The committee worker, logged in at a desk."""
    watched = open_browser("desk", desk=True)
    sign_in(watched, village.worker.phone, village.worker.password)
    return watched


def import_roster(village: Village) -> str:
    """The sample workbook, taken in through the API; the name of one household of it."""
    assert village.desk is not None
    http = village.desk.http
    sample = (ROOT / "tests/data/roster-sample.xlsx").read_bytes()
    sent = http.post(
        "/roster-imports/", data={"area_id": COMMITTEE}, files={"file": ("花名册.xlsx", sample)}
    )
    assert sent.is_success, sent.text
    path = f"/roster-imports/{sent.json()['id']}"
    until = time.monotonic() + READ_WITHIN
    while village.desk.call("GET", path)["state"] in ("waiting", "reading"):
        assert time.monotonic() < until, "the roster was not read in time"
    village.desk.call("POST", f"{path}/confirm")
    found = village.desk.call(
        "POST", "/households/search", query="", area_id=COMMITTEE, page=1, page_size=20
    )
    name: str = found["rows"][0]["display_name"]
    return name


def test_a_household_of_the_roster_becomes_a_visit_on_a_volunteers_phone(
    server: LiveServer, open_browser: OpenBrowser
) -> None:
    village = make_village(server)
    name = import_roster(village)
    desk = open_browser("desk", desk=True)
    sign_in(desk, village.worker.phone, village.worker.password)
    page = AssignMany(desk.page(), village.origin).open().find(name)
    page.tick(name).to(name, village.volunteer.name)
    expect(page.plan()).to_contain_text(village.volunteer.name)
    expect(page.plan()).to_contain_text(name)
    page.send(1)

    phone = open_browser("phone")
    sign_in(phone, village.volunteer.phone, village.volunteer.password)
    Today(phone.page(), village.origin).open().shows(name)

    at_desk = desk.page()
    at_desk.goto(village.origin + "/c/tasks")
    row = at_desk.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text(village.volunteer.name)


def test_a_visit_recorded_at_a_door_appears_on_the_committees_open_page_by_itself(
    village: Village, desk: Watched, open_browser: OpenBrowser
) -> None:
    home = village.homes[0]
    open_page = HomeVisits(desk.page(), village.origin).open(home.id).empty()

    phone = open_browser("phone")
    sign_in(phone, village.volunteer.phone, village.volunteer.password)
    form = Today(phone.page(), village.origin).open().home(home.name).record()
    form.worries("取暖").says("暖气又不太热了").then("请居委会来办").saved()
    form.finish()

    open_page.shows("见到本人").answer("哪样不放心", "取暖").answer("住户说的", "暖气又不太热了")
    open_page.was_never_reloaded()


def test_what_was_given_out_is_taken_back_within_ten_seconds(
    village: Village, desk: Watched
) -> None:
    assert village.desk is not None
    home = village.desk.home("茅雨砚", "3号楼1单元204", "15400000031")
    page = AssignMany(desk.page(), village.origin).open().find(home.name)
    page.tick(home.name).to(home.name, village.colleague.name).send(1).undo()
    listed = village.desk.call("GET", f"/tasks/?household_id={home.id}")
    assert listed["tasks"] == []


def test_a_clash_with_somebodys_own_days_is_offered_a_day_that_fits(
    village: Village, desk: Watched
) -> None:
    assert village.desk is not None
    today = clock.today()
    the_day_before = (today.isoweekday() - 2) % 7 + 1
    village.desk.call(
        "PUT",
        f"/pairings/days/{village.colleague.id}?area_id={COMMITTEE}",
        weekdays=[the_day_before],
        note="",
    )
    home = village.homes[1]
    page = AssignMany(desk.page(), village.origin).open("due")
    page.tick(home.name.split("·")[0]).to(home.name.split("·")[0], village.colleague.name)
    expect(page.plan()).to_contain_text("或换人")
    page.plan().get_by_role("button", name="改到").click()
    expect(page.plan()).not_to_contain_text("或换人")
    page.send(1)
    (task,) = village.desk.call("GET", f"/tasks/?household_id={home.id}")["tasks"]
    assert task["assignee_name"] == village.colleague.name
    assert task["due_to"] > str(today)


def test_the_late_visit_is_given_to_somebody_else_from_the_first_page(
    village: Village, desk: Watched
) -> None:
    home = village.homes[0]
    page = Workbench(desk.page(), village.origin).open()
    expect(page.number("今天到期")).to_have_text("3")
    page.row(home.name).get_by_role("button", name="派人去").click()
    group = desk.page().get_by_role("group", name=f"派人去 {home.name}")
    if group.get_by_role("combobox").count() == 0:
        group.get_by_role("button", name="换别人").click()
    group.get_by_role("combobox").select_option(label=village.colleague.name)
    group.get_by_role("button", name=f"派给{village.colleague.name}").click()
    page.toast(f"派给{village.colleague.name}了")
    expect(page.row(home.name)).to_contain_text(village.colleague.name)


def test_a_home_given_to_somebody_else_leaves_the_phone_and_its_waiting_visit_waits_for_a_word(
    village: Village, desk: Watched, open_browser: OpenBrowser
) -> None:
    assert village.desk is not None
    home = village.homes[1]
    phone = open_browser("phone")
    sign_in(phone, village.volunteer.phone, village.volunteer.password)
    today = Today(phone.page(), village.origin).open()
    today.shows(home.name)
    phone.page().evaluate("() => navigator.serviceWorker.ready")
    phone.context.set_offline(True)
    visit = today.home(home.name)
    visit.not_met("没见到人")
    # The home is given away clearly later: a phone knows the server's time to about as long as an answer takes.
    expect(visit.button("撤销")).to_have_count(0)

    (task,) = village.desk.call("GET", f"/tasks/?household_id={home.id}")["tasks"]
    row = {"task_id": task["id"], "version": task["version"]}
    village.desk.call(
        "POST", "/tasks/assign", rows=[{**row, "assignee_id": str(village.colleague.id)}]
    )
    phone.context.set_offline(False)
    Today(phone.page(), village.origin).open()
    at_desk = desk.page()
    at_desk.goto(village.origin + "/c/attention")
    expect(at_desk.get_by_text("那天归这位，现在换了人").first).to_be_visible(timeout=2 * SENT)
    Today(phone.page(), village.origin).no_longer_shows(home.name)
    at_desk.get_by_role("cell", name="收下").get_by_role("button").click()
    HomeVisits(at_desk, village.origin).open(home.id).shows("没见到")


def test_the_longest_waiting_home_is_given_out_by_keyboard_alone(
    village: Village, desk: Watched
) -> None:
    assert village.desk is not None
    home = village.homes[0]
    Workbench(desk.page(), village.origin).open().row(home.name).wait_for()
    page = desk.page()
    group = page.get_by_role("group", name=f"派人去 {home.name}")
    if group.count():
        page.get_by_role("button", name="收起").click()
    page.locator("h1").click()
    current = page.locator("tr[data-row].cur")
    page.keyboard.press("j")
    for _ in village.homes:
        expect(current).to_be_focused()
        if home.name in current.inner_text():
            break
        page.keyboard.press("j")
    expect(current).to_contain_text(home.name)
    page.keyboard.press("Enter")
    expect(group).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".toasts")).to_contain_text("前去")
