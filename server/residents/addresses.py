"""What stands on the door: building, unit and room read out of an address, or the house of a village."""

from __future__ import annotations

import re
from dataclasses import dataclass

WIDE = re.compile("[\uff01-\uff5e]")
BUILDING = re.compile(
    r"([0-9]{1,4}|[一二三四五六七八九十]{1,3}|[甲乙丙丁戊A-Za-z])[-]?[0-9]*(?:号楼|栋|幢|座|#楼|#|楼)"
)
UNIT = re.compile(r"([0-9]{1,3}|[一二三四五六七八九十]{1,3}|[甲乙丙丁A-Za-z])单元")
ROOM = re.compile(r"(?:单元|楼|栋|幢|座|层|[-—－])\s*([0-9A-Za-z]{1,6})(?:室|号|户|房)?$")
DASHED = re.compile(r"(?:^|[^0-9])([0-9]{1,3})[-—]([0-9]{1,2})[-—]([0-9]{2,5})(?:室|号)?$")
NUMERALS = {sign: number for number, sign in enumerate("零一二三四五六七八九")}


@dataclass(frozen=True)
class Plate:
    building: str = ""
    unit: str = ""
    room: str = ""
    house: str = ""

    @property
    def order(self) -> str:
        """A key that sorts doors as one walks past them: building, unit, room; then the village lanes."""
        if self.house:
            return "~" + _padded(self.house)
        return f"{_padded(self.building)}/{_padded(self.unit)}/{_padded(self.room)}"


def _padded(text: str) -> str:
    return re.sub(r"[0-9]+", lambda match: match.group().zfill(5), text)


def _number(text: str) -> str:
    """一 to 九十九 as digits; anything else as it stands."""
    if not text or any(sign not in NUMERALS and sign != "十" for sign in text):
        return text
    if "十" not in text:
        return "".join(str(NUMERALS[sign]) for sign in text)
    tens, _, ones = text.partition("十")
    return str((NUMERALS.get(tens, 1) if tens else 1) * 10 + (NUMERALS.get(ones, 0) if ones else 0))


def by_number(name: str) -> str:
    """What sorts 第二网格 before 第十网格 and 2号楼 before 10号楼."""
    return re.sub(
        r"[0-9]+|[零一二三四五六七八九十]+", lambda found: _number(found.group()).zfill(6), name
    )


def plate_of(address: str) -> Plate:
    """The door plate of an address; what is not a block of flats is a house."""
    text = WIDE.sub(lambda match: chr(ord(match.group()) - 0xFEE0), address).replace(" ", "")
    if not text:
        return Plate()
    dashed = DASHED.search(text)
    if dashed:
        return Plate(*dashed.groups())
    building = BUILDING.search(text)
    if building is None:
        return Plate(house=text[-24:])
    rest = text[building.start() :]
    unit = UNIT.search(rest)
    room = ROOM.search(rest)
    return Plate(
        building=_number(building.group(1)),
        unit=_number(unit.group(1)) if unit else "",
        room=room.group(1) if room else "",
    )


def compose(building: str, unit: str, room: str) -> str:
    """An address from separate columns, written the way people write it."""
    parts = []
    if building:
        parts.append(building if re.search(r"[楼栋幢座]", building) else f"{building}号楼")
    if unit:
        parts.append(unit if "单元" in unit else f"{unit}单元")
    if room:
        parts.append(room)
    return "".join(parts)
