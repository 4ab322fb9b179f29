"""Care categories of the field: identifier, form word, sensitivity 0-3, and the words people still use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CareCategory:
    id: str
    zh: str
    en: str
    sensitivity: int
    """0 ordinary, 1 confidential by policy, 2 sensitive personal information, 3 restricted."""


CATEGORIES: tuple[CareCategory, ...] = (
    CareCategory("dibao", "低保对象", "minimum living allowance", 1),
    CareCategory("dibao_margin", "低保边缘家庭", "borderline low-income family", 1),
    CareCategory("rigid_expense", "刚性支出困难家庭", "heavy unavoidable spending", 1),
    CareCategory("low_income", "低收入人口", "low income", 1),
    CareCategory("tekun", "特困人员", "destitute, on state support", 1),
    CareCategory("returned_to_poverty", "返贫致贫人口", "returned to poverty", 1),
    CareCategory("poverty_monitored", "防止返贫监测对象", "monitored against poverty", 1),
    CareCategory("empty_nest_elder", "空巢老人", "empty-nest elder", 1),
    CareCategory("living_alone_elder", "独居老人", "elder living alone", 1),
    CareCategory("left_behind_elder", "农村留守老人", "left-behind elder", 1),
    CareCategory("left_behind_woman", "农村留守妇女", "left-behind woman", 1),
    CareCategory("left_behind_child", "农村留守儿童", "left-behind child", 2),
    CareCategory("incapacitated_elder", "失能老人", "elder unable to care for themselves", 2),
    CareCategory("bereaved_family", "计划生育特殊家庭", "bereaved one-child family", 1),
    CareCategory("child_in_difficulty", "困境儿童", "child in difficulty", 2),
    CareCategory("orphan", "孤儿", "orphan", 2),
    CareCategory("unattended_child", "事实无人抚养儿童", "de facto unattended child", 2),
    CareCategory("disabled", "残疾人", "disabled person", 2),
    CareCategory("severely_disabled", "重度残疾人", "severely disabled person", 2),
    CareCategory("mental_disorder", "精神障碍患者", "mental disorder", 3),
    CareCategory("community_correction", "社区矫正对象", "community correction", 3),
    CareCategory("drug_rehab", "社区戒毒人员", "drug rehabilitation", 3),
    CareCategory("released_prisoner", "刑满释放人员", "released prisoner", 3),
    CareCategory("relocated_household", "易地扶贫搬迁安置户", "relocated household", 0),
    CareCategory("floating", "流动人口", "floating population", 0),
    CareCategory("veteran", "退役军人", "veteran", 0),
)

BY_ID = {category.id: category for category in CATEGORIES}
BY_WORD = {category.zh: category.id for category in CATEGORIES}
RESTRICTED = frozenset(category.id for category in CATEGORIES if category.sensitivity == 3)
HELPED_BY_OFFICES = frozenset({"community_correction", "drug_rehab", "released_prisoner"})
"""Another office looks after them; a committee helps when asked, and keeps nothing but that (矫正 12, 禁毒 34)."""
ELDERS = frozenset(
    {"empty_nest_elder", "living_alone_elder", "left_behind_elder", "incapacitated_elder"}
)

CHILDREN = frozenset({"left_behind_child", "child_in_difficulty", "orphan", "unattended_child"})
"""Somebody cared for as one of these is a child, also where no birthday is written down."""

GRID_SEES = frozenset(
    {
        "dibao",
        "dibao_margin",
        "tekun",
        "empty_nest_elder",
        "living_alone_elder",
        "left_behind_elder",
        "left_behind_woman",
        "incapacitated_elder",
        "disabled",
        "severely_disabled",
        "relocated_household",
        "floating",
        "veteran",
    }
)
"""What the grid worker of a grid may know of a person; children's categories are the children's director's."""

SYNONYMS: dict[str, str] = {
    "五保": "tekun",
    "五保户": "tekun",
    "五保对象": "tekun",
    "五保老人": "tekun",
    "三无人员": "tekun",
    "特困": "tekun",
    "特困户": "tekun",
    "特困供养": "tekun",
    "特困供养人员": "tekun",
    "分散供养特困人员": "tekun",
    "集中供养特困人员": "tekun",
    "低保": "dibao",
    "低保户": "dibao",
    "低保人员": "dibao",
    "低保家庭": "dibao",
    "低保边缘": "dibao_margin",
    "低保边缘户": "dibao_margin",
    "低保边缘对象": "dibao_margin",
    "刚性支出": "rigid_expense",
    "刚性支出困难户": "rigid_expense",
    "低收入": "low_income",
    "低收入家庭": "low_income",
    "农村低收入人口": "low_income",
    "返贫": "returned_to_poverty",
    "返贫户": "returned_to_poverty",
    "监测户": "poverty_monitored",
    "监测对象": "poverty_monitored",
    "脱贫不稳定户": "poverty_monitored",
    "边缘易致贫户": "poverty_monitored",
    "突发严重困难户": "poverty_monitored",
    "空巢": "empty_nest_elder",
    "空巢户": "empty_nest_elder",
    "空巢家庭": "empty_nest_elder",
    "独居": "living_alone_elder",
    "孤寡": "living_alone_elder",
    "孤寡老人": "living_alone_elder",
    "孤老": "living_alone_elder",
    "留守老人": "left_behind_elder",
    "留守妇女": "left_behind_woman",
    "留守儿童": "left_behind_child",
    "失能": "incapacitated_elder",
    "失智老人": "incapacitated_elder",
    "失能失智老人": "incapacitated_elder",
    "失能(失智)老人": "incapacitated_elder",
    "半失能老人": "incapacitated_elder",
    "失独": "bereaved_family",
    "失独家庭": "bereaved_family",
    "失独老人": "bereaved_family",
    "计生特殊家庭": "bereaved_family",
    "困境": "child_in_difficulty",
    "困难儿童": "child_in_difficulty",
    "事实孤儿": "unattended_child",
    "残疾": "disabled",
    "残疾人员": "disabled",
    "持证残疾人": "disabled",
    "残疾(三级)": "disabled",
    "残疾(四级)": "disabled",
    "三级残疾": "disabled",
    "四级残疾": "disabled",
    "残疾(一级)": "severely_disabled",
    "残疾(二级)": "severely_disabled",
    "一级残疾": "severely_disabled",
    "二级残疾": "severely_disabled",
    "残疾一级": "severely_disabled",
    "残疾二级": "severely_disabled",
    "重残": "severely_disabled",
    "重度残疾": "severely_disabled",
    "精神病人": "mental_disorder",
    "精神病患者": "mental_disorder",
    "精神障碍": "mental_disorder",
    "严重精神障碍患者": "mental_disorder",
    "社区矫正": "community_correction",
    "社区矫正人员": "community_correction",
    "矫正对象": "community_correction",
    "吸毒人员": "drug_rehab",
    "社区戒毒": "drug_rehab",
    "社区康复人员": "drug_rehab",
    "戒毒人员": "drug_rehab",
    "刑释人员": "released_prisoner",
    "刑满释放": "released_prisoner",
    "安置帮教对象": "released_prisoner",
    "安置帮教人员": "released_prisoner",
    "易地搬迁": "relocated_household",
    "易地搬迁户": "relocated_household",
    "易地搬迁安置户": "relocated_household",
    "流动人员": "floating",
    "外来人口": "floating",
    "退伍军人": "veteran",
    "复员军人": "veteran",
    "转业军人": "veteran",
    "优抚对象": "veteran",
}
"""Old or spoken words. 贫困户 and 建档立卡 are left out on purpose: they are history, not a present category."""


def sensitivity(category: str) -> int:
    return BY_ID[category].sensitivity
