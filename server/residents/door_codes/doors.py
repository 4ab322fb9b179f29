"""How a door is called on a sheet: building and unit together, then the room; or a village house."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from server.residents.addresses import Plate

HOUSES = "平房"


@dataclass(frozen=True)
class DoorPlace:
    """A household's door: where it is and nothing else about it."""

    household_id: uuid.UUID
    area_id: str
    plate: Plate
    village_group: str = ""
    order: str = ""

    @property
    def group(self) -> str:
        """What a sheet holds together: 3号楼2单元, the village group, or 平房 where neither is known."""
        building, unit = self.plate.building, self.plate.unit
        if not building:
            return self.village_group or HOUSES
        return _with(building, "号楼", "楼栋幢座") + (_with(unit, "单元", "元") if unit else "")

    @property
    def door(self) -> str:
        """The rest of the plate: the room, or the house."""
        return (self.plate.room or self.plate.house or "—").strip()


def _with(text: str, ending: str, already: str) -> str:
    return text if any(sign in text for sign in already) else text + ending
