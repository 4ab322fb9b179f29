"""A concern given to the wrong one: objected to, decided, more time told, and the resident sent on with an address."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.e2e.browser import Watched
from tests.e2e.pages.desk import Concern, ConcernRules, Concerns
from tests.e2e.pages.resident import DoorPage, Progress
from tests.e2e.village import Village, make_person

Open = Callable[..., Watched]
WORDS = "三层楼道灯坏了三天。晚上看不见台阶。"
TITLE = "三层楼道灯坏了三天"
LATE = "灯罩要从厂里订，下周到。"


def test_objection_more_time_and_being_sent_on_are_all_told_to_whom_they_concern(
    village: Village, open_browser: Open, phone_of: Open, tmp_path: Path
) -> None:
    head = make_person(village.server, "沐秋实", "15400000013", "committee_head")
    other = make_person(village.server, "岑溪石", "15400000014", "civil_affairs_worker")
    phone = open_browser("resident", service_workers="block")
    page = phone.page()
    form = DoorPage(page, village.origin).open(village.door(village.homes[0])).submit()
    form.about("物业").says(WORDS).send().received()
    form.progress().steps("您提交")

    first = phone_of(village.worker, "desk", desk=True).page()
    mine = Concerns(first, village.origin).open().concern(TITLE).accept()
    mine.give_to(other.name, "三层楼道，看看是灯还是线")
    second = Concerns(phone_of(other, "other", desk=True).page(), village.origin).open()
    theirs = second.concern(TITLE)
    theirs.takes("不归我办，提异议", "这是供电公司的线，不归我们。").status("派单有异议")

    chief = phone_of(head, "head", desk=True).page()
    decides = Concerns(chief, village.origin).open().concern(TITLE)
    decides.takes("异议成立，退回首接的人", "").status("已受理")
    mine.status("已受理").history("异议成立").give_to_outside("供电公司 芦师傅")
    assert not theirs.offers("不归我办，提异议")

    mine.tells("申请延期", "改到").takes("申请延期", LATE).status("申请延期")
    decides.status("申请延期").tells("同意延期", "改到").takes("同意延期", LATE).status("办理中")
    mine.status("办理中").history("同意延期，最晚改到")
    first.screenshot(path=tmp_path / "desk.png")
    page.reload()
    told = Progress(page, village.origin).mine("物业")
    told.says("要多几天，最晚改到").says(LATE).says_nothing_of("不归我们")
    page.screenshot(path=tmp_path / "more-time.png")

    ConcernRules(chief, village.origin).open().office("云溪区信访局", "泉水路 8 号", "15400000099")
    chief.screenshot(path=tmp_path / "rules.png", full_page=True)
    Concern(first, village.origin).refers("云溪区信访局", "这件归那边管，带上身份证。").status(
        "已转走"
    )
    page.reload()
    told = Progress(page, village.origin).mine("物业")
    told.says("这件事请找").says("泉水路 8 号").says("带上身份证").says("转给别的部门")
    page.screenshot(path=tmp_path / "sent-on.png")


def test_a_rule_is_set_a_sentence_is_kept_and_put_into_an_answer(
    village: Village, open_browser: Open, phone_of: Open, tmp_path: Path
) -> None:
    head = make_person(village.server, "沐秋实", "15400000013", "committee_head")
    page = open_browser("resident", service_workers="block").page()
    form = DoorPage(page, village.origin).open(village.door(village.homes[0])).submit()
    form.about("物业").says(WORDS).leaves_phone("15400004321").send().received()
    form.progress().steps("您提交")

    desk = phone_of(head, "head", desk=True).page()
    rules = ConcernRules(desk, village.origin).open()
    rules.refuses("没单独定的", "6", "上面定的更紧").sets("没单独定的", "3", "会上定的")
    rules.changed("没单独定的 · 一般")
    rules.sentence("已经约了物业，明天上午到。")
    concern = Concerns(desk, village.origin).open().concern(TITLE)
    concern.inserts("已经约了物业，明天上午到。")
    concern.calls("本人接的，明天在家。", inside=True)
    page.reload()
    told = Progress(page, village.origin).mine("物业")
    told.says("已经约了物业，明天上午到。").says_nothing_of("明天在家")


def test_of_two_who_look_at_the_same_line_the_second_is_told_and_sees_what_stands(
    village: Village, open_browser: Open, phone_of: Open
) -> None:
    page = open_browser("resident", service_workers="block").page()
    form = DoorPage(page, village.origin).open(village.door(village.homes[0])).submit()
    form.about("物业").says(WORDS).send().received()
    other = make_person(village.server, "岑溪石", "15400000014", "civil_affairs_worker")
    first = Concerns(phone_of(village.worker, "desk", desk=True).page(), village.origin).open()
    second = Concerns(phone_of(other, "other", desk=True).page(), village.origin).open()
    mine, theirs = first.concern(TITLE).accept(), second.concern(TITLE).status("已受理")
    theirs.begins("申请延期", LATE)
    mine.give_to_outside("物业 芦师傅")
    theirs.is_told("别人刚动过这件诉求").status("已派单")
