"""Each document of a mediation says what its case says, in the words of the official form, and nothing is left open."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from docx import Document
from docx.shared import Mm

from server.case_files import documents, reading
from server.case_files.case import Agreement, Party
from server.case_files.documents import ELSEWHERE, MISSING, POSSIBLE, THERE
from server.case_files.facts import KNOWN, facts
from server.case_files.filling import fill
from server.case_files.templates.layouts import LAYOUTS
from server.case_files.templates.make import made_from
from tests.factories.cases import APPLICANT, QUARREL, RESPONDENT, quarrel, words_of

SAYS = {
    "cover": (
        "云栖里社区人民调解委员会", "人民调解卷宗", "(2026)云栖里人调字第012号", "楼上漏水的事",
        "邻里纠纷", "田露纸、施雾笔", "纪墨晴、谷听雨", "2026年12月20日", "达成书面协议", "长期 10 年",
    ),
    "contents": (
        "卷宗目录", "序号", "人民调解申请书", "2026.11.6", "人民调解记录", "2份", "人民调解协议书",
        "人民调解回访记录", "卷宗情况说明", "当事人身份证明",
    ),
    "application": (
        "人民调解申请书", "申请人：姓名 田露纸", "性别 女", "民族 汉族", "年龄 61", "职业 退休",
        "被申请人：姓名 施雾笔", "303 室卫生间 10 月起渗水", "1．换掉漏水的管子。", "2．出钱修好吊顶和墙。",
        "自愿申请人民调解委员会进行调解", "申请人（签名、盖章或按指印）：", "2026年11月6日",
    ),
    "registration": (
        "人民调解受理登记表", "☑ ①当事人申请", "☐ ②人民调解委员会主动调解", "邻里纠纷", "一般",
        "（人民调解委员会印章）", "此表由人民调解委员会填写", "施雾笔　15400000077",
    ),
    "notice": (
        "权利义务告知书", "田露纸、施雾笔：", "调解不收任何费用", "选择或者接受人民调解员",
        "要求调解公开进行或者不公开进行", "如实陈述纠纷事实", "三十日内共同向人民法院申请司法确认",
        "被申请人（签名、盖章或按指印）：", "2026年11月9日",
    ),
    "inquiry": ("人民调解调查记录", "2026年11月12日 10时00分", "被调查人：田露纸", "墙皮起泡", "记录人（签名）："),
    "sitting": (
        "人民调解记录", "2026年11月15日 9时30分", "2026年11月20日 9时30分", "各自说了想法。", "谈妥了。",
        "☑ 达成协议", "☑ 约定再次调解", "人民调解员（签名）：",
    ),
    "agreement": (
        "人民调解协议书", "编号：(2026)云栖里人调字第012号", "水管老化", "1．施雾笔12月5日前", "3．田露纸不再追究。",
        "方式：当面付清", "地点：5号楼1单元203", "期限：2026年12月10日", "一式3份",
        "申请人（签名、盖章或按指印）：", "被申请人（签名、盖章或按指印）：", "（人民调解委员会印章）", "2026年11月20日",
    ),
    "oral": ("人民调解口头协议登记表", "水管老化", "2．吊顶和墙由施雾笔出钱修", "纪墨晴、谷听雨（签名）"),
    "follow_up": (
        "人民调解回访记录", "调解协议编号：(2026)云栖里人调字第012号", "回访事由：楼上漏水的事", "2026年12月17日",
        "协议履行：全部履行", "当事人满意程度：满意", "是否起诉及结果：没有",
    ),
    "account": ("卷宗情况说明", "两次调解后达成协议", "本卷共收文书材料"),
    "back": ("卷宗封底", "(2026)云栖里人调字第012号", "本卷页数"),
}  # fmt: skip
LEFT_OPEN = ("{{", "}}", "{%", "%}", "None", "[]")


@pytest.mark.parametrize("key", documents.WRITTEN_KEYS)
def test_a_document_says_what_its_case_says(key: str) -> None:
    made = fill(documents.official(key), documents.filled_with(QUARREL))
    said = words_of(made)
    for words in SAYS[key]:
        assert words in said, words
    for mark in LEFT_OPEN:
        assert mark not in said
    shown = reading.text_of(reading.blocks(made))
    for words in SAYS[key]:
        assert words in shown, words


@pytest.mark.parametrize("key", documents.WRITTEN_KEYS)
def test_a_document_of_an_empty_case_is_a_blank_form(key: str) -> None:
    empty = quarrel(
        number="", title="", summary="", requests=(), parties=(Party("p1", "applicant", ""),),
        mediators=(), registrar="", inquiries=(), sittings=(), agreement=None, follow_ups=(),
        applied_on=None, accepted_on=None, informed_on=None, closed_on=None, opened_on=None,
        ended="", kept="", remarks="", papers=(), level="",
    )  # fmt: skip
    said = words_of(fill(documents.official(key), documents.filled_with(empty)))
    for mark in LEFT_OPEN:
        assert mark not in said
    title = {"cover": "人民调解卷宗", "notice": "权利义务告知书"}.get(
        key, documents.BY_KEY[key].title
    )
    assert title in said


@pytest.mark.parametrize("key", documents.WRITTEN_KEYS)
def test_long_names_many_parties_and_odd_signs_stand_whole(key: str) -> None:
    long = "欧阳木棉花开满山坡的那一天晚上下了雨" * 3
    crowd = tuple(
        Party(f"p{n}", ("applicant", "respondent", "third")[n % 3], f"{long}{n}", address="楼" * 60)
        for n in range(24)
    )
    odd = "漏水 < 3 & 发霉 > 2 “引号” {{ 编号 }} {% if %}\x07\x0c\x00\n第二行"
    case = quarrel(
        parties=crowd, summary=odd, title=odd, remarks=odd,
        agreement=Agreement("written", odd, (odd,) * 30, odd, odd, odd, 25, date(2026, 11, 20)),
    )  # fmt: skip
    said = words_of(fill(documents.official(key), documents.filled_with(case)))
    if key in ("application", "registration", "notice", "agreement", "oral", "cover", "follow_up"):
        theirs = [one for one in crowd if key != "application" or one.side != "third"]
        assert all(one.name in said for one in theirs)
    if key in ("application", "registration", "account", "agreement"):
        assert "漏水 < 3 & 发霉 > 2" in said
        assert "{{ 编号 }} {% if %}" in said, "what somebody wrote is never read as a template"
        assert "第二行" in said
        assert not set("\x07\x0c\x00") & set(said)


def test_each_line_somebody_wrote_is_a_paragraph_set_like_the_first() -> None:
    told = quarrel(agreement=Agreement("written", facts="墙皮起泡。\n谁来修。\n楼上认了。"))
    made = fill(documents.official("agreement"), documents.filled_with(told))
    said = {"墙皮起泡。", "谁来修。", "楼上认了。"}
    found = [one for one in Document(io.BytesIO(made)).paragraphs if one.text in said]
    assert [one.text for one in found] == ["墙皮起泡。", "谁来修。", "楼上认了。"]
    assert len({one.paragraph_format.first_line_indent for one in found} - {None}) == 1


def test_a_property_of_a_paper_takes_several_lines_as_they_are() -> None:
    paper = Document(io.BytesIO(documents.official("back")))
    paper.core_properties.subject = "{{ 纠纷简要情况 }}"
    changed = io.BytesIO()
    paper.save(changed)
    made = fill(
        changed.getvalue(), {**documents.filled_with(QUARREL), "纠纷简要情况": "漏水\n吵架"}
    )
    assert Document(io.BytesIO(made)).core_properties.subject == "漏水\n吵架"


def test_every_place_of_the_templates_is_filled_by_the_facts() -> None:
    values = facts(QUARREL, (("a", "b", "c"),))
    assert set(values) == set(KNOWN)
    for name, inside in KNOWN.items():
        if inside is not None:
            assert values[name], name
            for line in values[name]:
                assert set(line) == set(inside), name


@pytest.mark.parametrize("key", documents.WRITTEN_KEYS)
def test_the_official_templates_are_made_by_the_script_beside_them(key: str) -> None:
    assert set(LAYOUTS) == set(documents.WRITTEN_KEYS)
    kept, fresh = (
        zipfile.ZipFile(io.BytesIO(one))
        for one in (documents.official(key), made_from(LAYOUTS[key]))
    )
    assert kept.read("word/document.xml") == fresh.read("word/document.xml")


@pytest.mark.parametrize("key", documents.WRITTEN_KEYS)
def test_a_document_is_a4_in_fonts_that_have_a_stand_in(key: str) -> None:
    paper = Document(io.BytesIO(documents.official(key)))
    sheet = paper.sections[0]
    assert (round(sheet.page_width or 0, -3), round(sheet.page_height or 0, -3)) == (
        round(Mm(210), -3),
        round(Mm(297), -3),
    )
    fonts = zipfile.ZipFile(io.BytesIO(documents.official(key))).read("word/fontTable.xml").decode()
    for name, stand_in in (("宋体", "SimSun"), ("仿宋", "FangSong")):
        assert f'w:name="{name}"><w:altName w:val="{stand_in}' in fonts


@pytest.mark.parametrize("key", documents.WRITTEN_KEYS)
def test_every_program_finds_the_columns_of_a_table_as_wide(key: str) -> None:
    for grid in Document(io.BytesIO(documents.official(key))).tables:
        named = [column.width for column in grid.columns]
        assert all([cell.width for cell in row.cells] == named for row in grid.rows)


def _states(**other: object) -> dict[str, str]:
    return {line.kind.key: line.state for line in documents.list_of(quarrel(**other))}


def test_the_file_list_says_what_is_there_what_is_missing_and_what_only_may_be_needed() -> None:
    states = _states()
    assert documents.missing(QUARREL) == []
    assert (states["oral"], states["authority"], states["receipt"]) == (
        ELSEWHERE,
        POSSIBLE,
        POSSIBLE,
    )
    assert states["cover"] == states["contents"] == states["back"] == states["agreement"] == THERE


@pytest.mark.parametrize(
    ("without", "title"),
    [
        ({"applied_on": None, "accepted_on": None}, "人民调解申请书"),
        ({"informed_on": None}, "权利义务告知书"),
        ({"papers": ("identity",)}, "当事人身份证明"),
        ({"sittings": ()}, "人民调解记录"),
        ({"agreement": None, "ended": ""}, "人民调解协议书"),
    ],
)
def test_each_required_paper_is_missed_by_its_name(without: dict[str, object], title: str) -> None:
    assert title in documents.missing(quarrel(**without))


def test_one_of_two_is_enough() -> None:
    assert _states(applied_on=None)["application"] == ELSEWHERE
    assert _states(accepted_on=None)["registration"] == ELSEWHERE
    oral = Agreement("oral", terms=("x",), signed_on=date(2026, 11, 20))
    assert (_states(agreement=oral)["agreement"], _states(agreement=oral)["oral"]) == (
        ELSEWHERE,
        THERE,
    )


def test_a_case_that_ended_without_an_agreement_needs_none() -> None:
    ended = quarrel(agreement=None, ended="调解不成，终止调解")
    assert documents.missing(ended) == []
    assert "人民调解协议书" not in [line[0] for line in documents.contents(ended)]


def test_what_is_only_a_draft_is_not_in_the_file() -> None:
    draft = Agreement("written", terms=("x",))
    assert _states(agreement=draft, ended="")["agreement"] == MISSING


def test_of_two_parties_each_brings_an_identity_paper() -> None:
    assert _states(papers=("identity",))["identity"] == MISSING
    assert _states(parties=(APPLICANT, RESPONDENT))["identity"] == THERE
