"""What happens in the limited child (kit/workbook): a committee's template is looked through, filled, read back.

A Word file may carry programs, links, other files and fields that fetch; a template may carry none of them.
"""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from datetime import UTC, datetime
from typing import Any

from server.case_files.case import (
    Agreement,
    CaseFile,
    FollowUp,
    Inquiry,
    Party,
    Sitting,
)
from server.case_files.facts import facts
from server.case_files.filling import Fault, fill
from server.case_files.reading import blocks
from server.kit.workbook.archive import read_members
from server.kit.workbook.refusals import Refusal

MOST = 2 * 1024 * 1024
MARKUP = (".xml", ".rels")
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".emf", ".wmf")
_FIELDS = re.compile(
    rb"INCLUDE(?:PICTURE|TEXT)|\bDDE(?:AUTO)?\b|\bLINK\b|\bIMPORT\b|\bDATABASE\b|\bMACROBUTTON\b",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(rb"<w:(?:instrText|fldSimple)\b[^>]*(?:/>|>[^<]*)", re.IGNORECASE)


def check(data: bytes) -> dict[str, Any]:
    """``{"clean", "blocks"}`` of a template that may be used, else ``{"fault", "what"}``. Raises Refusal."""
    try:
        clean = looked_through(data)
        shown = blocks(fill(clean, facts(SAMPLE, SAMPLE_CONTENTS)))
    except Fault as fault:
        return {"fault": fault.code, "what": fault.what}
    except (MemoryError, Refusal):
        raise
    except Exception:
        return {"fault": "not_readable", "what": ""}
    return {"clean": base64.b64encode(clean).decode(), "blocks": shown}


def render(data: bytes) -> dict[str, Any]:
    """Fill a checked template: ``{"template", "values"}`` as JSON in, the document out."""
    asked = json.loads(data)
    try:
        made = fill(base64.b64decode(asked["template"]), asked["values"])
    except Fault as fault:
        return {"fault": fault.code, "what": fault.what}
    return {"document": base64.b64encode(made).decode()}


def looked_through(data: bytes) -> bytes:
    """The same document without anything but words, styles and pictures. Raises Fault, Refusal."""
    if len(data) > MOST:
        raise Fault("too_big", "")
    members = read_members(data)
    names = {name.lower() for name in members}
    if "word/document.xml" not in names or "[content_types].xml" not in names:
        raise Fault("not_word", "")
    types = next(body for name, body in members.items() if name.lower() == "[content_types].xml")
    if b"macroEnabled" in types or b"vbaProject" in types or any("vba" in name for name in names):
        raise Fault("macros", "")
    for name, body in members.items():
        _look_at(name, body)
    return _packed(members)


def _packed(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as container:
        for name, body in members.items():
            container.writestr(name, body)
    return out.getvalue()


def _look_at(name: str, body: bytes) -> None:
    lowered = name.lower()
    if not lowered.endswith((*MARKUP, *PICTURES)):
        raise Fault("carries_files", name)
    if not lowered.endswith(MARKUP):
        return
    if body[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in body[:200]:
        raise Fault("not_word", name)
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise Fault("not_word", name)
    if lowered.endswith(".rels") and re.search(
        rb"TargetMode\s*=\s*[\"']External", body, re.IGNORECASE
    ):
        raise Fault("links_out", _first_target(body))
    if b"altChunk" in body or b"oleObject" in body:
        raise Fault("carries_files", name)
    instructions = b" ".join(_INSTRUCTION.findall(body))
    if _FIELDS.search(instructions):
        raise Fault("links_out", "")


def _first_target(body: bytes) -> str:
    for relation in re.findall(rb"<[^>]*External[^>]*>", body, re.IGNORECASE):
        target = re.search(rb"Target\s*=\s*[\"']([^\"']*)", relation)
        if target:
            return target.group(1).decode("utf-8", "replace")[:80]
    return ""


_DAY = datetime(2026, 11, 6, 1, 0, tzinfo=UTC)
SAMPLE = CaseFile(
    id="sample",
    committee="示例社区人民调解委员会",
    title="楼上漏水的事",
    kind="neighbour",
    source="by_party",
    level="general",
    number="(2026)示例人调字第001号",
    opened_on=_DAY.date(),
    applied_on=_DAY.date(),
    accepted_on=_DAY.date(),
    informed_on=_DAY.date(),
    closed_on=_DAY.date(),
    summary="楼上卫生间渗水，楼下吊顶和一面墙受潮。",
    requests=("换掉漏水的管子。", "修好吊顶和墙。"),
    parties=(
        Party("a", "applicant", "田露纸", "女", "汉族", "61", "退休", "15400000041", "5号楼1单元203"),
        Party("b", "respondent", "施雾笔", "男", "汉族", "48", "司机", "15400000077", "5号楼1单元303"),
    ),
    mediators=("纪墨晴", "谷听雨"),
    registrar="纪墨晴",
    inquiries=(Inquiry(_DAY, "5号楼1单元203", "纪墨晴、谷听雨", "田露纸", "十月起吊顶渗水。"),),
    sittings=(Sitting(_DAY, "调解室", "纪墨晴", "", "双方说了各自的想法。", "reached"),),
    agreement=Agreement(
        "written", "双方都认可是水管老化。", ("十二月五日前换管子。", "修墙的钱一人一半。"),
        "当面付清", "5号楼1单元203", "2026年12月10日", 3, _DAY.date(),
    ),
    follow_ups=(FollowUp(_DAY.date(), "all", "满意", "没有", "", "没有", "纪墨晴"),),
    ended="达成书面协议",
    kept="长期 10 年",
    remarks="本案经两次调解达成协议。",
)  # fmt: skip
SAMPLE_CONTENTS = (("人民调解申请书", "2026.11.6", ""), ("人民调解协议书", "2026.11.20", ""))
"""An invented case that fills every place, so that a template is seen before it is used."""
