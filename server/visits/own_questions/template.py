"""A workbook to begin with: three questions that work, and a sheet that says what each column is for."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

NAME = "社区的问题-样表.xlsx"
ZH, EN = "中文 (zh)", "English (en)"
SURVEY: tuple[tuple[str, ...], ...] = (
    (
        "type", "name", f"label::{ZH}", f"label::{EN}", f"hint::{ZH}", f"hint::{EN}", "required",
        "relevant", "constraint", f"constraint_message::{ZH}", f"constraint_message::{EN}", "calculation",
    ),
    ("begin_group", "winter", "过冬", "Winter"),
    ("select_one heating", "heating", "冬天用什么取暖？", "How is the home heated?", "", "", "yes"),
    (
        "integer", "coal_days", "存煤还能烧多少天？", "For how many days is there coal?", "估个数就行", "A guess will do", "",
        "${heating} = 'coal'", ". >= 0 and . <= 200", "天数填 0 到 200", "From 0 to 200 days",
    ),
    (
        "calculate", "coal_weeks", "", "", "", "", "", "", "", "", "", "${coal_days} div 7",
    ),
    ("note", "coal_note", "够烧 ${coal_weeks} 周", "Enough for ${coal_weeks} weeks", "", "", "", "${coal_days} > 0"),
    ("end_group",),
    ("select_multiple joining", "joining", "社区的活动想参加哪些？", "Which activities would they join?", "可以选几样", "Several may be chosen"),
    ("text", "words", "还有什么话要带给居委会？", "Anything to pass on to the committee?", "照原话写", "In their own words"),
)  # fmt: skip
CHOICES: tuple[tuple[str, ...], ...] = (
    ("list_name", "name", f"label::{ZH}", f"label::{EN}"),
    ("heating", "central", "集中供热", "District heating"),
    ("heating", "coal", "烧煤", "Coal"),
    ("heating", "other", "别的办法", "Something else"),
    ("joining", "opera", "听戏", "Opera"),
    ("joining", "chess", "下棋", "Chess"),
    ("joining", "walking", "一起走走", "Walking together"),
    ("joining", "none", "不想参加", "None of them"),
)
SETTINGS = (("form_title",), ("过冬和活动",))
TOLD: tuple[tuple[str, str], ...] = (
    ("怎么用", ""),
    ("1", "先看 survey 表：一行一道题。把样题改成自己要问的，不要的整行删掉。"),
    ("2", "单选、多选的选项写在 choices 表，用 list_name 和题目对上。"),
    ("3", "settings 表的 form_title 是这组题的名字，志愿者看得到。"),
    ("4", "存好，在“社区的问题”页上传。哪一格要改，页面会说清楚；看过再启用。"),
    ("survey 表的列", ""),
    ("type", "题型，见下面。"),
    ("name", "题目的代号：英文字母开头，只用字母、数字和下划线，不能重复。志愿者看不到。"),
    (f"label::{ZH}", "问法，中文，必须有。照着能念出口。"),
    (f"label::{EN}", "问法，英文，可以空着。"),
    ("hint::…", "题目下面的小字说明，可以空着。"),
    ("required", "必答写 yes，不必答空着。必答最多 3 道。"),
    ("relevant", "什么时候才问。例：${heating} = 'coal'，选了烧煤才问。"),
    ("constraint", "什么样的答案算数，点号代表这道题的答案。例：. >= 0 and . <= 200。"),
    ("constraint_message::…", "答案不合时给志愿者看的一句话。"),
    ("calculation", "只给 calculate 用，写怎么算。例：${coal_days} div 7。"),
    ("题型 type", ""),
    ("text", "文字"),
    ("integer", "整数"),
    ("decimal", "小数"),
    ("date", "日期"),
    ("select_one 选项名", "单选"),
    ("select_multiple 选项名", "多选"),
    ("note", "一句说明，不用答"),
    ("calculate", "自己算出来的数"),
    ("begin_group / end_group", "把几道题放在一个标题下，有开头就要有结尾"),
    ("请留意", ""),
    ("不收", "照片、录音、位置、重复组。儿童走访不问这些题。"),
    ("别再问", "姓名、证件号、电话、身体、燃气这些，花名册和走访表里已经有了。"),
    ("这张“说明”", "上传时不读，可以留着。"),
)  # fmt: skip


def build() -> bytes:
    """The workbook; every cell is text, so that no condition is taken for a formula."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "bg_color": "#EEF3EF", "border": 1})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        _told(book, head, text)
        for name, rows, widths in (
            ("survey", SURVEY, (24, 14, 30, 34, 18, 22, 10, 24, 24, 24, 24, 20)),
            ("choices", CHOICES, (16, 16, 24, 28)),
            ("settings", SETTINGS, (24,)),
        ):
            _sheet(book.add_worksheet(name), rows, widths, head, text)
    return buffer.getvalue()


def _sheet(
    page: Any, rows: Sequence[Sequence[str]], widths: Sequence[int], head: Any, text: Any
) -> None:
    for place, width in enumerate(widths):
        page.set_column(place, place, width, text)
    for line, row in enumerate(rows):
        for place, said in enumerate(row):
            if said:
                page.write_string(line, place, said, text if line else head)
    page.freeze_panes(1, 0)


def _told(book: Any, head: Any, text: Any) -> None:
    page = book.add_worksheet("说明")
    page.set_column(0, 0, 26)
    page.set_column(1, 1, 76)
    for line, (what, words) in enumerate(TOLD):
        page.write_string(line, 0, what, text if words else head)
        page.write_string(line, 1, words, text if words else head)
