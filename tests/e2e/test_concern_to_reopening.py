"""A concern from the door to the resident's word, and back to work: nobody but the resident ends it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from tests.e2e.browser import Watched
from tests.e2e.pages.assigning import Workbench
from tests.e2e.pages.desk import Concerns
from tests.e2e.pages.errand import Today
from tests.e2e.pages.resident import DoorPage, Progress
from tests.e2e.village import Village

Open = Callable[..., Watched]
WORDS = "三层楼道灯坏了三天。晚上看不见台阶。"
TITLE = "三层楼道灯坏了三天"


def test_a_concern_is_handled_judged_and_sent_back_to_work(
    village: Village, open_browser: Open, phone_of: Open
) -> None:
    phone = open_browser("resident", service_workers="block")
    page = phone.page()
    form = DoorPage(page, village.origin).open(village.door(village.homes[0])).submit()
    form.about("物业").says(WORDS).send()
    form.received()
    resident = form.progress().steps("您提交")
    assert urlsplit(page.url).fragment == "", "the link does not stay in the address bar"

    desk = phone_of(village.worker, "desk", desk=True)
    concern = Concerns(desk.page(), village.origin).open().shows(TITLE).concern(TITLE)
    concern.accept().give_to_outside("物业 芦师傅").answer("今天下午来换。").note("灯库存不够。")
    concern.finish("换了三层和四层的灯。")

    page.reload()
    resident = Progress(page, village.origin).mine("物业")
    resident.steps("办好了", "纪墨晴答复", "交给物业 芦师傅", "收下了", "您提交")
    resident.says("纪墨晴负责到底。").says("今天下午来换。").says_nothing_of("灯库存不够")
    resident.rate("解决了", "满意", "谢谢")
    resident.says("您说：解决了")
    concern.status("已归档").history("居民说：解决了")

    resident.reopen("四层又不亮了")
    concern.status("退回重办").history("退回重办")
    concern.finish("换了整条线。")
    page.reload()
    Progress(page, village.origin).mine("物业").rate("没解决", "不满意")
    concern.status("退回重办").history("居民说：没解决，退回重办")


def test_a_concern_is_taken_on_from_the_first_page_and_opens_at_the_step_it_waits_for(
    village: Village, open_browser: Open, phone_of: Open
) -> None:
    phone = open_browser("resident", service_workers="block")
    form = DoorPage(phone.page(), village.origin).open(village.door(village.homes[0])).submit()
    form.about("物业").says(WORDS).send()
    form.received()

    desk = phone_of(village.worker, "desk", desk=True)
    page = desk.page()
    Workbench(page, village.origin).open().take_on(TITLE)
    Concerns(page, village.origin).open().at_step(TITLE, "assign").asks("派人去办")


def test_what_was_written_survives_a_reload_and_a_stairwell_without_signal(
    village: Village, open_browser: Open
) -> None:
    phone = open_browser("resident", service_workers="block")
    page = phone.page()
    form = DoorPage(page, village.origin).open(village.door(village.homes[0])).submit()
    form.about("环境").says(WORDS)
    page.reload()
    form.shows(WORDS)

    village.server.stop()
    phone.context.set_offline(True)
    form.send().waits_for_signal()
    village.server.start()
    phone.context.set_offline(False)
    form.received()
    assert village.desk is not None
    assert village.desk.call("GET", "/concerns/")["total"] == 1


def test_another_phone_with_the_code_sees_the_steps_and_with_the_phones_tail_may_judge(
    village: Village, open_browser: Open, phone_of: Open
) -> None:
    first = open_browser("resident", service_workers="block")
    form = DoorPage(first.page(), village.origin).open(village.door(village.homes[0])).submit()
    form.about("治安").says(WORDS).leaves_phone("15400004321").send()
    code = form.received()
    desk = phone_of(village.worker, "desk", desk=True)
    Concerns(desk.page(), village.origin).open().concern(TITLE).accept().finish("换了灯。")

    other = open_browser("neighbour", service_workers="block")
    page = DoorPage(other.page(), village.origin).open(village.door(village.homes[1])).follow()
    page.look(code.lower()).steps("办好了", "收下了", "您提交")
    page.asks_nothing().says_nothing_of("看不见台阶")
    page.tail("4321").says("看不见台阶").rate("部分解决", "基本满意")
    page.says("先这样，还是退回再办？").partly("先这样吧")
    page.says("您说：部分解决").says("先这样")


def test_an_errand_is_done_without_a_network_and_the_committee_hears(
    village: Village, open_browser: Open, phone_of: Open
) -> None:
    page = open_browser("resident", service_workers="block").page()
    form = DoorPage(page, village.origin).open(village.door(village.homes[0])).submit()
    form.about("物业").says(WORDS).send().received()
    desk = phone_of(village.worker, "desk", desk=True)
    concern = Concerns(desk.page(), village.origin).open().concern(TITLE).accept()
    concern.give_to(village.volunteer.name, "三层楼道，看看是灯还是线")

    phone = phone_of(village.volunteer)
    today = Today(phone.page(), village.origin).open()
    today.shows_errand("三层楼道，看看是灯还是线")
    phone.page().evaluate("() => navigator.serviceWorker.ready")
    phone.context.set_offline(True)
    today.errand("三层楼道，看看是灯还是线").says("是线断了").done()
    today.no_errand("三层楼道，看看是灯还是线")
    phone.context.set_offline(False)
    concern.history(f"{village.volunteer.name}去办了").says("是线断了")


def test_every_door_opens_the_same_page_and_help_is_one_tap_away(
    village: Village, open_browser: Open
) -> None:
    page = open_browser("resident", service_workers="block").page()
    texts = []
    for home in village.homes:
        door = DoorPage(page, village.origin).open(village.door(home))
        texts.append(page.locator("body").inner_text())
    assert len(set(texts)) == 1
    assert door.urgent_numbers() == ["tel:120", "tel:110", "tel:119", "tel:12345"]
