"""Groups the rows of a roster into households: by number, by address, or by the heads in between."""

from __future__ import annotations

from server.kit.workbook.grids import Cell
from server.residents import addresses

from . import text as cells
from .people import cell_text
from .verdicts import HouseholdDraft
from .words import RELATIONS

PLACE_COLUMNS = frozenset({"address", "household_no", "building", "unit", "room", "head_name"})
Key = tuple[str, ...]


class HouseholdBook:
    """The households met so far, and the one the last row belonged to."""

    def __init__(self) -> None:
        self.drafts: list[HouseholdDraft] = []
        self._known: dict[Key, int] = {}
        self._heads: dict[int, str] = {}
        self._current: int | None = None
        self._sheet = ""
        self._has_place = True
        self._section = ""

    def begin_sheet(self, sheet: str, has_place: bool) -> None:
        """``has_place``: whether any row of the sheet says where people live or which household they are."""
        self._sheet = sheet
        self._has_place = has_place
        self._current = None
        self._section = ""

    def interrupted(self, reason: str, row: list[Cell]) -> None:
        """A heading, a blank row or a total ends the household above it."""
        self._current = None
        if reason == "section_header":
            self._section = next((cells.strip(cell_text(cell)) for cell in row if cell != ""), "")

    def address_of(self, row: dict[str, Cell]) -> str:
        own: set[str] = set()
        written = cells.tidy(cell_text(row.get("address", "")), own).replace("\n", "")
        pieces = [
            cells.tidy(cell_text(row.get(name, "")), own) for name in ("building", "unit", "room")
        ]
        return written + addresses.compose(*pieces) if any(pieces) else written

    def place(self, row: dict[str, Cell], repairs: set[str]) -> int | None:
        """The household of this row, opened if it is new; nothing if it cannot be told."""
        number = cells.normal(cell_text(row.get("household_no", "")))
        address = self.address_of(row)
        head = cells.normal(cell_text(row.get("head_name", "")))
        relation = cells.normal(cell_text(row.get("relation", "")))
        name = cells.normal(cell_text(row.get("name", "")))
        is_head = RELATIONS.get(relation) == "head"
        if number:
            self._current = self._by_number(number, address, row)
        elif address or head:
            self._current = self._by_address(address, head, name if is_head else "", row)
        elif not self._has_place:
            if is_head or self._current is None:
                self._current = self._open((self._sheet, "#", str(len(self.drafts))), None, "", row)
        elif self._current is not None and relation and not is_head:
            repairs.add("household_from_above")
        else:
            return None
        if is_head:
            self._heads.setdefault(self._current, name)
        return self._current

    def _by_number(self, number: str, address: str, row: dict[str, Cell]) -> int:
        if not address:
            if self._current is not None and self.drafts[self._current].number == number:
                return self._current
            return self._open((self._sheet, number), number, "", row)
        # Numbers may begin again on another sheet; together with the address they name one household.
        return self._open((number, cells.normal(address)), number, address, row)

    def _by_address(self, address: str, head: str, head_here: str, row: dict[str, Cell]) -> int:
        """In a village many families share one address, so every further head opens a household."""
        key = ("", cells.normal(address), head)
        known = self._known.get(key)
        if known is not None and head_here and self._heads.get(known, head_here) != head_here:
            self._known.pop(key)
        return self._open(key, None, address, row)

    def _open(self, key: Key, number: str | None, address: str, row: dict[str, Cell]) -> int:
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = len(self.drafts)
            self.drafts.append(
                HouseholdDraft(
                    number=number,
                    address=address,
                    grid=cells.strip(cell_text(row.get("grid", ""))) or self._section,
                    village_group=cells.strip(cell_text(row.get("village_group", ""))),
                    head_name=cells.normal(cell_text(row.get("head_name", ""))),
                )
            )
        return known
