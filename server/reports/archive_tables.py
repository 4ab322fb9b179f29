"""What the archive holds: each table with its columns, their types and what they mean.

A column is here because the export role's own screens show it. Nothing of sensitivity 3 has a
column; identity numbers and phones stand masked, as they do on the screens.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column: name, SQLite type, meaning in both languages."""

    name: str
    kind: str
    zh: str
    en: str


@dataclass(frozen=True)
class Table:
    """One table, who may take it (a permission), and its key."""

    name: str
    permission: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    refers: tuple[tuple[str, str], ...] = ()


def _c(name: str, zh: str, en: str, kind: str = "TEXT") -> Column:
    return Column(name, kind, zh, en)


def _whole(name: str, zh: str, en: str) -> Column:
    return Column(name, "INTEGER", zh, en)


TABLES: tuple[Table, ...] = (
    Table(
        "area",
        "areas.read",
        "行政区划",
        "divisions of one's own part of the tree",
        (
            _c("id", "统计用区划代码", "statistical code"),
            _c("name", "名称", "name"),
            _c("parent_id", "上级代码", "code of the division above"),
            _whole(
                "level", "级别：1省 2市 3县 4乡镇街道 5村居", "level, 1 province to 5 committee"
            ),
            _c("kind", "类别", "kind"),
        ),
    ),
    Table(
        "household",
        "residents.read",
        "住户",
        "households",
        (
            _c("id", "住户编号", "id"),
            _c("area_id", "村居代码", "committee"),
            _c("number", "户号", "number in the roster"),
            _c("display_name", "称呼", "how the household is called"),
            _c("grid", "网格", "grid"),
            _c("village_group", "村民小组", "village group"),
            _c("building", "楼栋", "building"),
            _c("unit", "单元", "unit"),
            _c("room", "房号", "room"),
            _c("house", "门牌", "house, where there is no building"),
            _c("address", "地址", "address"),
            _whole("vacant", "空户（1是）", "1 when nobody lives there"),
        ),
        (("area_id", "area"),),
    ),
    Table(
        "resident",
        "residents.read",
        "居民",
        "people",
        (
            _c("id", "居民编号", "id"),
            _c("household_id", "住户编号", "household"),
            _c("name", "姓名", "name"),
            _c("relation", "与户主关系", "relation to the head"),
            _c("sex", "性别", "sex"),
            _c("birth_date", "出生日期", "day of birth"),
            _c("id_number_masked", "身份证号（已遮挡）", "identity number, masked"),
            _c("phone_masked", "电话（已遮挡）", "phone, masked"),
            _c("ethnicity", "民族", "ethnicity"),
            _c("residence_status", "户籍情况", "residence status"),
            _c("political_status", "政治面貌", "political status"),
            _c("marital_status", "婚姻状况", "marital status"),
            _c("education", "文化程度", "education"),
            _c("status", "状态", "active, moved_out or deceased"),
        ),
        (("household_id", "household"),),
    ),
    Table(
        "care",
        "residents.read",
        "关爱类别（现行，不含限制级）",
        "present care categories; restricted ones are never exported",
        (
            _c("id", "编号", "id"),
            _c("resident_id", "居民编号", "resident"),
            _c("category", "类别", "category"),
            _c("starts_on", "起始日", "since"),
        ),
        (("resident_id", "resident"),),
    ),
    Table(
        "contact",
        "residents.read",
        "联系人",
        "whom to call about a household",
        (
            _c("id", "编号", "id"),
            _c("household_id", "住户编号", "household"),
            _c("name", "姓名", "name"),
            _c("relation", "关系", "relation"),
            _c("phone_masked", "电话（已遮挡）", "phone, masked"),
            _whole("agreed", "同意志愿者联系（1是）", "1 when they let the volunteer call"),
        ),
        (("household_id", "household"),),
    ),
    Table(
        "task",
        "tasks.read",
        "任务",
        "tasks",
        (
            _c("id", "任务编号", "id"),
            _c("household_id", "住户编号", "household"),
            _c("kind", "种类", "kind"),
            _c("purpose", "目的", "purpose"),
            _c("state", "状态", "state"),
            _c("assignee", "承担人", "who does it"),
            _c("due_from", "最早日", "not before"),
            _c("due_to", "最迟日", "not after"),
            _c("outcome", "结果", "what ended it"),
            _c("finished_at", "完成时间", "when it ended, UTC"),
        ),
        (("household_id", "household"),),
    ),
    Table(
        "visit",
        "visits.read",
        "走访登记（最新版本）",
        "visits, newest version of each",
        (
            _c("id", "走访编号", "id"),
            _c("household_id", "住户编号", "household"),
            _c("task_id", "任务编号", "task"),
            _c("volunteer", "走访人", "who went"),
            _c("visit_date", "走访日期", "day"),
            _c("mode", "方式", "mode"),
            _c("purpose", "目的", "purpose"),
            _c("met", "见到情况", "outcome"),
            _c("family_changes", "家庭变化", "changes in the family"),
            _c("needs", "需要", "needs, one a line"),
            _c("hazards", "隐患", "hazards, one a line"),
            _c("policies_told", "告知政策", "policies told, one a line"),
            _c("opinion", "意见建议", "opinion"),
            _c(
                "own_questions",
                "社区自己的问题",
                "the committee's own questions, one answer a line",
            ),
            _c("next_action", "下一步", "next action"),
            _c("next_date", "下次日期", "next day"),
            _whole("duration_min", "时长（分）", "minutes"),
            _c("evidence", "到户依据", "how the door was found"),
            _c("received_at", "收到时间", "when it arrived, UTC"),
        ),
        (("household_id", "household"), ("task_id", "task")),
    ),
    Table(
        "concern",
        "concerns.read",
        "诉求",
        "concerns; who reported is not exported",
        (
            _c("id", "诉求编号", "id"),
            _c("area_id", "村居代码", "committee"),
            _c("title", "标题", "title"),
            _c("description", "内容", "what was said"),
            _c("category", "类别", "category"),
            _c("nature", "性质", "nature"),
            _c("urgency", "紧急程度", "urgency"),
            _c("place", "地点", "place"),
            _c("status", "状态", "status"),
            _c("submitted_at", "提交时间", "submitted, UTC"),
            _c("accepted_at", "受理时间", "taken on, UTC"),
            _c("resolved_at", "办结时间", "resolved, UTC"),
            _c("closed_at", "关闭时间", "closed, UTC"),
            _c("solved", "居民评价：是否解决", "the resident's word: solved"),
            _whole("satisfaction", "满意度 1-5", "satisfaction, 1 to 5"),
        ),
        (("area_id", "area"),),
    ),
    Table(
        "concern_step",
        "concerns.read",
        "诉求办理过程（居民可见部分）",
        "steps of a concern the resident sees too",
        (
            _c("id", "编号", "id"),
            _c("concern_id", "诉求编号", "concern"),
            _c("at", "时间", "when, UTC"),
            _c("action", "动作", "what was done"),
            _c("status", "之后的状态", "status after it"),
            _c("note", "说明", "note"),
        ),
        (("concern_id", "concern"),),
    ),
)

VIEWS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "last_visit",
        ("household", "visit"),
        "SELECT h.id AS household_id, h.display_name, h.building, h.unit, h.room, h.house, "
        "max(v.visit_date) AS last_visit, "
        "max(CASE WHEN v.met IN ('met', 'family') THEN v.visit_date END) AS last_met "
        "FROM household h LEFT JOIN visit v ON v.household_id = h.id GROUP BY h.id",
    ),
    (
        "open_task",
        ("task", "household"),
        "SELECT t.*, h.display_name, h.building, h.unit, h.room, h.house FROM task t "
        "LEFT JOIN household h ON h.id = t.household_id "
        "WHERE t.finished_at IS NULL AND t.state NOT IN ('done', 'cancelled')",
    ),
    (
        "people_in_care",
        ("resident", "care", "household"),
        "SELECT c.category, c.starts_on, r.name, r.sex, r.birth_date, h.display_name, h.building, "
        "h.unit, h.room, h.house FROM care c JOIN resident r ON r.id = c.resident_id "
        "JOIN household h ON h.id = r.household_id",
    ),
    (
        "concern_by_category",
        ("concern",),
        "SELECT category, count(*) AS number, sum(solved = 'yes') AS solved, "
        "round(avg(satisfaction), 2) AS satisfaction FROM concern GROUP BY category",
    ),
)
"""Views: name, the tables they need, their select."""
