"""Writes a roster of any length: invented people of a prefecture that does not exist, three to a door."""

from __future__ import annotations

import io
from datetime import date, timedelta

import xlsxwriter

from server.residents.id_numbers import check_character

SURNAMES = "葛奚陶施谢戚赵蒋尤魏曹陈冯喻韩严李吕褚柏金许"
GIVEN = "谷初松帆雨满柏影露寒菊岚桐枫竹梅荷墨砚笔灯晴霜云"
HEADER = [
    "序号", "网格", "楼栋门牌", "户编号", "姓名", "与户主关系", "性别", "民族", "出生日期",
    "公民身份号码", "联系电话", "户籍状态", "政治面貌", "婚姻状况", "文化程度", "重点人群类别", "残疾等级", "备注",
]  # fmt: skip
RELATIONS = ("户主", "配偶", "儿子")
CATEGORIES = ("", "", "", "", "空巢老人", "低保户", "", "残疾人", "", "独居老人、低保对象")


def number_of(person: int) -> tuple[str, date]:
    """An ID number no other ``person`` has, and its birth date."""
    birth = date(1935, 1, 1) + timedelta(days=person % 25_000)
    body = f"14990{1 + person // 25_000 % 9}{birth:%Y%m%d}{(person // 225_000 * 2 + person % 2) % 1000:03d}"
    return body + check_character(body), birth


def big_roster(rows: int) -> bytes:
    """A workbook with so many people; every third birth date wants repairing."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("居民花名册")
        sheet.write_row(0, 0, ["样例区测试街道云栖里社区居民花名册（虚构数据）"])
        sheet.write_row(1, 0, HEADER)
        for person in range(rows):
            number, birth = number_of(person)
            door = person // 3
            name = SURNAMES[person % 22] + GIVEN[person // 22 % 24] + GIVEN[person // 528 % 24]
            written = (
                f"{birth.year}.{birth.month}.{birth.day}" if person % 3 == 0 else birth.isoformat()
            )
            sheet.write_row(
                person + 2,
                0,
                [
                    person + 1, f"第{door // 1000 + 1}网格",
                    f"云栖里{door // 60 + 1}号楼{door // 20 % 3 + 1}单元{door % 20 // 2 + 1}0{door % 2 + 1}",
                    f"{door + 1:05d}", name, RELATIONS[person % 3], "男" if int(number[16]) % 2 else "女",
                    "汉族", written, number, f"1540000{person % 10_000:04d}", "户在人在", "群众", "已婚",
                    "初中", CATEGORIES[person % 10], "", "",
                ],
            )  # fmt: skip
    return buffer.getvalue()
