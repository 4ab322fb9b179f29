"""Log-in with a code, as somebody at a committee's computer turns it on, uses it and gives it up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyotp
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import findings
from tests.e2e.browser import Watched
from tests.e2e.pages.login import LogIn
from tests.e2e.village import Human, Village, make_person

Open = Callable[..., Watched]


def tries(page: Page, village: Village, code: str | None = None, who: Human | None = None) -> None:
    """Phone and password, and a code where the page asks for one."""
    who = who or village.worker
    if code is None:
        LogIn(page, village.origin).open()
        page.get_by_label("手机号", exact=False).fill(who.phone)
        page.locator("input[type=password]").fill(who.password)
    else:
        page.get_by_label("验证码").fill(code)
    page.get_by_role("button", name="登录").click()


def turns_it_on(page: Page) -> list[str]:
    """Scanned, confirmed, the codes kept; the codes of the paper."""
    page.get_by_role("button", name="开始设置").click()
    secret = page.locator(".mono").inner_text().replace(" ", "")
    assert findings(page) == []
    page.get_by_label("验证码").fill("000000")
    page.get_by_role("button", name="开通").click()
    expect(page.get_by_role("alert")).to_contain_text("验证码不对")
    page.get_by_label("验证码").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="开通").click()
    paper = page.locator("[data-paper-codes]")
    expect(paper.locator("li")).to_have_count(10)
    codes = paper.locator("li").all_inner_texts()
    assert findings(page) == []
    paper.get_by_label("我留好了").check()
    paper.get_by_role("button", name="好了").click()
    return codes


def test_turned_on_it_is_asked_for_at_the_next_log_in_and_the_paper_opens_once(
    village: Village, open_browser: Open, tmp_path: Path
) -> None:
    page = open_browser("desk", desk=True).page()
    LogIn(page, village.origin).open().enter(village.worker.phone, village.worker.password)
    page.goto(village.origin + "/me/factor")
    codes = turns_it_on(page)
    expect(page.get_by_text("还剩 10 个")).to_be_visible()
    page.screenshot(path=tmp_path / "on.png")

    elsewhere = open_browser("home").page()
    tries(elsewhere, village)
    expect(elsewhere.get_by_role("alert")).to_contain_text("还要一个验证码")
    elsewhere.screenshot(path=tmp_path / "asked.png")
    tries(elsewhere, village, "ZZZZ ZZZZ")
    expect(elsewhere.get_by_role("alert")).to_contain_text("验证码不对")
    tries(elsewhere, village, codes[0])
    elsewhere.wait_for_url("**/c/**")

    again = open_browser("third").page()
    tries(again, village)
    tries(again, village, codes[0])
    expect(again.get_by_role("alert")).to_contain_text("已经用过")

    page.reload()
    page.get_by_role("button", name="关掉验证码登录").click()
    page.get_by_label("验证码").fill(codes[1])
    page.get_by_role("button", name="关掉验证码登录").click()
    page.get_by_role("dialog").get_by_role("button", name="关掉验证码登录").click()
    expect(page.get_by_role("button", name="开始设置")).to_be_visible()


def test_where_it_is_demanded_the_first_page_of_an_office_is_turning_it_on(
    village: Village, open_browser: Open, tmp_path: Path
) -> None:
    village.server.settings["SECOND_FACTOR"] = "demanded"
    village.server.stop()
    village.server.start()
    head = make_person(village.server, "沐秋实", "15400000013", "committee_head")
    page = open_browser("desk", desk=True).page()
    tries(page, village, who=head)
    expect(page.get_by_text("这里要求居委会和管理员用验证码登录")).to_be_visible()
    page.screenshot(path=tmp_path / "needed.png")
    turns_it_on(page)
    page.goto(village.origin + "/c/people")
    expect(page.get_by_role("heading", level=1, name="人员")).to_be_visible()
