"""What can be wrong with a sheet of questions: a closed list, each a sentence that says where and what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

STOPS: dict[str, tuple[str, str]] = {
    "no_survey": (
        "没有找到 survey 工作表。XLSForm 的问题写在名叫 survey 的表里。",
        "There is no sheet called survey. An XLSForm keeps its questions there.",
    ),
    "no_column": (
        "缺少“{about}”这一列。",
        "The column “{about}” is missing.",
    ),
    "no_questions": (
        "表里一个问题也没有。",
        "There is no question in the sheet.",
    ),
    "too_many": (
        "最多 {about} 行。走访是去看人，不是去填表，请删掉一些。",
        "At most {about} rows. A visit is for people, not for a form; please take some out.",
    ),
    "type_missing": (
        "这一行没有写类型（type）。",
        "This row has no type.",
    ),
    "type_repeat": (
        "不支持重复组（{about}）：走访只问一遍。",
        "Repeats ({about}) are not taken: a visit asks once.",
    ),
    "type_place": (
        "不收位置（{about}）：走访不记行踪。",
        "Positions ({about}) are not taken: a visit keeps no track of anybody.",
    ),
    "type_media": (
        "不收“{about}”：照片用走访自己的“拍照”，其他文件不收。",
        "“{about}” is not taken: photos are taken with the visit's own camera button.",
    ),
    "type_known": (
        "“{about}”不用问：时间、填表人、手机，走访里已经有了。",
        "“{about}” need not be asked: the visit already holds the time, the person and the phone.",
    ),
    "type_unknown": (
        "不支持“{about}”这种类型。可以用：text、integer、decimal、date、select_one、select_multiple、note、calculate、begin_group。",
        "The type “{about}” is not taken. Use text, integer, decimal, date, select_one, select_multiple, note, calculate or begin_group.",
    ),
    "or_other": (
        "不支持 or_other。请在选项里加一个“其他”，再加一道 text 题。",
        "or_other is not taken. Add a choice “Other” and a text question.",
    ),
    "name_missing": (
        "这一行没有名字（name）。",
        "This row has no name.",
    ),
    "name_wrong": (
        "名字“{about}”要用英文字母开头，只含字母、数字和下划线，最多 40 个字。",
        "The name “{about}” must begin with a letter and hold only letters, digits and underscores, at most 40.",
    ),
    "name_twice": (
        "名字“{about}”用了两次。",
        "The name “{about}” is used twice.",
    ),
    "label_missing": (
        "“{about}”没有中文的问法（label::中文）。",
        "“{about}” has no Chinese label (label::中文).",
    ),
    "label_long": (
        "这一格太长，最多 {about} 个字。",
        "This cell is too long, at most {about} characters.",
    ),
    "list_missing": (
        "没有写用哪一组选项，例如 select_one 有无。",
        "The list of choices is not named, for example select_one yes_no.",
    ),
    "list_unknown": (
        "choices 表里没有“{about}”这一组选项。",
        "There is no list “{about}” in the sheet choices.",
    ),
    "list_long": (
        "这一组选项太多，最多 {about} 个。",
        "This list of choices is too long, at most {about}.",
    ),
    "group_open": (
        "这个组没有收尾（end_group）。",
        "This group has no end_group.",
    ),
    "group_close": (
        "多了一个 end_group。",
        "There is one end_group too many.",
    ),
    "required_wrong": (
        "required 只填 yes 或留空。",
        "Write yes in required or leave it empty.",
    ),
    "required_never": (
        "说明、计算和组不能设成必填。",
        "A note, a calculation or a group cannot be required.",
    ),
    "column_unsupported": (
        "不支持“{about}”这一列，请清空这一格。",
        "The column “{about}” is not taken; please empty this cell.",
    ),
    "calculation_missing": (
        "calculate 这一行要写 calculation。",
        "A calculate row needs a calculation.",
    ),
    "logic_broken": (
        "条件写得不完整或写错了：{about}",
        "This expression is incomplete or wrong: {about}",
    ),
    "logic_function": (
        "不认识“{about}”这个函数。",
        "The function “{about}” is not known.",
    ),
    "logic_path": (
        "这里不能写“{about}”。引用别的题请用 ${{名字}}，文字请加引号。",
        "“{about}” cannot stand here. Refer to questions as ${{name}} and put text in quotes.",
    ),
    "logic_own_answer": (
        "只有 constraint 里能用“.”指这道题自己。",
        "Only a constraint may speak of its own answer as “.”.",
    ),
    "logic_too_long": (
        "这个条件太长，请拆开或写短。",
        "This expression is too long; please shorten it.",
    ),
    "logic_name": (
        "表里没有叫“{about}”的题。",
        "There is no question called “{about}”.",
    ),
    "logic_circle": (
        "几道题互相等着对方：{about}",
        "These questions wait for each other: {about}",
    ),
    "refused": (
        "这份表没有通过检查：{about}",
        "The sheet did not pass the check: {about}",
    ),
}
NOTES: dict[str, tuple[str, str]] = {
    "english_missing": (
        "“{about}”没有英文问法，英文界面会显示中文。",
        "“{about}” has no English label; the English screen will show the Chinese one.",
    ),
    "asked_already": (
        "走访表里已经问了“{about}”，同一件事不要问两遍。",
        "The visit already asks “{about}”. Nothing should be asked twice.",
    ),
    "known_already": (
        "“{about}”花名册里已经有了，不用再问。",
        "“{about}” is already in the register and need not be asked.",
    ),
    "column_ignored": (
        "“{about}”这一列用不上，没有读。",
        "The column “{about}” has no use here and was not read.",
    ),
    "formula_value": (
        "这一格是公式，没有重算，用的是文件里存的结果。",
        "This cell holds a formula; it was not computed, its stored value was used.",
    ),
}


@dataclass(frozen=True)
class Problem:
    """One thing to say about one cell; ``grave`` ones stop the sheet. Rows count as the spreadsheet counts."""

    code: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    about: str = ""

    @property
    def grave(self) -> bool:
        return self.code in STOPS

    def as_json(self) -> dict[str, Any]:
        """With its sentences."""
        zh, en = (STOPS | NOTES)[self.code]
        return {
            **asdict(self),
            "grave": self.grave,
            "zh": zh.format(about=self.about),
            "en": en.format(about=self.about),
        }
