"""Reads the person, or the two, whom one row describes; knows nothing of other rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from server.kit.workbook.grids import Cell
from server.residents import id_numbers
from server.residents.care_categories import RESTRICTED

from . import dates, names, phones, words
from . import text as cells
from .dates import age_on, with_century
from .verdicts import Change, Person

MINOR_AGE = 14
ID_NOISE = re.compile("[\\s'\"`‘’“”′,，.。:：\\-–—_－＇]+")
WIDE_SIGN = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
FLOATED = re.compile(r"[0-9]\.[0-9]+[Ee]\+?1[0-9]")
ID_SPLIT = re.compile(r"[、/,，;；\n\r|&＆／]+")
ID_LIKE = re.compile(r"[0-9]{15}|[0-9]{17}[0-9Xx]")
SEX_WORDS = {"male": "男", "female": "女"}
COPIED = (
    "ethnicity",
    "residence_status",
    "political_status",
    "marital_status",
    "education",
    "disability_grade",
    "remark",
)


class RowRefused(Exception):
    """The row cannot be stored; ``code`` says why and ``suspect`` holds the value in question."""

    def __init__(self, code: str, suspect: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.suspect = suspect


@dataclass
class Reading:
    """What one row became."""

    people: list[Person] = field(default_factory=list)
    repairs: set[str] = field(default_factory=set)
    warnings: set[str] = field(default_factory=set)
    changes: list[Change] = field(default_factory=list)


RowCells = dict[str, Cell]


def read_row(row: RowCells, reference: date, date1904: bool) -> Reading:
    """Everybody in the row; raises :class:`RowRefused`."""
    raw_name = cell_text(row.get("name", ""))
    repairs: set[str] = set()
    tidied = cells.tidy(raw_name, repairs)
    if cells.is_nothing(tidied):
        raise RowRefused("name_missing")
    parts = names.parts_of(tidied)
    if len(parts) == 1:
        return _one_person(row, reference, date1904)
    return _several_people(row, parts, reference, date1904)


def _one_person(row: RowCells, reference: date, date1904: bool) -> Reading:
    reading = Reading()
    reader = _Reader(row, reference, date1904, reading)
    reading.people.append(reader.person())
    return reading


def _several_people(row: RowCells, parts: list[str], reference: date, date1904: bool) -> Reading:
    raw_ids = row.get("id_number", "")
    ids = [part for part in ID_SPLIT.split(cell_text(raw_ids)) if cells.strip(part)]
    if len(ids) == 1:
        pieces = cells.SPACE_RUN.split(cells.strip(ids[0]))
        if len(pieces) == len(parts) and all(
            ID_LIKE.fullmatch(cells.narrow(piece)) for piece in pieces
        ):
            ids = pieces
    if len(ids) != len(parts):
        raise RowRefused("split_ambiguous", cell_text(row.get("name", "")))
    merged = Reading(repairs={"split_people"})
    shares = {
        name: _shares(row.get(name, ""), len(parts))
        for name in ("relation", "sex", "birth_date", "phone")
    }
    for index, part in enumerate(parts):
        own = dict(row, name=part, id_number=ids[index])
        own.update({name: values[index] for name, values in shares.items()})
        one = _one_person(own, reference, date1904)
        merged.people += one.people
        merged.repairs |= one.repairs
        merged.warnings |= one.warnings
        merged.changes += one.changes
    everyone = "、".join(person.name for person in merged.people)
    merged.changes.insert(
        0, Change("split_people", "name", cell_text(row.get("name", "")), everyone)
    )
    return merged


def _shares(cell: Cell, count: int) -> list[Cell]:
    """One value each where the cell holds as many as people; otherwise each carries the whole cell."""
    if isinstance(cell, str):
        parts = [part for part in ID_SPLIT.split(cell) if cells.strip(part)]
        if len(parts) == count:
            return list(parts)
    return [cell] * count


def cell_text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, date):
        return cell.isoformat()
    return cells.from_number(cell)


class _Reader:
    """Reads the fields of one person in the order in which they depend on each other."""

    def __init__(self, row: RowCells, reference: date, date1904: bool, into: Reading) -> None:
        self.row = row
        self.reference = reference
        self.date1904 = date1904
        self.into = into

    def person(self) -> Person:
        name = self._name()
        person = Person(name=name, relation=self._relation())
        number = self._id_number(person)
        self._birth_date(person, number)
        self._sex(person, number)
        self._phones(person)
        self._categories(person)
        self._remaining(person)
        return person

    def _note(self, codes: set[str], name: str, after: str) -> None:
        self.into.repairs |= codes
        before = cell_text(self.row.get(name, ""))
        self.into.changes += [Change(code, name, before, after) for code in sorted(codes)]

    def _name(self) -> str:
        own: set[str] = set()
        name = names.clean(cells.tidy(cell_text(self.row.get("name", "")), own), own)
        self._note(own, "name", name)
        return name

    def _relation(self) -> str | None:
        own: set[str] = set()
        word = cells.tidy(cell_text(self.row.get("relation", "")), own)
        self._note(own, "relation", word)
        if cells.is_nothing(word):
            return None
        relation = words.RELATIONS.get(word) or words.RELATIONS.get(cells.normal(word))
        if relation is None:
            self.into.warnings.add("relation_unknown")
            return "other_relative"
        return relation

    def _id_number(self, person: Person) -> id_numbers.IdNumber | None:
        cell = self.row.get("id_number", "")
        own: set[str] = set()
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            if abs(cell) >= 1e15:
                raise RowRefused("id_precision_lost", repr(cell))
            text = cells.from_number(cell)
        else:
            text = cells.tidy(cell_text(cell), own)
        if cells.is_nothing(text):
            if text:
                self._note({"id_dropped"}, "id_number", "")
            self.into.warnings.add("id_missing")
            return None
        plain = cells.narrow(text)
        if WIDE_SIGN.search(text):
            own.add("fullwidth")
        if FLOATED.fullmatch(plain):
            raise RowRefused("id_precision_lost", plain)
        bare = ID_NOISE.sub("", plain)
        if bare != plain:
            own.add("strip_chars")
        if bare.endswith("x"):
            own.add("uppercase_x")
        bare = bare.upper()
        digits = sum(sign.isdigit() for sign in bare)
        if id_numbers.OTHER_DOCUMENT.fullmatch(bare):
            person.other_document = bare
            self._note(own, "id_number", bare)
            self.into.warnings.add("id_other_document")
            return None
        if digits < len(bare) - 1 and digits < 15:
            self._note({"id_dropped"}, "id_number", "")
            self.into.warnings.add("id_missing")
            return None
        try:
            number = id_numbers.parse(bare)
        except id_numbers.BadIdNumber as error:
            raise RowRefused(error.code, bare) from error
        if number.birth_date > self.reference:
            raise RowRefused("birth_in_future", number.birth_date.isoformat())
        if number.upgraded:
            own.add("id_15_to_18")
            self.into.warnings.add("id_15_digits")
        self._note(own, "id_number", number.value)
        person.id_number = number.value
        return number

    def _birth_date(self, person: Person, number: id_numbers.IdNumber | None) -> None:
        own: set[str] = set()
        read = dates.read(self.row.get("birth_date", ""), self.date1904, own)
        if number is not None:
            person.birth_date = number.birth_date
            if read.blank or not read.readable:
                own.add("birth_from_id")
            elif not read.agrees_with(number.birth_date):
                own.add("birth_from_id")
                self.into.warnings.add("birth_conflict")
            elif read.value is None:
                own |= {"birth_from_id", "date_format"}
            if read.value is not None and not read.clean:
                own.add("date_format")
        else:
            self._birth_without_number(person, read, own)
        if person.birth_date is not None and age_on(person.birth_date, self.reference) < MINOR_AGE:
            self.into.warnings.add("minor_under_14")
        self._note(own, "birth_date", person.birth_date.isoformat() if person.birth_date else "")

    def _birth_without_number(self, person: Person, read: dates.ReadDate, own: set[str]) -> None:
        value = read.value
        if value is None and read.short is not None:
            value = with_century(read.short, self.reference)
        if value is None:
            if not read.blank:
                own.add("birth_dropped")
            return
        if value > self.reference:
            raise RowRefused("birth_in_future", value.isoformat())
        if not read.clean:
            own.add("date_format")
        person.birth_date = value

    def _sex(self, person: Person, number: id_numbers.IdNumber | None) -> None:
        own: set[str] = set()
        said = words.SEXES.get(cells.narrow(cells.tidy(cell_text(self.row.get("sex", "")), own)))
        person.sex = said
        if number is not None:
            person.sex = number.sex
            if said != number.sex:
                own.add("sex_from_id")
                if said is not None:
                    self.into.warnings.add("sex_conflict")
        self._note(own, "sex", SEX_WORDS.get(person.sex or "", ""))

    def _phones(self, person: Person) -> None:
        own: set[str] = set()
        found = phones.read(self.row.get("phone", ""), own)
        second: set[str] = set()
        other = phones.read(self.row.get("phone_alt", ""), second)
        numbers = [n for n in (found.first, found.second, other.first, other.second) if n]
        numbers = list(dict.fromkeys(numbers))
        person.phone = numbers[0] if numbers else None
        person.phone_alt = numbers[1] if len(numbers) > 1 else None
        if person.phone is None:
            self.into.warnings.add("phone_missing")
        self._note(own, "phone", "、".join(n for n in (found.first, found.second) if n))
        self._note(second, "phone_alt", "、".join(n for n in (other.first, other.second) if n))

    def _categories(self, person: Person) -> None:
        own: set[str] = set()
        raw = cells.tidy(cell_text(self.row.get("care_categories", "")), own)
        if not raw:
            return
        person.care_categories, replaced, unknown = words.categories_in(raw)
        if replaced:
            own.add("category_synonym")
        if unknown:
            self.into.warnings.add("category_unknown")
        if RESTRICTED.intersection(person.care_categories):
            self.into.warnings.add("restricted_category")
        self._note(own, "care_categories", "、".join(person.care_categories))

    def _remaining(self, person: Person) -> None:
        for name in COPIED:
            cell = self.row.get(name, "")
            if cell != "":
                setattr(person, name, cells.tidy(cell_text(cell), set()))
        person.status = words.status_in(person.remark) if person.remark else None
        if person.status:
            self.into.warnings.add(f"remark_{person.status}")
