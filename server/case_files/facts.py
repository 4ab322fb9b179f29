"""What the placeholders of a template stand for: named in Chinese, as the committee reads them in its own Word file.

:data:`KNOWN` is the closed list of names a template may use; :func:`facts` fills every one of them, an
empty one with an empty text, so that a blank place on the paper stays blank for the pen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from server.case_files.case import (
    APPLICANT,
    ORAL,
    RESPONDENT,
    THIRD,
    WRITTEN,
    Agreement,
    CaseFile,
    FollowUp,
    Party,
)
from server.kit import clock

DISPUTE = {
    "marriage_family": "婚姻家庭纠纷",
    "neighbour": "邻里纠纷",
    "housing_land": "房屋宅基地纠纷",
    "contract": "合同纠纷",
    "business": "生产经营纠纷",
    "damages": "损害赔偿纠纷",
    "forest_land": "山林土地纠纷",
    "expropriation": "征地拆迁纠纷",
    "pollution": "环境污染纠纷",
    "labour": "劳动争议",
    "consumer": "消费纠纷",
    "medical": "医疗纠纷",
    "traffic": "道路交通事故纠纷",
    "property": "物业纠纷",
    "other": "其他纠纷",
}
LEVEL = {"general": "一般", "major": "较大", "critical": "重大"}
SOURCE = {
    "by_party": "当事人申请",
    "by_committee": "人民调解委员会主动调解",
    "transferred": "委托移送",
}
SIDE = {"applicant": "申请人", "respondent": "被申请人", "third": "第三人"}
RESULT = {
    "reached": "达成协议",
    "not_reached": "未达成协议",
    "again": "约定再次调解",
}
PERFORMED = {"all": "全部履行", "partly": "部分履行", "not": "未履行"}
TICKED, BLANK = "☑", "☐"
BLANK_DAY = "　　　　年　　月　　日"

_PARTY = ("身份", "姓名", "性别", "民族", "年龄", "职业", "联系方式", "住址", "代理人")
KNOWN: dict[str, tuple[str, ...] | None] = {
    **dict.fromkeys(
        (
            "委员会", "编号", "案名", "纠纷类型", "纠纷等级", "案件来源", "纠纷简要情况", "年度",
            "申请日期", "受理日期", "告知日期", "结案日期", "申请人姓名", "被申请人姓名", "当事人姓名",
            "调解员", "登记人", "来源一", "来源二", "来源三", "事实与争议", "履行方式", "履行地点",
            "履行期限", "份数", "协议日期", "协议形式", "结案方式", "保管期限", "情况说明", "文书份数",
        )
    ),
    "当事人": _PARTY,
    "申请人": _PARTY,
    "被申请人": _PARTY,
    "申请事项": ("内容",),
    "协议内容": ("内容",),
    "调查": ("时间", "地点", "参加人", "被调查人", "记录"),
    "调解": (
        "时间", "地点", "参加人", "告知事项", "经过", "达成", "未达成", "再调", "结果",
    ),
    "回访": ("时间", "履行情况", "满意程度", "激化隐患", "措施", "起诉", "回访人", "事由"),
    "目录": ("文书", "日期", "备注"),
}  # fmt: skip
"""A name by itself (None) or a list and what each of its lines holds."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    """A text as it may stand in a document: signs that mean something to the program are gone."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def day(on: date | None) -> str:
    """2026年11月6日; unknown, a place to write it."""
    return BLANK_DAY if on is None else f"{on.year}年{on.month}月{on.day}日"


def moment(at: datetime) -> str:
    """2026年11月6日 9时30分, in China."""
    local = at.astimezone(clock.SHANGHAI)
    return f"{day(local.date())} {local.hour}时{local.minute:02d}分"


def _blank(name: str) -> dict[str, str]:
    """One empty form for the pen, where nothing was recorded yet."""
    ticks = dict.fromkeys(("达成", "未达成", "再调"), BLANK) if name == "调解" else {}
    return {**dict.fromkeys(KNOWN[name] or (), ""), "时间": BLANK_DAY, **ticks}


def _tick(one: bool) -> str:
    return TICKED if one else BLANK


def _party(one: Party) -> dict[str, str]:
    return {
        "身份": SIDE.get(one.side, one.side),
        "姓名": one.name,
        "性别": one.sex,
        "民族": one.ethnicity,
        "年龄": one.age,
        "职业": one.occupation,
        "联系方式": one.phone,
        "住址": one.address,
        "代理人": one.agent,
    }


def _names(people: list[dict[str, str]]) -> str:
    return "、".join(one["姓名"] for one in people)


def _visit(case: CaseFile, one: FollowUp) -> dict[str, str]:
    return {
        "时间": day(one.on),
        "履行情况": PERFORMED.get(one.performed, one.performed),
        "满意程度": one.satisfied,
        "激化隐患": one.quiet,
        "措施": one.measures,
        "起诉": one.court,
        "回访人": one.by,
        "事由": case.title or DISPUTE.get(case.kind, case.kind),
    }


def facts(case: CaseFile, contents: tuple[tuple[str, str, str], ...] = ()) -> dict[str, Any]:
    """Every placeholder's value; ``contents`` are the lines of the 目录: paper, day, remark."""
    agreed = case.agreement or Agreement("")
    applicants = [_party(one) for one in case.parties if one.side == APPLICANT]
    respondents = [_party(one) for one in case.parties if one.side == RESPONDENT]
    everybody = [
        *applicants,
        *respondents,
        *(_party(one) for one in case.parties if one.side == THIRD),
    ]
    year = case.accepted_on or case.applied_on or case.opened_on
    found: dict[str, Any] = {
        "委员会": case.committee,
        "编号": case.number,
        "案名": case.title,
        "年度": str(year.year) if year else "",
        "纠纷类型": DISPUTE.get(case.kind, case.kind),
        "纠纷等级": LEVEL.get(case.level, case.level),
        "案件来源": SOURCE.get(case.source, case.source),
        "来源一": _tick(case.source == "by_party"),
        "来源二": _tick(case.source == "by_committee"),
        "来源三": _tick(case.source == "transferred"),
        "纠纷简要情况": case.summary,
        "申请日期": day(case.applied_on),
        "受理日期": day(case.accepted_on),
        "告知日期": day(case.informed_on),
        "结案日期": day(case.closed_on),
        "申请人姓名": _names(applicants),
        "被申请人姓名": _names(respondents),
        "当事人姓名": _names(everybody),
        "当事人": everybody,
        "申请人": applicants,
        "被申请人": respondents,
        "申请事项": [{"内容": one} for one in case.requests],
        "调解员": "、".join(case.mediators),
        "登记人": case.registrar,
        "事实与争议": agreed.facts,
        "协议内容": [{"内容": one} for one in agreed.terms],
        "协议形式": {WRITTEN: "书面协议", ORAL: "口头协议"}.get(agreed.form, ""),
        "履行方式": agreed.how,
        "履行地点": agreed.where,
        "履行期限": agreed.until,
        "份数": str(agreed.copies) if agreed.copies else "　",
        "协议日期": day(agreed.signed_on),
        "调查": [
            {
                "时间": moment(one.at),
                "地点": one.place,
                "参加人": one.present,
                "被调查人": one.asked,
                "记录": one.record,
            }
            for one in case.inquiries
        ]
        or [_blank("调查")],
        "调解": [
            {
                "时间": moment(one.at),
                "地点": one.place,
                "参加人": one.present,
                "告知事项": one.told,
                "经过": one.course,
                "达成": _tick(one.result == "reached"),
                "未达成": _tick(one.result == "not_reached"),
                "再调": _tick(one.result == "again"),
                "结果": RESULT.get(one.result, one.result),
            }
            for one in case.sittings
        ]
        or [_blank("调解")],
        "回访": [_visit(case, one) for one in case.follow_ups] or [_blank("回访")],
        "结案方式": case.ended,
        "保管期限": case.kept,
        "情况说明": case.remarks,
        "目录": [dict(zip(("文书", "日期", "备注"), line, strict=True)) for line in contents],
        "文书份数": str(len(contents)),
    }
    cleaned: dict[str, Any] = _clean(found)
    return cleaned


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, Mapping):
        return {name: _clean(one) for name, one in value.items()}
    return [_clean(one) for one in value]
