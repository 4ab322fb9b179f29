"""Before something grave the committee's page asks for the password again, and then does what was wanted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect
from sqlalchemy import update

from server.access.models import Session
from server.kit import clock
from server.kit.database import db
from server.kit.unit_of_work import transaction
from tests.e2e.accessibility import findings
from tests.e2e.browser import Watched
from tests.e2e.pages.login import LogIn
from tests.e2e.village import Village

Open = Callable[..., Watched]


def half_an_hour_passes(village: Village) -> None:
    with village.server.app.app_context(), transaction(write=True):
        then = clock.now() - timedelta(minutes=30)
        db.session.execute(update(Session).values(strong_at=then))


def test_a_whole_number_is_shown_after_the_password_was_given_once_more(
    village: Village, open_browser: Open
) -> None:
    page = open_browser("desk", desk=True).page()
    LogIn(page, village.origin).open().enter(village.worker.phone, village.worker.password)
    half_an_hour_passes(village)
    page.goto(f"{village.origin}/c/roster/home/{village.homes[0].id}")
    page.get_by_role("button", name="看全号").first.click()
    page.get_by_label("用途").fill("核对电话")
    page.get_by_role("button", name="看", exact=True).click()

    again = page.get_by_role("dialog", name="再输一次登录密码")
    password = again.get_by_label("密码", exact=True)
    assert findings(page) == []
    password.fill("not the one")
    again.get_by_role("button", name="确认").click()
    expect(again).to_contain_text("现在的密码不对")
    password.fill(village.worker.password)
    again.get_by_role("button", name="确认").click()
    expect(page.get_by_text("15400000021")).to_be_visible()
    expect(again).to_have_count(0)
