"""Two people say yes, one is away, one leaves: the home always has somebody who agreed to come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect

from server.kit import clock
from tests.e2e.browser import Watched
from tests.e2e.pages.pairing import MyPairings, Pairings
from tests.e2e.village import Village

Open = Callable[..., Watched]


def test_from_asking_to_standing_in_to_handing_over(village: Village, phone_of: Open) -> None:
    home = village.homes[0]
    desk = Pairings(phone_of(village.worker, "desk", desk=True).page(), village.origin).open()
    desk.begin(
        home.name, village.colleague.name,
        home_said="在卡片上签了字", helper_said="在手机上问一问",
    )  # fmt: skip
    desk.toast("等两边都答应就结上")
    desk.stands(home.name, "等荀竹砚答应")

    phone = phone_of(village.colleague, "colleague").page()
    own = MyPairings(phone, village.origin).open()
    own.asked(home.address, "代办代购", "每周")
    expect(phone.locator("main")).not_to_contain_text(home.name)
    own.yes().holds(home.name)
    desk.stands(home.name, "结着")

    today = clock.today()
    desk.ask_stand_in(
        home.name, village.volunteer.name, today.isoformat(),
        (today + timedelta(days=3)).isoformat(), "已经答应",
    )  # fmt: skip
    desk.toast("说好了，柏雪芽这几天看得到这一户")
    desk.stands(home.name, "柏雪芽替")

    sheet = desk.hand_over(village.colleague.name).lists(home.name, "每周买一次菜", "还没有记录")
    sheet.all_to(village.volunteer.name, "搬到外地去了")
    desk.stands(home.name, "等柏雪芽答应")
    other = phone_of(village.volunteer, "volunteer").page()
    MyPairings(other, village.origin).open().asked("接荀竹砚的").yes().holds(home.name)
    desk.open().stands(home.name, "柏雪芽", "结着")
    expect(desk.page.locator(".who").filter(has_text="荀竹砚")).to_contain_text("还没有结对的户")
