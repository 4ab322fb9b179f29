"""A quarrel from a resident's concern to its file: talked over, agreed, kept, looked after without a network."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from docx import Document
from playwright.sync_api import Page, expect
from sqlalchemy import text

from server.access.actor import system
from server.accounts import service as accounts
from server.kit import clock
from server.kit.database import db
from server.kit.unit_of_work import transaction
from tests.e2e.browser import Watched
from tests.e2e.pages.desk import Concerns
from tests.e2e.pages.lock import go
from tests.e2e.pages.mediation import Case, CaseFile, Figures, FollowUp, Templates
from tests.e2e.pages.phone import Records
from tests.e2e.pages.resident import DoorPage
from tests.e2e.village import PASSWORD, Human, Village, long_ago, make_person
from tests.factories.areas import COMMITTEE

Open = Callable[..., Watched]
WORDS = "楼上漏水，吊顶都湿了。说了几次没人管。"
TITLE = "楼上漏水，吊顶都湿了"
SECRET = "槐花又落了一院子"


def looked_at(page: Page, name: str) -> None:
    """A picture for whoever wants to look (LINLI_PICTURES names the folder)."""
    folder = os.environ.get("LINLI_PICTURES")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def mediator_of(village: Village) -> Human:
    """A mediator who also goes from door to door."""
    with village.server.app.app_context(), long_ago(40), transaction(write=True):
        user = accounts.create_person(
            name="池茉莉", phone="15400000051", password=PASSWORD,
            role_in=[("mediator", COMMITTEE), ("volunteer", COMMITTEE)],
            by=system("an invented community for a test"),
        )  # fmt: skip
        return Human("池茉莉", "15400000051", user.id)


def weeks_pass(village: Village) -> None:
    """The days of both follow-ups have come."""
    day = clock.today() - timedelta(days=1)
    with village.server.app.app_context(), transaction(write=True):
        db.session.execute(
            text("UPDATE task SET due_from = :day WHERE kind = 'mediation_follow_up'"), {"day": day}
        )


def test_a_quarrel_goes_from_a_concern_to_its_file(
    village: Village, open_browser: Open, phone_of: Open, tmp_path: Path
) -> None:
    head = make_person(village.server, "康望晴", "15400000019", "committee_head")
    mediator = mediator_of(village)
    resident = open_browser("resident", service_workers="block").page()
    form = DoorPage(resident, village.origin).open(village.door(village.homes[0])).submit()
    resident.locator("details.more summary").click()
    form.about("矛盾纠纷").says(WORDS).send().received()
    progress = form.progress()

    worker = phone_of(village.worker, "worker", desk=True).page()
    Concerns(worker, village.origin).open().concern(TITLE)
    worker.get_by_role("button", name="交给人民调解").click()
    sheet = worker.get_by_role("dialog")
    expect(sheet.get_by_role("button", name="交给人民调解")).to_be_disabled()
    looked_at(worker, "hand-in")
    sheet.get_by_label("是哪一类纠纷").select_option(label="邻里")
    sheet.get_by_role("button", name="交给人民调解").click()
    expect(worker.locator(".toasts")).to_contain_text("交给人民调解委员会了")
    expect(worker.locator("body")).to_contain_text("人民调解委员会")
    expect(worker.get_by_role("link", name="调解", exact=True)).to_have_count(0)

    page = phone_of(head, "head", desk=True).page()
    go(page, village.origin + "/c/mediation")
    page.get_by_role("link", name=TITLE).click()
    case = Case(page, village.origin).now("受理登记")
    case.party("申请人", "田露纸", "5号楼1单元203").party("被申请人", "施雾笔", "5号楼1单元303")
    case.press("受理").now("告知权利义务").seat("池茉莉").rights()
    case.begun().lengthened("墙要等干透才能算修墙的钱。", "田露纸", "施雾笔")
    case.session("双方都认可是水管老化。")
    last = (clock.today() + timedelta(days=14)).isoformat()
    case.agreement(
        "卫生间渗水，吊顶受潮。",
        ["施雾笔换掉漏水的管子。", "吊顶由施雾笔出钱修，共 1,800 元。"],
        last,
    )
    looked_at(page, "15-desk")
    page.set_viewport_size({"width": 360, "height": 740})
    looked_at(page, "15-narrow")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.set_viewport_size({"width": 1440, "height": 900})
    case.signed(4).press("签好了，生效").now("督促履行")
    expect(worker.locator("main")).to_contain_text("人民调解结束了，接着由居委会答复")
    expect(worker.get_by_role("button", name="交给人民调解")).to_have_count(0)
    looked_at(worker, "given-back")
    resident.reload()
    progress.mine("矛盾纠纷").says("人民调解这一段结束了")
    for told in ("协议", "施雾笔", "池茉莉", "1,800"):
        progress.says_nothing_of(told)
        expect(worker.locator("main")).not_to_contain_text(told)
    looked_at(resident, "given-back-resident")
    case.press("做到了").now("回访")
    looked_at(page, "15-performed")

    weeks_pass(village)
    phone = phone_of(mediator)
    mobile = phone.page()
    go(mobile, village.origin + "/today")
    expect(mobile.get_by_role("link", name="回访").first).to_be_visible()
    looked_at(mobile, "today")
    for told in ("漏水", "田露纸", "邻里", "调解"):
        expect(mobile.locator("main")).not_to_contain_text(told)
    mobile.evaluate("() => navigator.serviceWorker.ready")
    phone.context.set_offline(True)
    for waiting in (1, 2):
        look = FollowUp(mobile, village.origin).open()
        expect(mobile.locator("main")).to_contain_text("田露纸、施雾笔")
        look.choose("照做了吗？", "全部做了").choose("双方满意吗？", "满意")
        look.choose("有没有又闹起来的苗头？", "没有").choose("有没有去法院？", "没有")
        mobile.get_by_label("留下什么隐患").fill(SECRET)
        looked_at(mobile, "follow-up")
        mobile.get_by_role("button", name="记好了").click()
        expect(mobile.locator(".toasts")).to_contain_text("已存在本机")
        records = Records(mobile, village.origin).open()
        records.waiting(waiting)
        expect(mobile.locator("main")).not_to_contain_text(SECRET)
    phone.context.set_offline(False)
    Records(mobile, village.origin).open().received(2)

    page.reload()
    go(page, page.url)
    case.stage("回访")
    expect(page.locator("main")).to_contain_text(SECRET)
    case.stage("立卷归档")
    page.get_by_role("link", name="看卷宗齐不齐，归档").click()
    file = CaseFile(page)
    file.lacks("当事人身份证明").put_away()
    expect(page.get_by_role("alert")).to_contain_text("当事人身份证明")
    picture = tmp_path / "identity.png"
    page.locator("h1").screenshot(path=str(picture))
    for count in (1, 2):
        file.add("当事人身份证明", str(picture), count)
    file.read("人民调解协议书", "施雾笔换掉漏水的管子。")
    looked_at(page, "file")
    file.put_away()
    expect(page.locator("main")).to_contain_text("这一卷已经归档")
    page.get_by_role("link", name="这件调解").click()
    expect(page.locator("main")).to_contain_text("归档，长期 10 年")
    looked_at(page, "15-archived")

    go(page, village.origin + "/c/mediation")
    page.get_by_role("link", name="统计", exact=True).click()
    figures = Figures(page).of("一个月")
    looked_at(page, "figures")
    page.set_viewport_size({"width": 360, "height": 740})
    looked_at(page, "figures-narrow")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.set_viewport_size({"width": 1440, "height": 900})
    figures.counts("合计", "回访（次）", "2")
    figures.opens("邻里", "达成协议（件）", 1, TITLE)

    worker.get_by_role("link", name="调解统计").click()
    expect(worker.locator("main")).to_contain_text("没过完的月份，过完了再算进来")
    expect(worker.locator("main table a")).to_have_count(0)
    looked_at(worker, "figures-worker")


def with_line(template: Path, line: str) -> Path:
    """The same Word file with one more line, as somebody adds it in WPS."""
    paper = Document(str(template))
    paper.add_paragraph(line)
    file = template.with_name("changed.docx")
    paper.save(str(file))
    return file


def test_a_committees_own_paper_is_seen_before_it_is_used_and_taken_back(
    village: Village, phone_of: Open, tmp_path: Path
) -> None:
    head = make_person(village.server, "康望晴", "15400000019", "committee_head")
    page = phone_of(head, "head", desk=True).page()
    templates = Templates(page, village.origin).look("人民调解协议书")
    taken = templates.take(tmp_path)
    templates.send(with_line(taken, "地址：云栖里 2 号楼，{{ 编号 }}"))
    templates.shows("地址：云栖里 2 号楼，(2026)示例人调字第001号")
    templates.use()
    looked_at(page, "template")

    templates.send(with_line(taken, "{{ 当事人电话 }}"))
    templates.refused("没有“当事人电话”这个填空", "原来的照用")
    templates.send(with_line(taken, "{{ 编号.__class__.__mro__ }}"))
    templates.refused("不是填空也不是逐条列出")
    page.reload()
    templates.look("人民调解协议书").shows("云栖里 2 号楼")

    templates.send(with_line(taken, "第二个样子")).shows("第二个样子").use()
    templates.version(1).no_longer_shows("第二个样子").use().shows("云栖里 2 号楼")
