"""What stands on each official paper, top to bottom."""

from __future__ import annotations

from collections.abc import Callable

from docx.document import Document as Paper
from docx.shared import Mm

from server.case_files.templates.make import (
    CENTRE,
    DATE,
    RIGHT,
    SIGN,
    form,
    head,
    line,
    many,
    number,
    people,
    sign,
    table,
    title,
)

_ITEM = "{{ loop.index }}．{{ 项.内容 }}"
_ALL = "{% for 人 in 当事人 %}{{ 人.身份 }}　{{ 人.姓名 }}　{{ 人.联系方式 }}　{{ 人.住址 }}{% if not loop.last %}；{% endif %}{% endfor %}"
_TERMS = "{% for 项 in 协议内容 %}{{ loop.index }}．{{ 项.内容 }}　{% endfor %}"


def application(made: Paper) -> None:
    title(made, "人民调解申请书")
    head(made, "当事人")
    people(made, "人", "申请人")
    people(made, "人", "被申请人")
    head(made, "纠纷简要情况")
    line(made, "{{ 纠纷简要情况 }}", indent=True)
    head(made, "当事人申请事项")
    many(made, "项", "申请事项", _ITEM)
    line(
        made,
        "人民调解委员会已将申请人民调解的相关规定告知我，现自愿申请人民调解委员会进行调解。",
        indent=True,
        before=10,
    )
    sign(made, f"申请人{SIGN}：")
    line(made, "{{ 申请日期 }}", align=RIGHT, before=14)


def registration(made: Paper) -> None:
    title(made, "人民调解受理登记表")
    number(made)
    form(
        made,
        ("时　间", "{{ 受理日期 }}", 11),
        ("双方当事人", _ALL, 24),
        ("纠纷类型", "{{ 纠纷类型 }}　　等级：{{ 纠纷等级 }}", 11),
        (
            "案件来源",
            "{{ 来源一 }} ①当事人申请\n{{ 来源二 }} ②人民调解委员会主动调解\n{{ 来源三 }} ③委托移送",
            24,
        ),
        ("纠纷简要情况", "{{ 纠纷简要情况 }}", 50),
        ("当事人", f"{SIGN}\n\n\n{DATE}", 34),
        ("登记人", "{{ 登记人 }}（签名）\n\n" + DATE, 26),
        ("备　注", "", 14),
    )
    line(made, "（人民调解委员会印章）", align=RIGHT, before=14)
    line(made, "此表由人民调解委员会填写。", size=12, before=6)


def notice(made: Paper) -> None:
    title(made, "人民调解当事人权利义务告知书")
    number(made)
    for text in (
        "{{ 当事人姓名 }}：",
        "{{ 委员会 }}现将人民调解的性质、原则、效力和你们的权利义务告知如下：",
    ):
        line(made, text, indent=text.startswith("{{ 委"), before=4)
    head(made, "一、性质和原则")
    for text in (
        "人民调解委员会是依法设立的调解民间纠纷的群众性组织。调解不收任何费用。",
        "调解在当事人自愿、平等的基础上进行，不违背法律、法规和国家政策，不因调解而阻止当事人依法通过仲裁、行政、司法等途径维护自己的权利。",
    ):
        line(made, text, indent=True)
    head(made, "二、当事人的权利")
    for text in (
        "1．选择或者接受人民调解员；",
        "2．接受调解、拒绝调解或者要求终止调解；",
        "3．要求调解公开进行或者不公开进行；",
        "4．自主表达意愿、自愿达成调解协议。",
    ):
        line(made, text, indent=True)
    head(made, "三、当事人的义务")
    for text in (
        "1．如实陈述纠纷事实；",
        "2．遵守调解现场秩序，尊重人民调解员；",
        "3．尊重对方当事人行使权利。",
    ):
        line(made, text, indent=True)
    head(made, "四、协议的效力")
    for text in (
        "经调解达成的调解协议具有法律约束力，当事人应当按照约定履行。",
        "当事人认为有必要的，可以自调解协议生效之日起三十日内共同向人民法院申请司法确认。调解不成的，可以依法通过仲裁、行政、司法等途径维护自己的权利。",
    ):
        line(made, text, indent=True)
    line(made, "以上内容已告知我，我已清楚。", indent=True, before=8)
    sign(made, f"申请人{SIGN}：", f"被申请人{SIGN}：", "告知人（签名）：")
    line(made, "{{ 告知日期 }}", align=RIGHT, before=14)


def inquiry(made: Paper) -> None:
    line(made, "{%p for 次 in 调查 %}")
    title(made, "人民调解调查记录", fresh_page=True)
    line(made, "时间：{{ 次.时间 }}", before=8)
    line(made, "地点：{{ 次.地点 }}")
    line(made, "参加人：{{ 次.参加人 }}")
    line(made, "被调查人：{{ 次.被调查人 }}")
    head(made, "记录")
    line(made, "{{ 次.记录 }}", indent=True)
    sign(made, f"被调查人{SIGN}：", "调查人（签名）：", "记录人（签名）：")
    line(made, "{%p endfor %}")


def sitting(made: Paper) -> None:
    line(made, "{%p for 次 in 调解 %}")
    title(made, "人民调解记录", fresh_page=True)
    number(made)
    line(made, "时间：{{ 次.时间 }}", before=4)
    line(made, "地点：{{ 次.地点 }}")
    line(made, "当事人：{{ 当事人姓名 }}")
    line(made, "参加人：{{ 次.参加人 }}")
    line(
        made,
        "人民调解委员会已将人民调解的相关规定告知各方当事人。{{ 次.告知事项 }}",
        indent=True,
        before=4,
    )
    head(made, "调解记录")
    line(made, "{{ 次.经过 }}", indent=True)
    head(made, "调解结果")
    line(
        made,
        "{{ 次.达成 }} 达成协议　　{{ 次.未达成 }} 未达成协议　　{{ 次.再调 }} 约定再次调解",
        indent=True,
    )
    sign(made, f"当事人{SIGN}：", "参加人（签名）：", "人民调解员（签名）：", "记录人（签名）：")
    line(made, DATE, align=RIGHT, before=14)
    line(made, "{%p endfor %}")


def agreement(made: Paper) -> None:
    title(made, "人民调解协议书")
    number(made)
    people(made, "人", "当事人")
    head(made, "纠纷的主要事实、争议事项")
    line(made, "{{ 事实与争议 }}", indent=True)
    line(made, "经调解，自愿达成如下协议：", bold=True, before=8)
    many(made, "项", "协议内容", _ITEM)
    head(made, "履行协议的方式、地点、期限")
    line(made, "方式：{{ 履行方式 }}　地点：{{ 履行地点 }}　期限：{{ 履行期限 }}", indent=True)
    line(
        made,
        "本协议一式{{ 份数 }}份，当事人、人民调解委员会各持一份。",
        indent=True,
        before=8,
    )
    line(made, "{%p for 人 in 当事人 %}")
    line(made, "{{ 人.身份 }}（签名、盖章或按指印）：", before=22)
    line(made, "{%p endfor %}")
    sign(made, "人民调解员（签名）：", "记录人（签名）：", seal=True)
    line(made, "{{ 协议日期 }}", align=RIGHT, before=10)


def oral(made: Paper) -> None:
    title(made, "人民调解口头协议登记表")
    number(made)
    form(
        made,
        ("当事人", _ALL, 30),
        ("主要事实、\n争议事项".replace("\n", ""), "{{ 事实与争议 }}", 52),
        ("协议内容", _TERMS, 62),
        (
            "履行方式、\n期限".replace("\n", ""),
            "{{ 履行方式 }}　{{ 履行地点 }}　{{ 履行期限 }}",
            22,
        ),
        ("人民调解员", "{{ 调解员 }}（签名）\n\n{{ 协议日期 }}", 26),
    )
    line(made, "（人民调解委员会印章）", align=RIGHT, before=16)


def follow_up(made: Paper) -> None:
    line(made, "{%p for 次 in 回访 %}")
    title(made, "人民调解回访记录", fresh_page=True)
    line(made, "当事人：{{ 当事人姓名 }}", before=10)
    line(made, "调解协议编号：{{ 编号 }}")
    line(made, "回访事由：{{ 次.事由 }}")
    line(made, "回访时间：{{ 次.时间 }}")
    head(made, "回访情况")
    line(made, "协议履行：{{ 次.履行情况 }}", indent=True)
    line(made, "当事人满意程度：{{ 次.满意程度 }}", indent=True)
    line(made, "有无激化或遗留隐患：{{ 次.激化隐患 }}", indent=True)
    line(made, "采取的措施：{{ 次.措施 }}", indent=True)
    line(made, "是否起诉及结果：{{ 次.起诉 }}", indent=True)
    sign(made, f"被回访人{SIGN}：", "回访人（签名）：{{ 次.回访人 }}")
    line(made, DATE, align=RIGHT, before=14)
    line(made, "{%p endfor %}")


def cover(made: Paper) -> None:
    line(made, "{{ 委员会 }}", align=CENTRE, size=20, face="宋体", before=40)
    line(made, "人民调解卷宗", align=CENTRE, size=34, bold=True, face="宋体", before=24)
    made.core_properties.title = "卷宗封面"
    line(made, "", before=20)
    form(
        made,
        ("年　度", "{{ 年度 }}", 13),
        ("卷　号", "{{ 编号 }}", 13),
        ("卷　名", "{{ 案名 }}", 18),
        ("案　由", "{{ 纠纷类型 }}", 13),
        ("当事人", "{{ 当事人姓名 }}", 22),
        ("人民调解员", "{{ 调解员 }}", 14),
        ("受理日期", "{{ 受理日期 }}", 13),
        ("结案日期", "{{ 结案日期 }}", 13),
        ("结案方式", "{{ 结案方式 }}", 13),
        ("立卷人", "", 13),
        ("立卷日期", DATE, 13),
        ("保管期限", "{{ 保管期限 }}", 13),
    )


def contents(made: Paper) -> None:
    title(made, "卷宗目录")
    number(made)
    widths = (16.0, 68.0, 34.0, 18.0, 20.0)
    grid = table(made, widths, 4)
    for cell, name in zip(
        grid.rows[0].cells, ("序号", "文件名称", "日　期", "页次", "备注"), strict=True
    ):
        line(cell, name, align=CENTRE, size=14, bold=True, first=True)
    line(grid.rows[1].cells[0], "{%tr for 份 in 目录 %}", first=True)
    row = ("{{ loop.index }}", "{{ 份.文书 }}", "{{ 份.日期 }}", "", "{{ 份.备注 }}")
    grid.rows[2].height = Mm(11)
    for place, (cell, text) in enumerate(zip(grid.rows[2].cells, row, strict=True)):
        line(cell, text, align=CENTRE if place != 1 else 0, size=14, first=True)  # type: ignore[arg-type]  # 0 is left
    line(grid.rows[3].cells[0], "{%tr endfor %}", first=True)


def account(made: Paper) -> None:
    title(made, "卷宗情况说明")
    number(made)
    line(made, "{{ 情况说明 }}", indent=True, before=10)
    line(made, "本卷共收文书材料 {{ 文书份数 }} 种，以目录为准。", indent=True, before=10)
    sign(made, "立卷人（签名）：", "检查人（签名）：")
    line(made, DATE, align=RIGHT, before=14)


def back(made: Paper) -> None:
    title(made, "卷宗封底")
    form(
        made,
        ("卷　号", "{{ 编号 }}", 16),
        ("本卷页数", "共　　　　页", 16),
        ("立卷人", f"（签名）\n\n{DATE}", 34),
        ("检查人", f"（签名）\n\n{DATE}", 34),
        ("归档日期", DATE, 16),
        ("备　注", "", 40),
    )


LAYOUTS: dict[str, Callable[[Paper], None]] = {
    one.__name__: one
    for one in (
        cover, contents, application, registration, notice, inquiry, sitting, agreement, oral,
        follow_up, account, back,
    )
}  # fmt: skip
