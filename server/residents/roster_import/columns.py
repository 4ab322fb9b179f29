"""Finds the header row of a sheet and what each column holds, whatever the order and the words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from server.kit.workbook.grids import Cell, Sheet

from . import text as cells

WORDS: dict[str, tuple[str, ...]] = {
    "seq": ("序号", "编号", "序", "序列", "行号", "no", "no."),
    "grid": ("网格", "所属网格", "网格名称", "网格号", "网格编号", "所在网格"),
    "village_group": ("村民小组", "小组", "组别", "居民小组", "所属小组", "自然村", "村组", "组"),
    "address": (
        "楼栋门牌",
        "住址",
        "地址",
        "家庭住址",
        "家庭地址",
        "居住地址",
        "现住址",
        "现住地址",
        "现居住地址",
        "现居住地",
        "居住地",
        "详细地址",
        "门牌",
        "门牌号",
        "门牌地址",
        "楼栋房号",
        "楼栋号房号",
        "楼栋单元房号",
        "房屋地址",
        "房屋坐落",
        "住所",
        "常住地址",
        "住房地址",
        "楼门号",
        "房号地址",
    ),
    "building": ("楼栋", "楼栋号", "楼号", "栋", "栋号", "幢", "幢号", "楼", "号楼", "楼幢"),
    "unit": ("单元", "单元号", "单元门"),
    "room": ("房号", "室", "室号", "房间号", "门号", "户室", "户室号", "房间", "房室号"),
    "household_no": (
        "户编号",
        "户号",
        "家庭编号",
        "户序号",
        "户籍编号",
        "户口编号",
        "家庭户号",
        "户码",
        "户口簿编号",
        "户别编号",
    ),
    "head_name": ("户主姓名", "户主", "家庭户主", "户主名"),
    "name": (
        "姓名",
        "居民姓名",
        "家庭成员",
        "成员姓名",
        "家庭成员姓名",
        "人员姓名",
        "名字",
        "姓  名",
        "人口姓名",
        "对象姓名",
    ),
    "relation": (
        "与户主关系",
        "与户主的关系",
        "关系",
        "家庭关系",
        "和户主关系",
        "户主关系",
        "成员关系",
        "同户主关系",
    ),
    "sex": ("性别",),
    "ethnicity": ("民族", "族别"),
    "birth_date": ("出生日期", "出生年月日", "出生年月", "生日", "出生", "出生时间", "出生日"),
    "id_number": (
        "公民身份号码",
        "身份证号",
        "身份证号码",
        "身份证",
        "身份号码",
        "公民身份证号码",
        "公民身份证号",
        "证件号码",
        "证件号",
        "居民身份证号码",
        "居民身份证号",
        "身份证件号码",
        "身份证编号",
        "id",
    ),
    "phone": (
        "联系电话",
        "电话",
        "手机",
        "手机号",
        "手机号码",
        "电话号码",
        "联系方式",
        "联系号码",
        "本人电话",
        "移动电话",
        "联系手机",
        "联系电话1",
        "电话1",
        "手机1",
        "固定电话",
        "座机",
        "联系电话2",
        "电话2",
        "手机2",
        "备用电话",
        "其他联系电话",
    ),
    "residence_status": (
        "户籍状态",
        "人户状态",
        "居住状态",
        "户籍情况",
        "人户情况",
        "户籍类别",
        "户籍性质",
        "人口类型",
        "人口性质",
    ),
    "political_status": ("政治面貌",),
    "marital_status": ("婚姻状况", "婚姻", "婚姻状态", "婚否"),
    "education": ("文化程度", "学历", "教育程度", "受教育程度"),
    "care_categories": (
        "重点人群类别",
        "人群类别",
        "重点人群",
        "人员类别",
        "关爱对象类别",
        "特殊人群",
        "特殊群体",
        "关爱类别",
        "困难类别",
        "类别",
        "人员类型",
        "对象类别",
        "重点人员类别",
        "特殊人群类别",
        "救助类别",
        "人群分类",
    ),
    "disability_grade": ("残疾等级", "残疾级别", "残疾类别等级", "残疾类别及等级", "残疾情况"),
    "ours": ("原表行号", "没收下的原因"),
    "remark": ("备注", "说明", "备注说明", "其他说明", "其他"),
}
BY_WORD = {cells.normal(word).lower(): name for name, words in WORDS.items() for word in words}
SECOND_ALLOWED = {"phone"}
NOTE = re.compile(r"[(（\[【〔].*?[)）\]】〕]|[(（].*$")
ORNAMENT = re.compile(r"[*＊:：、。.★☆\"'“”]+")
SEARCHED_ROWS = 40
ANCHORS = {
    "id_number",
    "address",
    "household_no",
    "birth_date",
    "relation",
    "phone",
    "sex",
    "building",
    "room",
    "head_name",
}


@dataclass(frozen=True)
class Column:
    index: int
    header: str
    field: str


@dataclass
class Layout:
    """Where a sheet keeps what."""

    header_row: int
    """counted from 0"""
    first_row: int
    columns: list[Column]
    unknown: list[str] = field(default_factory=list)

    @property
    def fields(self) -> dict[str, int]:
        return {column.field: column.index for column in self.columns}


def header_field(raw: Cell) -> str | None:
    if not isinstance(raw, str) or len(raw) > 60:
        return None
    whole = ORNAMENT.sub("", cells.normal(raw)).lower()
    short = ORNAMENT.sub("", cells.normal(NOTE.sub("", cells.normal(raw)))).lower()
    return BY_WORD.get(whole) or BY_WORD.get(short)


def _header_text(raw: Cell) -> str:
    """The header without its line breaks and notes, as a person would name the column."""
    if not isinstance(raw, str):
        return str(raw)
    return cells.strip(cells.SPACE_RUN.sub("", NOTE.sub("", raw))) or cells.strip(raw)


def find_layout(sheet: Sheet) -> Layout | None:
    """The layout of the best header row among the first forty, or nothing."""
    best: Layout | None = None
    for index, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
        layout = _layout_at(sheet, index, row)
        if layout is not None and (best is None or len(layout.columns) > len(best.columns)):
            best = layout
    return best


def _layout_at(sheet: Sheet, index: int, row: list[Cell]) -> Layout | None:
    own = {position: header_field(cell) for position, cell in enumerate(row)}
    if not any(own.values()):
        return None
    spread = _two_level(sheet, index)
    below = sheet.rows[index + 1] if spread and index + 1 < len(sheet.rows) else []
    columns: list[Column] = []
    unknown: list[str] = []
    taken: set[str] = set()
    for position in range(max(len(row), len(below))):
        top = row[position] if position < len(row) else ""
        sub = below[position] if position < len(below) else ""
        raw = sub if sub != "" and header_field(sub) else top
        name = header_field(raw)
        if name in SECOND_ALLOWED and name in taken and "phone_alt" not in taken:
            name = "phone_alt"
        if name is None or name in taken:
            if raw != "":
                unknown.append(_header_text(raw))
            continue
        taken.add(name)
        columns.append(Column(position, _header_text(raw), name))
    if "name" not in taken and "head_name" in taken and len(taken & ANCHORS) >= 2:
        columns = [
            Column(c.index, c.header, "name") if c.field == "head_name" else c for c in columns
        ]
        taken.add("name")
    if "name" not in taken or not taken & ANCHORS:
        return None
    return Layout(index, index + (2 if spread else 1), columns, unknown)


def _two_level(sheet: Sheet, index: int) -> bool:
    """A header over two rows: a cell of the first is merged across or down, and the second names columns too."""
    if index + 1 >= len(sheet.rows):
        return False
    touches = any(
        top == index and (bottom == index + 1 or (bottom == index and right > left))
        for top, left, bottom, right in sheet.merges
    )
    below = sheet.rows[index + 1]
    named = sum(1 for cell in below if header_field(cell))
    filled = sum(1 for cell in below if cell != "")
    return (
        touches
        and named > 0
        and named * 2 >= filled
        and not any(isinstance(c, (int, float)) for c in below)
    )
