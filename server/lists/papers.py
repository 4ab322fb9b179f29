"""The lists that can be taken out: the paper's name and headings, who may, and where the rows come from.

Every row comes through the list's own service, so that a workbook never holds a row or a column that
the person's screen would not show; numbers stand masked, as they do there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, ValidationError

from server.access.actor import Actor
from server.access.disclosure import fields_of
from server.cadence import figures
from server.cadence.schemas import FigureListQuery
from server.concerns import service as concerns
from server.concerns import views as concern_views
from server.concerns.asking import calls
from server.concerns.asking.schemas import CallsQuery
from server.concerns.schemas import ConcernQuery
from server.concerns.words import ZH as CONCERN_WORDS
from server.kit import clock
from server.kit.errors import Invalid
from server.lists import words
from server.pairing import service as pairing
from server.pairing.schemas import PairingQuery
from server.reports.disputes import service as disputes
from server.reports.disputes.schemas import DisputesQuery
from server.residents import service as residents
from server.residents.care_categories import BY_ID
from server.residents.schemas import ResidentSearch
from server.residents.views import RESIDENT, view_of
from server.residents.words import RELATION_WORDS, SEX_WORDS
from server.tasks import board
from server.tasks.schemas import TaskQuery
from server.visits import service as visits
from server.visits.schemas import VisitQuery

PAGE = 500
Asked = dict[str, Any]
Cells = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """One heading; ``field``: the register's field without which it is left out; ``wide``: not on a sheet of paper."""

    key: str
    header: str
    width: int = 12
    field: str | None = None
    wide: bool = False


@dataclass(frozen=True)
class Paper:
    """One list. ``pages`` answers how many rows there are and the rows, page by page.

    ``counts``: it holds figures and nobody's record, so whoever may read it may take it out; a list of
    people or of their affairs is taken out by a committee alone.
    """

    id: str
    title: str
    permission: str
    query: type[Schema]
    columns: tuple[Column, ...]
    pages: Callable[[Actor, Asked, int, int], tuple[int, list[Cells]]]
    counts: bool = False
    of: Callable[[Actor, Asked], tuple[str, str]] | None = None
    """What of it was asked for, as its heading says it, and a note below."""

    def may_leave(self, actor: Actor, area_id: str) -> bool:
        """Whether this person may take it out."""
        needed = ("lists.take" if self.counts else "lists.export", self.permission)
        return all(actor.may(one, area_id) for one in needed)

    def shown(self, actor: Actor, area_id: str) -> tuple[Column, ...]:
        """The headings this person may take."""
        if self.id != "roster":
            return self.columns
        held = fields_of(RESIDENT, view_of(actor, area_id))
        return tuple(one for one in self.columns if one.field is None or one.field in held)

    def asked(self, area_id: str, filters: dict[str, Any]) -> Asked:
        """The list's own filters, read by its own schema. Raises Invalid."""
        own = self.query()
        paging = tuple(name for name in ("page", "page_size") if name in own.fields)
        schema = self.query(exclude=paging)
        try:
            asked: Asked = schema.load(
                {**filters, **({"area_id": area_id} if "area_id" in own.fields else {})}
            )
        except ValidationError as wrong:
            raise Invalid(fields={"filters": wrong.messages}) from wrong
        return asked

    def count(self, actor: Actor, asked: Asked) -> int:
        """How many rows the filters leave."""
        return self.pages(actor, asked, 1, 1)[0]

    def rows(self, actor: Actor, asked: Asked) -> Iterator[list[Cells]]:
        """All of them."""
        page = 1
        while True:
            _, rows = self.pages(actor, asked, page, PAGE)
            if rows:
                yield rows
            if len(rows) < PAGE:
                return
            page += 1


def _said(table: Mapping[str, str], code: str | None) -> str:
    return table.get(code or "", code or "")


def _all_said(table: Mapping[str, str], codes: list[str]) -> str:
    return "、".join(table.get(code, code) for code in codes)


def _roster(actor: Actor, asked: Asked, page: int, size: int) -> tuple[int, list[Cells]]:
    found = residents.search(actor, page=page, page_size=size, **asked)
    rows = [
        {
            **row,
            "number": row.get("id_number_masked") or row.get("other_document_masked"),
            "relation": _said(RELATION_WORDS, row["relation"]),
            "sex": _said(SEX_WORDS, row["sex"]),
            "status": _said(words.STATUS, row["status"]),
            "care": "、".join(BY_ID[one["category"]].zh for one in row["care_categories"]),
        }
        for row in found["rows"]
    ]
    return found["total"], rows


def _tasks(actor: Actor, asked: Asked, page: int, size: int) -> tuple[int, list[Cells]]:
    found = board.listed(actor, page=page, page_size=size, **asked)
    rows = [
        {
            **row,
            "kind": _said(words.KIND, row["kind"]),
            "purpose": _said(words.PURPOSE, row["purpose"]),
            "mode": _said(words.MODE, row["mode"]),
            "state": _said(words.TASK, row["state"]),
            "outcome": _said(words.MET, row["outcome"]),
        }
        for row in found["tasks"]
    ]
    return found["page"]["total"], rows


def _visits(actor: Actor, asked: Asked, page: int, size: int) -> tuple[int, list[Cells]]:
    found = visits.listed(actor, {**asked, "page": page, "page_size": size})
    rows = [
        {
            **row,
            "mode": _said(words.MODE, row["mode"]),
            "purpose": _said(words.PURPOSE, row["purpose"]),
            "met": _said(words.MET, row["met"]),
            "next_action": _said(words.NEXT, row["next_action"]),
            "watch": row["watch"] or None,
        }
        for row in found["rows"]
    ]
    return found["total"], rows


def _elder_checks(actor: Actor, asked: Asked, page: int, size: int) -> tuple[int, list[Cells]]:
    total, found = visits.elder_checks(actor, {**asked, "page": page, "page_size": size})
    return total, [
        {
            **row,
            "mode": _said(words.MODE, row["mode"]),
            "purpose": _said(words.PURPOSE, row["purpose"]),
            "met": _said(words.MET, row["met"]),
            "next_action": _said(words.NEXT, row["next_action"]),
        }
        for row in found
    ]


def _concerns(actor: Actor, asked: Asked, page: int, size: int) -> tuple[int, list[Cells]]:
    found, total = concerns.listed(actor, asked, page, size)
    rows = [
        {
            **row,
            "category": CONCERN_WORDS.get(f"category_{row['category']}", row["category"]),
            "nature": _said(words.NATURE, row["nature"]),
            "urgency": _said(words.URGENCY, row["urgency"]),
            "status": _said(words.CONCERN, row["status"]),
            "submitted_on": row["submitted_at"].astimezone(clock.SHANGHAI).date(),
            "due_on": row["due"].at.astimezone(clock.SHANGHAI).date() if row["due"].at else None,
            "solved": _said(words.SOLVED, row["solved"]),
        }
        for row in concern_views.rows(found)
    ]
    return total, rows


def _return_calls(actor: Actor, asked: Asked, page: int, size: int) -> tuple[int, list[Cells]]:
    found = calls.listed(actor, page=page, page_size=size, **asked)
    rows = [
        {
            **row,
            "why": _said(words.CALL, row["why"]),
            "resolved_on": row["resolved_at"].astimezone(clock.SHANGHAI).date()
            if row["resolved_at"]
            else None,
            "name": row["name"] or ("举报人" if row["hidden"] else "未留姓名"),
        }
        for row in found["items"]
    ]
    return found["total"], rows


def _pairings(actor: Actor, asked: Asked, page: int, size: int) -> tuple[int, list[Cells]]:
    found = pairing.listed(actor, page=page, page_size=size, **asked)
    rows = [
        {
            **row,
            "content": _all_said(words.SERVICE, row["content"]),
            "frequency": _said(words.FREQUENCY, row["frequency"]),
            "state": _said(words.PAIRING, row["state"]),
        }
        for row in found["rows"]
    ]
    return found["page"]["total"], rows


def _coverage(actor: Actor, asked: Asked, page: int, size: int) -> tuple[int, list[Cells]]:
    found = figures.listed(actor, page=page, page_size=size, **asked)
    rows = [
        {
            **row,
            "met": "是" if row["met"] else "只见到家属" if row["family_only"] else "否",
        }
        for row in found["rows"]
    ]
    return found["page"]["total"], rows


def _disputes(actor: Actor, asked: Asked, page: int, size: int) -> tuple[int, list[Cells]]:
    found = disputes.table(actor, asked["area_id"], asked["period"], mine=asked["mine"])
    rows = [
        {name: disputes.KEPT_BACK if value is None else value for name, value in row.items()}
        for row in found["rows"]
    ]
    for row in rows:
        row["group"] = words.GROUP[row["group"]]
    return len(rows), rows[(page - 1) * size : page * size]


PAPERS: dict[str, Paper] = {
    paper.id: paper
    for paper in (
        Paper(
            "roster",
            "居民花名册",
            "residents.read",
            ResidentSearch,
            (
                Column("grid", "网格", 12),
                Column("address", "楼栋门牌", 22),
                Column("name", "姓名", 12),
                Column("relation", "与户主关系", 11),
                Column("sex", "性别", 6),
                Column("ethnicity", "民族", 8, "ethnicity", wide=True),
                Column("birth_date", "出生日期", 12, "birth_date"),
                Column("number", "公民身份号码", 20, "id_number_masked"),
                Column("phone_masked", "联系电话", 14),
                Column("residence_status", "户籍状态", 11, "residence_status", wide=True),
                Column("political_status", "政治面貌", 11, "political_status", wide=True),
                Column("marital_status", "婚姻状况", 9, "marital_status", wide=True),
                Column("education", "文化程度", 9, "education", wide=True),
                Column("care", "重点人群类别", 20),
                Column("disability_grade", "残疾等级", 9, "disability_grade", wide=True),
                Column("status", "居住状态", 9),
                Column("remark", "备注", 24, "remark"),
            ),
            _roster,
        ),
        Paper(
            "tasks",
            "走访任务表",
            "tasks.read",
            TaskQuery,
            (
                Column("display_name", "住户", 14),
                Column("address", "楼栋门牌", 24),
                Column("kind", "事项", 12),
                Column("purpose", "走访目的", 10),
                Column("mode", "方式", 8),
                Column("due_from", "开始日期", 12),
                Column("due_to", "最晚日期", 12),
                Column("assignee_name", "走访人", 12),
                Column("state", "状态", 11),
                Column("tries", "未见到次数", 11),
                Column("outcome", "结果", 12),
                Column("note", "交代的事", 28),
            ),
            _tasks,
        ),
        Paper(
            "visits",
            "入户走访台账",
            "visits.read",
            VisitQuery,
            (
                Column("visit_date", "走访日期", 12),
                Column("display_name", "住户", 14),
                Column("address", "楼栋门牌", 24),
                Column("volunteer_name", "走访人", 12),
                Column("mode", "走访方式", 10),
                Column("purpose", "走访目的", 10),
                Column("met", "是否见到", 12),
                Column("watch", "要留意（项）", 12),
                Column("next_action", "下一步", 14),
            ),
            _visits,
        ),
        Paper(
            "elder_checks",
            "老年人探访记录表",
            "visits.read",
            VisitQuery,
            (
                Column("visit_date", "走访日期", 12),
                Column("display_name", "住户", 12),
                Column("address", "楼栋门牌", 20),
                Column("volunteer_name", "走访人", 10),
                Column("mode", "走访方式", 9),
                Column("purpose", "走访目的", 9, wide=True),
                Column("met", "是否见到", 10),
                Column("health", "健康状况", 18),
                Column("mind", "精神状态", 18),
                Column("safety", "安全情况", 18),
                Column("hygiene", "卫生状况", 18),
                Column("living", "居住环境", 18),
                Column("supporter_contact", "赡养人联系", 11),
                Column("device_ok", "呼叫器", 9, wide=True),
                Column("needs", "服务需求", 18),
                Column("policies_told", "宣讲政策", 16, wide=True),
                Column("items_given", "发放物品", 16, wide=True),
                Column("family_changes", "人口变动", 16, wide=True),
                Column("opinion", "群众意见", 28),
                Column("own", "社区自己的问题", 28, wide=True),
                Column("next_action", "下一步", 13),
                Column("next_date", "下次日期", 12, wide=True),
            ),
            _elder_checks,
        ),
        Paper(
            "concerns",
            "居民诉求台账",
            "concerns.read",
            ConcernQuery,
            (
                Column("query_code", "查询码", 12),
                Column("submitted_on", "提出日期", 12),
                Column("title", "诉求内容", 36),
                Column("category", "类别", 12),
                Column("nature", "性质", 8),
                Column("urgency", "紧急程度", 10),
                Column("place", "地点", 16),
                Column("status", "办理状态", 11),
                Column("first_handler", "首接责任人", 12),
                Column("handler", "承办人", 14),
                Column("due_on", "办理期限", 12),
                Column("solved", "是否解决", 10),
            ),
            _concerns,
        ),
        Paper(
            "return_calls",
            "诉求回访登记表",
            "concerns.handle",
            CallsQuery,
            (
                Column("query_code", "查询码", 12),
                Column("title", "诉求内容", 28),
                Column("answer", "办理结果", 28),
                Column("resolved_on", "办结日期", 12),
                Column("why", "回访原因", 16),
                Column("name", "反映人", 10),
                Column("phone_masked", "联系电话", 14),
                Column("tries", "已打次数", 9),
                Column("solved_by_hand", "是否解决", 10),
                Column("satisfied_by_hand", "满意程度", 10),
                Column("caller_by_hand", "回访人及日期", 16),
            ),
            _return_calls,
        ),
        Paper(
            "pairings",
            "结对帮扶台账",
            "pairing.read",
            PairingQuery,
            (
                Column("household_name", "住户", 14),
                Column("address", "楼栋门牌", 24),
                Column("helper_name", "结对人", 12),
                Column("deputy_name", "替补人", 12),
                Column("content", "帮扶内容", 30),
                Column("frequency", "频次", 9),
                Column("start_on", "开始日期", 12),
                Column("end_on", "结束日期", 12),
                Column("review_on", "复核日期", 12),
                Column("home_agreed_on", "住户同意日期", 13),
                Column("state", "状态", 11),
            ),
            _pairings,
        ),
        Paper(
            "coverage",
            "走访覆盖台账",
            "cadence.care",
            FigureListQuery,
            (
                Column("display_name", "住户", 14),
                Column("person_name", "姓名", 12),
                Column("address", "楼栋门牌", 24),
                Column("first_day", "应走访开始", 12),
                Column("last_day", "应走访截止", 12),
                Column("met", "是否走到", 12),
                Column("met_on", "见面日期", 12),
            ),
            _coverage,
        ),
        Paper(
            "disputes",
            "人民调解统计表",
            disputes.READ,
            DisputesQuery,
            (
                Column("group", "分项", 9),
                Column("label", "类别", 16),
                Column("accepted", "受理（件）", 10),
                Column("succeeded", "达成协议（件）", 12),
                Column("written", "书面协议（件）", 12),
                Column("oral", "口头协议（件）", 12),
                Column("amount", "协议金额（元）", 14),
                Column("failed", "未达成（件）", 11),
                Column("performed", "已履行（件）", 11),
                Column("followed_up", "回访（次）", 10),
                Column("prevented", "防止激化（件）", 12),
            ),
            _disputes,
            counts=True,
            of=disputes.heading,
        ),
    )
}
