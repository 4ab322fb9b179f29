"""Invented quarrels, as their documents need them."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from docx import Document

from server.case_files.case import Agreement, CaseFile, FollowUp, Inquiry, Party, Sitting

APPLICANT = Party(
    "p1", "applicant", "田露纸", "女", "汉族", "61", "退休", "15400000041", "5号楼1单元203"
)
RESPONDENT = Party(
    "p2", "respondent", "施雾笔", "男", "汉族", "48", "司机", "15400000077", "5号楼1单元303"
)

QUARREL = CaseFile(
    id="q1",
    committee="云栖里社区人民调解委员会",
    title="楼上漏水的事",
    kind="neighbour",
    source="by_party",
    level="general",
    number="(2026)云栖里人调字第012号",
    opened_on=date(2026, 11, 6),
    applied_on=date(2026, 11, 6),
    accepted_on=date(2026, 11, 6),
    informed_on=date(2026, 11, 9),
    closed_on=date(2026, 12, 20),
    summary="303 室卫生间 10 月起渗水，203 室吊顶和一面墙受潮。",
    requests=("换掉漏水的管子。", "出钱修好吊顶和墙。"),
    parties=(APPLICANT, RESPONDENT),
    mediators=("纪墨晴", "谷听雨"),
    registrar="纪墨晴",
    inquiries=(
        Inquiry(
            datetime(2026, 11, 12, 2, 0, tzinfo=UTC),
            "5号楼1单元203",
            "纪墨晴、谷听雨",
            "田露纸",
            "吊顶有水印，墙皮起泡。",
        ),
    ),
    sittings=(
        Sitting(datetime(2026, 11, 15, 1, 30, tzinfo=UTC), "调解室", "纪墨晴", "", "各自说了想法。", "again"),
        Sitting(datetime(2026, 11, 20, 1, 30, tzinfo=UTC), "调解室", "谷听雨", "", "谈妥了。", "reached"),
    ),
    agreement=Agreement(
        "written",
        "双方都认可是水管老化，对修墙的钱谁出有分歧。",
        ("施雾笔12月5日前换掉漏水的管子。", "吊顶和墙由施雾笔出钱修，共1800元。", "田露纸不再追究。"),
        "当面付清",
        "5号楼1单元203",
        "2026年12月10日",
        3,
        date(2026, 11, 20),
    ),
    follow_ups=(FollowUp(date(2026, 12, 17), "all", "满意", "没有", "不用", "没有", "纪墨晴"),),
    ended="达成书面协议",
    kept="长期 10 年",
    remarks="两次调解后达成协议，按期履行。",
    papers=("identity", "identity"),
)  # fmt: skip


def quarrel(**other: Any) -> CaseFile:
    """The leaking ceiling, with other facts."""
    return replace(QUARREL, **other)


def words_of(document: bytes) -> str:
    """Every paragraph and table cell of a Word file, as python-docx reads them."""
    paper = Document(io.BytesIO(document))
    said = [one.text for one in paper.paragraphs]
    for table in paper.tables:
        for row in table.rows:
            said += [cell.text for cell in row.cells]
    for section in paper.sections:
        said += [one.text for one in (*section.header.paragraphs, *section.footer.paragraphs)]
    return "\n".join(said)


def word_file(*lines: str) -> bytes:
    """A Word file with these paragraphs."""
    paper = Document()
    for one in lines:
        paper.add_paragraph(one)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()
