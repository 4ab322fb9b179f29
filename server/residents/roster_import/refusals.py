"""Why a roster is not taken at all, beside what is wrong with any file."""

from __future__ import annotations

from typing import ClassVar

from server.kit.workbook import refusals

SENTENCES: dict[str, tuple[str, str]] = {
    **refusals.SENTENCES,
    "no_header": (
        "没有找到表头。请确认有一行写着“姓名”，并至少有身份证号、住址、户编号、出生日期中的一项。",
        "No header row was found. One row must say 姓名 and at least one of ID number, address, household number or birth date.",
    ),
    "no_rows": (
        "表头下面没有内容。请确认选对了文件。",
        "There is nothing under the header row. Please check that this is the right file.",
    ),
}


class NotARoster(refusals.Refusal):
    """A table that is no roster."""

    sentences: ClassVar[dict[str, tuple[str, str]]] = SENTENCES
