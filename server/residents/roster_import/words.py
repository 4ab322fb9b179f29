"""The words of a roster's closed columns: relation, sex, care categories, what a remark says."""

from __future__ import annotations

import re

from server.residents.care_categories import BY_WORD, SYNONYMS

from . import text as cells

RELATIONS: dict[str, str] = {
    "户主": "head",
    "本人": "head",
    "本人或户主": "head",
    "配偶": "spouse",
    "妻": "spouse",
    "妻子": "spouse",
    "丈夫": "spouse",
    "夫": "spouse",
    "儿子": "son",
    "子": "son",
    "长子": "son",
    "次子": "son",
    "三子": "son",
    "四子": "son",
    "五子": "son",
    "独生子": "son",
    "养子": "son",
    "继子": "son",
    "女儿": "daughter",
    "女": "daughter",
    "长女": "daughter",
    "次女": "daughter",
    "二女": "daughter",
    "三女": "daughter",
    "四女": "daughter",
    "独生女": "daughter",
    "养女": "daughter",
    "继女": "daughter",
    "儿媳": "daughter_in_law",
    "儿媳妇": "daughter_in_law",
    "媳": "daughter_in_law",
    "女婿": "son_in_law",
    "父亲": "father",
    "父": "father",
    "母亲": "mother",
    "母": "mother",
    "孙子": "grandson",
    "孙": "grandson",
    "长孙": "grandson",
    "外孙": "grandson",
    "外孙子": "grandson",
    "孙女": "granddaughter",
    "外孙女": "granddaughter",
    "其他亲属": "other_relative",
    "其他": "other_relative",
    "其它": "other_relative",
    "亲属": "other_relative",
    "公公": "other_relative",
    "婆婆": "other_relative",
    "岳父": "other_relative",
    "岳母": "other_relative",
    "公婆": "other_relative",
    "祖父": "other_relative",
    "祖母": "other_relative",
    "爷爷": "other_relative",
    "奶奶": "other_relative",
    "外祖父": "other_relative",
    "外祖母": "other_relative",
    "曾孙": "other_relative",
    "曾孙女": "other_relative",
    "哥哥": "other_relative",
    "弟弟": "other_relative",
    "姐姐": "other_relative",
    "妹妹": "other_relative",
    "兄": "other_relative",
    "弟": "other_relative",
    "姐": "other_relative",
    "妹": "other_relative",
    "兄弟": "other_relative",
    "姐妹": "other_relative",
    "侄子": "other_relative",
    "侄女": "other_relative",
    "外甥": "other_relative",
    "外甥女": "other_relative",
    "非亲属": "other_relative",
    "保姆": "other_relative",
    "租户": "tenant",
    "租客": "tenant",
    "房客": "tenant",
    "承租人": "tenant",
    "租住": "tenant",
}

SEXES: dict[str, str] = {
    "男": "male",
    "男性": "male",
    "M": "male",
    "m": "male",
    "1": "male",
    "女": "female",
    "女性": "female",
    "F": "female",
    "f": "female",
    "2": "female",
}

CATEGORY_SEPARATORS = re.compile(r"[、,，;；/|\n\r\s\u3000]+")
CLAUSES = re.compile(r"[，,。；;、\s\u3000()（）]+")
WHEN = r"(?:(?:已|已经|于|在|今年|去年|本人|(?:19|20)?[0-9]{2}年|[0-9]{1,2}月份?|[0-9]{1,2}[日号]|[0-9]{4}[-./][0-9]{1,2}(?:[-./][0-9]{1,2})?|底|初|因病)*)"
DECEASED = re.compile(
    WHEN + r"(?:去世|死亡|病故|亡故|身故|离世|过世|逝世|已故|亡|注销户口|死亡注销).{0,12}"
)
MOVED_OUT = re.compile(
    WHEN
    + r"(?:全家|整户|户口)?"
    + WHEN
    + r"(?:迁出|迁走|搬走|搬离|搬出|迁往|搬到|户口迁出|搬家).{0,12}"
)
VACANT = re.compile(r"(?:^|[，,。；;、\s])(?:空置|空房|空户|空关|无人居住|无人住|没人住)")
NONE_OF_THEM = frozenset(
    {"无", "否", "/", "-", "—", "普通居民", "普通", "一般", "一般户", "一般群众", "正常", "群众"}
)


def categories_in(raw: str) -> tuple[list[str], bool, list[str]]:
    """Identifiers in the order written, whether an old word was replaced, and the words not known."""
    found: list[str] = []
    replaced = False
    unknown: list[str] = []
    for word in CATEGORY_SEPARATORS.split(raw):
        if not word or word in NONE_OF_THEM:
            continue
        category = BY_WORD.get(word)
        if category is None:
            category = SYNONYMS.get(cells.normal(word))
            replaced = replaced or category is not None
        if category is None:
            unknown.append(word)
        elif category not in found:
            found.append(category)
    return found, replaced, unknown


def status_in(remark: str) -> str | None:
    """``deceased`` or ``moved_out`` when a clause of the remark says it of this person, not of a relative."""
    plain = cells.narrow(remark)
    for clause in CLAUSES.split(plain):
        if DECEASED.fullmatch(clause):
            return "deceased"
        if MOVED_OUT.fullmatch(clause):
            return "moved_out"
    return None
