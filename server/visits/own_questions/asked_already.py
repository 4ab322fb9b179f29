"""Questions that ask what the visit or the register knows already (product.md: no question asked twice)."""

from __future__ import annotations

from server.visits import definitions
from server.visits.questions import Form, Head, Question, Words

REGISTER: dict[str, Words] = {
    "身份证": Words("身份证号", "ID number"),
    "姓名": Words("姓名", "Name"),
    "叫什么": Words("姓名", "Name"),
    "出生": Words("出生日期", "Date of birth"),
    "多大岁数": Words("出生日期", "Date of birth"),
    "年龄": Words("出生日期", "Date of birth"),
    "性别": Words("性别", "Sex"),
    "住址": Words("住址", "Address"),
    "手机号": Words("电话", "Phone"),
    "电话号": Words("电话", "Phone"),
    "联系电话": Words("电话", "Phone"),
}
FORM: dict[str, tuple[Form, str]] = {
    "燃气": (definitions.F1, "hazards"),
    "煤气": (definitions.F1, "hazards"),
    "用电": (definitions.F1, "hazards"),
    "隐患": (definitions.F1, "hazards"),
    "政策": (definitions.F1, "policies_told"),
    "什么帮助": (definitions.F1, "needs"),
    "什么需要": (definitions.F1, "needs"),
    "什么困难": (definitions.F1, "needs"),
    "下次": (definitions.F1, "next_action"),
    "身体": (definitions.F2, "health"),
    "健康": (definitions.F2, "health"),
    "心情": (definitions.F2, "mind"),
    "精神": (definitions.F2, "mind"),
    "卫生": (definitions.F2, "hygiene"),
    "儿女": (definitions.F2, "supporter_contact"),
    "子女": (definitions.F2, "supporter_contact"),
    "呼叫器": (definitions.F2, "device_ok"),
    "上学": (definitions.F2C, "school"),
}
"""A word in a label that gives it away, and the question that asks this."""


def asked(form: Form, name: str) -> Head | Question:
    """The head or question of this name. Raises StopIteration when the form has none."""
    either: tuple[Head | Question, ...] = (*form.heads, *form.questions)
    return next(one for one in either if one.id == name)


def known(label: str) -> tuple[str, Words] | None:
    """The note to make of a label (a code of problems.py), and what it is about."""
    for word, what in REGISTER.items():
        if word in label:
            return "known_already", what
    for word, (form, name) in FORM.items():
        if word in label:
            return "asked_already", asked(form, name).words
    return None
