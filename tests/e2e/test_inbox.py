"""What happened reaches a person: on the volunteer's phone, also without a network, and on the desk."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.browser import Watched, sign_in
from tests.e2e.pages.inbox import Inbox, count
from tests.e2e.pages.phone import Household, Today
from tests.e2e.village import Desk, Village

PhoneOf = Callable[..., Watched]


def test_a_volunteer_reads_what_happened_without_a_network_and_the_server_learns_it(
    village: Village, phone_of: PhoneOf
) -> None:
    phone = phone_of(village.volunteer)
    page = phone.page()
    today = Today(page, village.origin).open()
    today.shows(*(home.name for home in village.homes))
    expect(count(today)).to_contain_text("3")
    page.evaluate("() => navigator.serviceWorker.ready")

    village.server.stop()
    phone.context.set_offline(True)
    today.tab("消息")
    inbox = Inbox(page, village.origin).is_here()
    inbox.shows("今天", *(f"给您派了一户：{home.name}" for home in village.homes))
    inbox.shows("有信号时打开就更新")
    expect(count(inbox)).to_have_count(0)
    inbox.tab("今日")
    expect(count(today)).to_have_count(0)
    expect(today.sync_line()).not_to_contain_text("待上传")
    today.reload()
    today.shows(village.homes[0].name)
    expect(count(today)).to_have_count(0)

    village.server.start()
    phone.context.set_offline(False)
    desk = village.desk
    assert desk is not None
    task = desk.call("GET", f"/tasks/{village.homes[0].task_id}")
    row = {
        "task_id": task["id"],
        "version": task["version"],
        "assignee_id": str(village.colleague.id),
    }
    assert desk.call("POST", "/tasks/assign", rows=[row])["results"][0]["ok"]
    expect(count(today)).to_have_text("1条等您看")
    with page.expect_response("**/api/v1/sync/push"):
        today.tab("消息")
    inbox.shows("不用去了", "已另有安排")
    inbox.tell(f"给您派了一户：{village.homes[2].name}")
    Household(page, village.origin).of(village.homes[2].name)
    assert Desk(village.server, village.volunteer).call("GET", "/inbox")["unread"] == 0


def test_the_desk_is_told_of_a_home_that_was_passed_on_and_opens_it(
    village: Village, phone_of: PhoneOf, open_browser: PhoneOf
) -> None:
    desk = open_browser("desk", desk=True)
    sign_in(desk, village.worker.phone, village.worker.password)
    page = desk.page()
    page.goto(village.origin + "/c/messages")
    expect(page.get_by_text("还没有消息")).to_be_visible()

    phone = phone_of(village.volunteer)
    today = Today(phone.page(), village.origin).open()
    home = today.home(village.homes[2].name)
    home.hand_over(village.colleague.name)
    told = page.get_by_role("button", name=f"{village.volunteer.name}转出了一户")
    expect(told).to_be_visible(timeout=30_000)
    side = page.get_by_role("navigation", name="主要页面").get_by_role("link", name="消息").first
    expect(side).to_contain_text("1")
    told.click()
    page.wait_for_url(f"**/c/tasks/{village.homes[2].task_id}")
    expect(side).not_to_contain_text("1")
