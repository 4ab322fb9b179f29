"""A committee's month: who is to be seen how often, a level that is decided, a visit, and the figure that counts it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.browser import Watched, sign_in
from tests.e2e.live import LiveServer
from tests.e2e.pages.cadence import CadencePage, CallList, CarePanel
from tests.e2e.pages.phone import ElderCheck, Today
from tests.e2e.village import Home, Village, make_person, make_village, print_doors

OpenBrowser = Callable[..., Watched]
ALONE, NAME = "living_alone_elder", "桑雾竹"


def home_in_care(village: Village) -> Home:
    """An elder of eighty-odd who lives alone, paired with the volunteer."""
    desk = village.desk
    assert desk is not None
    home = desk.home(NAME, "5号楼1单元203", "15400000027")
    person = desk.call("GET", f"/households/{home.id}")["residents"][0]
    desk.call(
        "PATCH",
        f"/residents/{person['id']}",
        version=person["version"],
        birth_date="1942-03-01",
        care_categories=[ALONE],
    )
    village.homes = [home]
    print_doors(village)
    return home


def test_a_month_from_the_cadence_to_the_coverage(
    server: LiveServer, open_browser: OpenBrowser
) -> None:
    village = make_village(server)
    head = make_person(server, "康望晴", "15400000013", "committee_head")
    desk = open_browser("desk", desk=True)
    sign_in(desk, head.phone, head.password)

    rules = CadencePage(desk.page(), village.origin).open()
    rules.may_not_choose("独居老人", "每季度").stricter("独居老人", "每两周", "入冬多走一遍")
    expect(rules.rule("独居老人")).to_contain_text("每两周")

    home = home_in_care(village)
    care = CarePanel(desk.page(), village.origin).open(home.id)
    expect(care.panel()).to_contain_text("80 岁以上，身边没人")
    expect(care.panel()).to_contain_text("待定级")
    care.decide("高风险", "夜里犯过心口疼")
    expect(care.panel()).to_contain_text("每周")
    expect(care.panel()).to_contain_text("康望晴")

    rules.open().shows("覆盖率", 0, 1)
    tasks = village.desk
    assert tasks is not None
    (task,) = tasks.call("GET", f"/tasks/?household_id={home.id}")["tasks"]
    assert task["origin"] == "cadence"
    tasks.call(
        "POST",
        "/tasks/assign",
        rows=[{"task_id": task["id"], "version": task["version"],
               "assignee_id": str(village.volunteer.id)}],
    )  # fmt: skip

    phone = open_browser("phone")
    sign_in(phone, village.volunteer.phone, village.volunteer.password)
    Today(phone.page(), village.origin).open().home(NAME).record()
    ElderCheck(phone.page(), village.origin).stands().all_well().then("不用了").finish()

    rules.open().shows("覆盖率", 1, 1)
    expect(rules.list_of("覆盖率")).to_contain_text(NAME)
    care.open(home.id)
    expect(care.panel()).to_contain_text("见到了")


def test_a_list_of_calls_names_the_committee_and_leaves_room_for_the_seal(
    village: Village, open_browser: OpenBrowser
) -> None:
    desk = open_browser("desk", desk=True)
    sign_in(desk, village.worker.phone, village.worker.password)
    page = CallList(desk.page(), village.origin).open()
    sheet = page.make("今天到期和晚了的", "降温前打一遍")
    expect(sheet).to_contain_text("15400000021")
    expect(sheet).to_contain_text("居委会")
    expect(sheet.locator(".sign")).to_be_hidden()
    desk.page().emulate_media(media="print")
    expect(sheet.locator(".sign")).to_be_visible()
    expect(sheet.locator(".sign")).to_contain_text("盖章")
    expect(desk.page().locator(".noprint").first).to_be_hidden()
