"""Two neighbours, one lamp: objected to, given more time, handled once, answered twice, called, sent back, and asked again four weeks later."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from server.access.scope import SCOPE
from server.concerns import upkeep
from server.concerns.models import Concern as ConcernRow
from server.concerns.models import ConcernLine, ConcernWord
from server.kit import clock
from server.kit.database import db
from server.kit.unit_of_work import transaction
from tests.e2e.browser import Watched
from tests.e2e.pages.asking import RatesPage, ReturnCalls, Together
from tests.e2e.pages.desk import Concern, Concerns
from tests.e2e.pages.resident import DoorPage, Progress
from tests.e2e.village import Village, make_person

Open = Callable[..., Watched]
FIRST = "二单元三层楼道灯坏了，晚上看不见台阶。"
SECOND = "三层楼道的灯不亮了。我妈昨晚差点摔了。"
SECOND_TITLE = "三层楼道的灯不亮了"
LATE = "灯罩要从厂里订，下周到。"
SILENT = "活动室晚上能不能开到九点？"


def days_pass(village: Village, days: int) -> None:
    """What happened to the concerns happened so many days earlier; then what time alone does."""
    by = timedelta(days=days)
    with village.server.app.app_context(), transaction(write=True):
        for model in (ConcernRow, ConcernLine, ConcernWord):
            rows = db.session.query(model).execution_options(**{SCOPE: "system: time passes"})
            moments = [one.key for one in model.__table__.columns if _is_moment(one)]
            for row in rows:
                for name in moments:
                    if (at := getattr(row, name)) is not None:
                        setattr(row, name, at - by)
    with village.server.app.app_context(), transaction(write=True):
        upkeep.close_unanswered()
        upkeep.ask_later()


def _is_moment(column: object) -> bool:
    return "DateTime" in type(getattr(column, "type", None)).__name__


def seen(page: Page, name: str) -> None:
    """A picture for who looks at them, when a folder is named."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def objected_and_given_more_time(village: Village, phone_of: Open, concern: Concern) -> None:
    """It was given to the wrong one, who says so; then it takes longer. Both who reported it read why."""
    other = make_person(village.server, "岑溪石", "15400000014", "civil_affairs_worker")
    head = make_person(village.server, "沐秋实", "15400000013", "committee_head")
    concern.give_to(other.name, "三层楼道，看看是灯还是线")
    page = phone_of(other, "other", desk=True).page()
    theirs = Concerns(page, village.origin).open().concern(SECOND_TITLE)
    theirs.takes("不归我办，提异议", "这是供电公司的线，不归我们。").status("派单有异议")
    chief = phone_of(head, "head", desk=True).page()
    decides = Concerns(chief, village.origin).open().concern(SECOND_TITLE)
    decides.takes("异议成立，退回首接的人", "").status("已受理")
    concern.status("已受理").give_to_outside("供电公司 芦师傅")
    concern.takes("申请延期", LATE).status("申请延期")
    decides.status("申请延期").takes("同意延期", LATE).status("办理中")
    concern.status("办理中")


def nobody_says_a_word(village: Village, page: Page, desk: Page) -> None:
    """A third matter is answered, and whoever reported it stays silent."""
    form = DoorPage(page, village.origin).open(village.door(village.homes[2])).submit()
    form.about("文化").says(SILENT).send().received()
    Concerns(desk, village.origin).open().concern(SILENT[:-1]).accept().finish("开到九点半。")


def test_two_report_it_is_done_once_and_each_has_the_last_word(
    village: Village, open_browser: Open, phone_of: Open
) -> None:
    first = open_browser("first", service_workers="block").page()
    second = open_browser("second", service_workers="block").page()
    for page, home, words, phone in (
        (first, village.homes[0], FIRST, ""),
        (second, village.homes[1], SECOND, "15400004321"),
    ):
        form = DoorPage(page, village.origin).open(village.door(home)).submit()
        form.about("物业").says(words).leaves_phone(phone).send()
        form.received()

    desk = phone_of(village.worker, "desk", desk=True)
    page = desk.page()
    concern = Concerns(page, village.origin).open().concern(SECOND_TITLE)
    together = Together(page, village.origin).suggests(FIRST)
    seen(page, "desk-suggested")
    together.merge().holds(FIRST)
    concern.status("已受理").history("并进 1 件同样的")
    objected_and_given_more_time(village, phone_of, concern)
    concern.finish("换了三层的灯。")
    seen(page, "desk-merged")

    mine = DoorPage(first, village.origin).open(village.door(village.homes[0])).follow()
    mine.mine("物业").says("换了三层的灯。").says("并在一起办").says_nothing_of("差点摔了")
    mine.says("要多几天，最晚改到").says(LATE).says_nothing_of("不归我们")
    seen(first, "first-asked")
    mine.rate("解决了", "满意", "谢谢")
    mine.says("您说：解决了")
    theirs = DoorPage(second, village.origin).open(village.door(village.homes[1])).follow()
    theirs.mine("物业").says_nothing_of("看不见台阶").says("要多几天，最晚改到").says(LATE)
    theirs.rate("没解决", "不满意", "只亮了一天")
    theirs.says("退回重办")
    concern.status("退回重办").history("居民说：没解决，退回重办")
    first.reload()
    Progress(first, village.origin).mine("物业").says("您说：解决了").says_nothing_of("只亮了一天")

    concern.finish("换了整条线。")
    days_pass(village, 9)
    nobody_says_a_word(village, open_browser("third", service_workers="block").page(), page)
    calls = (
        ReturnCalls(page, village.origin).open().shows(SECOND_TITLE, "换了整条线。", "154****4321")
    )
    calls.called("没人接").shows("1 次")
    seen(page, "desk-calls")
    calls.called("问到了", "解决了", "满意").empty()

    days_pass(village, 28)
    first.reload()
    mine = Progress(first, village.origin).mine("物业").says("四周了，现在怎么样？")
    seen(first, "first-later")
    mine.rate("没解决", "不满意", "又不亮了")
    mine.says("您说：解决了").says("四周后您说：没解决")
    seen(first, "first-later-said")
    mine.reopen("又不亮了")
    mine.says("退回重办")
    concern = Concerns(page, village.origin).open().concern(SECOND_TITLE).status("退回重办")
    concern.history("一起报的人说还没好，退回重办")
    together.holds("居民说：解决了")

    since = str(clock.today() - timedelta(days=60))
    rates = RatesPage(page, village.origin).open(since)
    rates.says("解决率", 2, 3).says("满意率", 2, 3).says("四周后说解决了", 0, 1)
    seen(page, "desk-rates")
    expect(page.locator(".li").filter(has_text="没回话")).to_contain_text("1 件")
    rates.list_of("解决率", "全部", 3)
    expect(page.get_by_role("table")).to_contain_text("没解决")
    seen(page, "desk-rate-list")
