"""Reads a name cell: spaces people put into two-sign names, several people in one cell."""

from __future__ import annotations

import re

from . import text as cells

HAN = re.compile(
    "[\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇·•．.]+"
)
MIDDLE_DOTS = re.compile("[•・‧∙．]")
HARD_SPLIT = re.compile(r"[、/,，;；\n\r|&＆／]+")
COMPOUND = frozenset(
    [
        "欧阳",
        "上官",
        "司马",
        "诸葛",
        "夏侯",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "宇文",
        "长孙",
        "司徒",
        "司空",
        "端木",
        "百里",
        "呼延",
        "轩辕",
        "独孤",
        "南宫",
        "西门",
        "东郭",
        "申屠",
        "太史",
        "公羊",
        "闻人",
        "澹台",
        "钟离",
        "鲜于",
        "赫连",
    ]
)


def parts_of(tidied: str) -> list[str]:
    """The people named in one cell; a single name comes back alone."""
    parts = [cells.strip(part) for part in HARD_SPLIT.split(tidied)]
    parts = [part for part in parts if part]
    if len(parts) > 1:
        return parts
    pieces = [piece for piece in cells.SPACE_RUN.split(tidied) if piece]
    whole_names = all(HAN.fullmatch(piece) and 2 <= len(piece) <= 4 for piece in pieces)
    if len(pieces) > 1 and whole_names and pieces[0] not in COMPOUND:
        return pieces
    return [tidied]


def clean(name: str, repairs: set[str]) -> str:
    """A name without stray spaces; names in other scripts keep single spaces."""
    dotted = MIDDLE_DOTS.sub("·", name)
    pieces = [piece for piece in cells.SPACE_RUN.split(dotted) if piece]
    if len(pieces) < 2:
        return dotted
    joined = "".join(pieces)
    if HAN.fullmatch(joined):
        repairs.add("inner_space")
        return joined
    spaced = " ".join(pieces)
    if spaced != dotted:
        repairs.add("inner_space")
    return spaced
