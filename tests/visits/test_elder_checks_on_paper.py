"""Elders' checks leave as the paper form (F2): its headings, its words, and nothing of other forms."""

from __future__ import annotations

import io
from typing import Any

import pypdfium2
import pytest

from server.kit import clock
from server.visits import on_paper
from tests.factories.people import Person
from tests.factories.questions import ANSWERS, asked
from tests.factories.tasks import make_named
from tests.factories.visits import f1, f2
from tests.lists.test_exports import assert_harmless, cells, of_person, taken
from tests.visits.conftest import Scene

HEADINGS = ["健康状况", "精神状态", "安全情况", "卫生状况", "居住环境"]
SAID = {
    "supporter_contact": "weekly", "device_ok": "no", "needs": ["meal", "代买药"], "opinion": "=药快吃完了",
    "policies_told": ["medical"], "next_action": "revisit",
}  # fmt: skip


@pytest.fixture
def head(scene: Scene) -> Person:
    return make_named("康望晴", "committee_head")


def recorded(scene: Scene, **more: Any) -> None:
    entry = scene.phone.record("visit.record", f2(scene.household, **{**SAID, **more}))
    assert scene.phone.verdicts(entry)[0]["verdict"] == "applied"


def test_the_five_heads_and_every_answer_stand_in_the_papers_words(
    scene: Scene, head: Person
) -> None:
    recorded(scene)
    content = taken(scene.client, head, "elder_checks")
    row = of_person(content)
    assert cells(content)[0][0].endswith("老年人探访记录表")
    assert [row[one] for one in HEADINGS] == [
        "要留意：吃得少、药没按时吃", "好", "要留意：水暖", "好", "好",
    ]  # fmt: skip
    assert (row["住户"], row["走访人"], row["走访日期"]) == ("荀家", "荀竹砚", clock.today())
    assert (row["赡养人联系"], row["呼叫器"]) == ("每周", "不好用")
    assert (row["服务需求"], row["宣讲政策"], row["发放物品"]) == (
        "吃饭、代买药",
        "医保",
        "大米1袋",
    )
    assert (row["走访方式"], row["是否见到"], row["下一步"]) == ("上门", "见到本人", "再来一趟")
    assert row["群众意见"] == "'=药快吃完了"
    assert_harmless(content)


def test_what_was_not_asked_leaves_its_place_empty(scene: Scene, head: Person) -> None:
    recorded(scene, mind=None, supporter_contact=None, items_given=[])
    row = of_person(taken(scene.client, head, "elder_checks"))
    assert (row["精神状态"], row["赡养人联系"], row["发放物品"]) == ("", "", "")


def test_the_newest_version_leaves_and_visits_of_other_forms_do_not(
    scene: Scene, head: Person
) -> None:
    recorded(scene)
    first = scene.get("/visits/")["rows"][0]["id"]
    better = f2(scene.household, **SAID, mind={"state": "watch", "signs": ["low"]})
    amended = scene.phone.record("visit.amend", {**better, "amends": first})
    other = scene.phone.record("visit.record", f1(scene.household, opinion="走访表里的话"))
    assert {one["verdict"] for one in scene.phone.verdicts(amended, other)} == {"applied"}
    content = taken(scene.client, head, "elder_checks")
    assert of_person(content)["精神状态"] == "要留意：闷闷不乐"
    assert "走访表里的话" not in str(cells(content))
    assert "走访登记" not in str(cells(content))
    assert scene.get("/visits/?elders=true")["total"] == 1


def test_a_committees_own_questions_stand_with_their_answers(scene: Scene, head: Person) -> None:
    version = asked(scene.client, head)["version"]
    recorded(scene, own={"version": version, "answers": ANSWERS})
    said = of_person(taken(scene.client, head, "elder_checks"))["社区自己的问题"]
    assert said.splitlines()[:2] == ["院里有水井吗？有", "井有几米深？12"]


def test_the_sheet_to_print_holds_the_five_heads_and_the_place_of_the_seal(
    scene: Scene, head: Person
) -> None:
    recorded(scene)
    (page,) = pypdfium2.PdfDocument(io.BytesIO(taken(scene.client, head, "elder_checks", form="pdf")))  # fmt: skip
    printed = page.get_textpage().get_text_bounded()
    for said in (*HEADINGS, "要留意：水暖", "（盖章处）", "报街道核对"):
        assert said in "".join(printed.split())


def test_a_form_nobody_knows_says_nothing() -> None:
    assert on_paper.in_words(None, {"health": {"state": "watch"}}) == {}
