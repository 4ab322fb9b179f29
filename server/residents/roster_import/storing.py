"""Takes a previewed roster into the register, and takes it out again: set-based, one transaction each."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import bindparam, delete, update

from server.kit import clock
from server.kit.bulk import insert_rows
from server.kit.crypto import keyring
from server.kit.database import db
from server.kit.ids import new_id
from server.residents import care_categories, repository, writing
from server.residents.addresses import plate_of
from server.residents.models import (
    CareMembership,
    Household,
    Resident,
    RestrictedFact,
)
from server.residents.repository import chunks
from server.residents.roster_import.difference import (
    COMPARED,
    COMPARED_HOUSEHOLD,
    HouseholdPlan,
    PersonPlan,
    Plan,
)
from server.residents.roster_import.models import RosterChange, RosterImport
from server.residents.roster_import.repository import changes_of

SEALED = frozenset(writing.SEALED)
TEXT_FIELDS = frozenset(
    {"ethnicity", "residence_status", "political_status", "marital_status", "education"}
)


@dataclass(frozen=True)
class Undone:
    """What undoing an import did; ``kept`` rows had been changed since and were left alone."""

    people_removed: int
    people_restored: int
    kept: int


class Storing:
    """Writes one plan; everything sealed and worded before the first statement."""

    def __init__(self, record: RosterImport, plan: Plan) -> None:
        self.record = record
        self.area_id = record.area_id
        self.plan = plan
        self.today = clock.today()
        self.times = writing.moments()
        self.home_ids: dict[int, uuid.UUID] = {}
        self.new_homes: list[dict[str, Any]] = []
        self.changed_homes: list[dict[str, Any]] = []
        self.new_people: list[dict[str, Any]] = []
        self.changed_people: list[dict[str, Any]] = []
        self.care: list[dict[str, Any]] = []
        self.care_ended: list[uuid.UUID] = []
        self.restricted: list[dict[str, Any]] = []
        self.tokens: list[dict[str, Any]] = []
        self.reworded_people: list[uuid.UUID] = []
        self.reworded_homes: list[uuid.UUID] = []
        self.gone: list[uuid.UUID] = []
        self.log: list[dict[str, Any]] = []
        self.touched: set[uuid.UUID] = set()
        self._prepare()

    # --- before the transaction ---------------------------------------------------------------

    def _prepare(self) -> None:
        self.names: dict[int, tuple[int, str]] = {}
        for one in self.plan.people:
            self._remember_name(one)
        for index, home in self.plan.households.items():
            if home.household is None:
                self._new_home(index, home)
            else:
                self.home_ids[index] = home.household.id
                if home.changes or home.reopened:
                    self._changed_home(home.household, home)
        positions: dict[int, int] = {}
        for one in self.plan.people:
            place = positions[one.entry.household] = positions.get(one.entry.household, -1) + 1
            if one.resident is None:
                self._new_person(one, place)
            elif one.kind == "changed":
                self._changed_person(one, one.resident)

    def _remember_name(self, one: PersonPlan) -> None:
        """Whom to ask for at the door: the head if there is one who lives there, else the first."""
        person = one.entry.person
        if person.status is not None:
            return
        rank = 0 if person.relation == "head" else 1
        known = self.names.get(one.entry.household)
        if known is None or rank < known[0]:
            self.names[one.entry.household] = (rank, person.name)

    def _display_name(self, index: int) -> str:
        return self.names.get(index, (0, ""))[1]

    def _door(self, address: str) -> dict[str, str]:
        plate = plate_of(address)
        return {
            "building": plate.building[:24],
            "unit": plate.unit[:24],
            "room": plate.room[:24],
            "house": plate.house[:40],
            "door_order": plate.order[:64],
        }

    def _new_home(self, index: int, home: HouseholdPlan) -> None:
        draft, home_id = home.draft, new_id()
        self.home_ids[index] = home_id
        self.new_homes.append(
            {
                "id": home_id,
                "area_id": self.area_id,
                **self.times,
                "number": draft.number[:40] if draft.number else None,
                "grid": draft.grid[:80],
                "village_group": draft.village_group[:80],
                "address": draft.address[:200],
                **self._door(draft.address or draft.head_name),
                "display_name": self._display_name(index),
                "vacant": draft.vacant,
                "version": 1,
                "closed_at": None,
            }
        )
        self._word_home(home_id, self.new_homes[-1])
        self._note("household", "made", home_id, 1)
        self.touched.add(home_id)

    def _changed_home(self, row: Household, home: HouseholdPlan) -> None:
        after = {name: getattr(row, name) for name in COMPARED_HOUSEHOLD}
        after |= {change.field: change.after for change in home.changes}
        values = {
            "b_id": row.id,
            **after,
            **self._door(str(after["address"])),
            "vacant": home.draft.vacant,
            "closed_at": None,
            "updated_at": self.times["updated_at"],
        }
        self.changed_homes.append(values)
        before = {name: getattr(row, name) for name in (*COMPARED_HOUSEHOLD, "vacant")}
        before["closed"] = row.closed_at is not None
        self._note("household", "changed", row.id, row.version + 1, before)
        self.reworded_homes.append(row.id)
        self._word_home(row.id, values)
        self.touched.add(row.id)

    def _word_home(self, home_id: uuid.UUID, values: dict[str, Any]) -> None:
        words = writing.door_words(
            values["address"], plate_of(values["address"]), values["village_group"], values["grid"]
        )
        self.tokens += writing.token_rows(self.area_id, home_id, None, words)

    def _new_person(self, one: PersonPlan, place: int) -> None:
        person, person_id = one.entry.person, new_id()
        home_id = self.home_ids[one.entry.household]
        self.new_people.append(
            {
                "id": person_id,
                "area_id": self.area_id,
                **self.times,
                "household_id": home_id,
                "position": place,
                "name": person.name[:80],
                "relation": person.relation,
                "sex": person.sex,
                "birth_date": person.birth_date,
                **{name: getattr(person, name)[:40] for name in TEXT_FIELDS},
                "status": person.status or "active",
                "version": 1,
                **writing.sealed_columns(
                    person_id, {name: getattr(person, name) or None for name in SEALED}
                ),
            }
        )
        words = writing.person_words(person.name, (person.phone, person.phone_alt))
        self.tokens += writing.token_rows(self.area_id, home_id, person_id, words)
        self._note("resident", "made", person_id, 1)
        self._begin_care(person_id, one)
        self.touched.add(home_id)

    def _changed_person(self, one: PersonPlan, known: Resident) -> None:
        home_id = self.home_ids[one.entry.household]
        after: dict[str, Any] = {change.field: change.after for change in one.changes}
        values: dict[str, Any] = {
            "b_id": known.id,
            "household_id": home_id,
            "updated_at": self.times["updated_at"],
        }
        for name in COMPARED:
            if name not in SEALED:
                values[name] = after.get(name, getattr(known, name))
        sealed = writing.sealed_columns(
            known.id, {name: value for name, value in after.items() if name in SEALED}
        )
        for name in SEALED:
            values[f"{name}_box"] = sealed.get(f"{name}_box", getattr(known, f"{name}_box"))
        values["id_index"] = sealed.get("id_index", known.id_index)
        self.changed_people.append(values)
        before = {name: _plain(getattr(known, name)) for name in COMPARED}
        before["household_id"] = str(known.household_id)
        self._note("resident", "changed", known.id, known.version + 1, before)
        if one.moves or {"name", "phone", "phone_alt"}.intersection(after):
            self.reworded_people.append(known.id)
            phones = (after.get("phone", known.phone), after.get("phone_alt", known.phone_alt))
            words = writing.person_words(str(values["name"]), phones)
            self.tokens += writing.token_rows(self.area_id, home_id, known.id, words)
        if known.status == "active" and values["status"] != "active":
            self.gone.append(known.id)
        self._begin_care(known.id, one)
        for row in one.care_ends:
            self.care_ended.append(row.id)
            self._note("care", "ended", row.id, 0)
        self.touched |= {home_id, known.household_id}

    def _begin_care(self, resident_id: uuid.UUID, one: PersonPlan) -> None:
        for category in one.care_begins:
            row_id = new_id()
            self.care.append(
                {
                    "id": row_id,
                    "area_id": self.area_id,
                    **self.times,
                    "resident_id": resident_id,
                    "category": category,
                    "sensitivity": care_categories.sensitivity(category),
                    "starts_on": self.today,
                    "ends_on": None,
                }
            )
            self._note("care", "made", row_id, 0)
        for category in one.restricted_begins:
            row_id = new_id()
            self.restricted.append(
                {
                    "id": row_id,
                    "area_id": self.area_id,
                    **self.times,
                    "resident_id": resident_id,
                    "category_box": writing.seal(
                        "restricted_fact", row_id, "category_box", category
                    ),
                    "starts_on": self.today,
                    "ends_on": None,
                }
            )
            self._note("restricted", "made", row_id, 0)

    def _note(
        self,
        kind: str,
        act: str,
        entity_id: uuid.UUID,
        version_after: int,
        before: dict[str, Any] | None = None,
    ) -> None:
        row_id = new_id()
        box = None
        if before is not None:
            box = keyring().seal(orjson.dumps(before), f"roster_change:{row_id}:before_box")
        self.log.append(
            {
                "id": row_id,
                "area_id": self.area_id,
                "import_id": self.record.id,
                "kind": kind,
                "act": act,
                "entity_id": entity_id,
                "version_after": version_after,
                "before_box": box,
            }
        )

    # --- inside the transaction ---------------------------------------------------------------

    def write(self) -> None:
        """Every statement of the import; the caller's transaction commits it or none of it."""
        insert_rows(Household, self.new_homes)
        _update(Household, self.changed_homes)
        insert_rows(Resident, self.new_people)
        _update(Resident, self.changed_people)
        insert_rows(CareMembership, self.care)
        _end_care(self.care_ended, self.today)
        insert_rows(RestrictedFact, self.restricted)
        writing.replace_words(
            self.tokens, residents=self.reworded_people, households=self.reworded_homes
        )
        insert_rows(RosterChange, self.log)
        for one in self.plan.people:  # written past the mapper
            if one.resident is not None and one.kind == "changed":
                db.session.expire(one.resident)
        for home in self.plan.households.values():
            if home.household is not None and (home.changes or home.reopened):
                db.session.expire(home.household)
        moved_from = self.touched - {row["id"] for row in self.new_homes}
        bumped = {values["b_id"] for values in self.changed_homes}
        rename_households(moved_from, bump=moved_from - bumped)
        writing.tell_changed(self.area_id, sorted(self.touched))
        writing.tell_gone(self.area_id, self.gone)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _update(model: Any, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    table = model.__table__
    columns = {
        name: bindparam(f"v_{name}", type_=table.c[name].type) for name in rows[0] if name != "b_id"
    }
    statement = (
        update(table)
        .where(table.c.id == bindparam("b_id", type_=table.c.id.type))
        .values(**columns, version=table.c.version + 1)
    )
    given = [{("b_id" if k == "b_id" else f"v_{k}"): v for k, v in row.items()} for row in rows]
    db.session.connection().execute(statement, given)


def _delete(model: Any, ids: Collection[uuid.UUID]) -> None:
    table = model.__table__
    for chunk in chunks(list(ids)):
        db.session.connection().execute(delete(table).where(table.c.id.in_(chunk)))


def _end_care(ids: Collection[uuid.UUID], on: date | None) -> None:
    for chunk in chunks(list(ids)):
        db.session.execute(
            update(CareMembership)
            .where(CareMembership.id.in_(chunk))
            .values(ends_on=on)
            .execution_options(synchronize_session=False)
        )


def rename_households(ids: Collection[uuid.UUID], *, bump: Collection[uuid.UUID] = ()) -> None:
    """Say anew whom to ask for at these doors, and count their change."""
    people: dict[uuid.UUID, list[Resident]] = {}
    for person in repository.residents.of_households(list(ids)):
        people.setdefault(person.household_id, []).append(person)
    raised = set(bump)
    for home in repository.households.by_ids(ids, closed=True):
        home.display_name = writing.display_name(people.get(home.id, ()))
        if home.id in raised:
            home.version += 1
    db.session.flush()


def undo(record: RosterImport, moment: datetime) -> Undone:
    """Put back what stood before; rows changed since by somebody are kept as they are."""
    area_id, log = record.area_id, changes_of(record.id)
    made = [row for row in log if row.kind == "resident" and row.act == "made"]
    changed = [row for row in log if row.kind == "resident" and row.act == "changed"]
    touched: set[uuid.UUID] = set()
    kept = 0
    versions = {person.id: person for person in repository.residents.of_area(area_id)}
    removed = [
        row.entity_id
        for row in made
        if row.entity_id in versions and versions[row.entity_id].version == row.version_after
    ]
    kept += len(made) - len(removed)
    touched |= {versions[person_id].household_id for person_id in removed}
    own_care = [row.entity_id for row in log if row.kind == "care" and row.act == "made"]
    _delete(CareMembership, own_care)
    _delete(RestrictedFact, [row.entity_id for row in log if row.kind == "restricted"])
    _end_care([row.entity_id for row in log if row.kind == "care" and row.act == "ended"], None)
    restored = 0
    for row in changed:
        person = versions.get(row.entity_id)
        if person is None or person.version != row.version_after:
            kept += 1
            continue
        touched.add(person.household_id)
        _restore_person(person, orjson.loads(row.before_text or "{}"))
        touched.add(person.household_id)
        restored += 1
    db.session.flush()
    for person_id in removed:
        db.session.expunge(versions[person_id])
    _delete(Resident, removed)
    writing.replace_words([], residents=removed)
    closed = _undo_households(area_id, log, touched, moment)
    rename_households(touched - closed, bump=touched - closed)
    for home in repository.households.by_ids(touched - closed):
        writing.write_words_of(home, repository.residents.of_households([home.id]))
    writing.tell_changed(area_id, sorted(touched - closed))
    writing.tell_closed(area_id, sorted(closed))
    writing.tell_gone(area_id, removed)
    return Undone(len(removed), restored, kept)


def _restore_person(person: Resident, before: dict[str, Any]) -> None:
    for name in COMPARED:
        value = before[name]
        if name == "birth_date" and value is not None:
            value = date.fromisoformat(value)
        setattr(person, name, value)
    person.id_index = writing.id_index(before["id_number"]) if before["id_number"] else None
    person.household_id = uuid.UUID(before["household_id"])
    person.version += 1


def _undo_households(
    area_id: str, log: list[RosterChange], touched: set[uuid.UUID], moment: datetime
) -> set[uuid.UUID]:
    """Close the doors this import opened and put others back; doors with people in them stay."""
    homes = {home.id: home for home in repository.households.of_area(area_id, closed=True)}
    lived_in = {p.household_id for p in repository.residents.of_area(area_id)}
    closed: set[uuid.UUID] = set()
    for row in log:
        home = homes.get(row.entity_id)
        if row.kind != "household" or home is None or home.version != row.version_after:
            continue
        if row.act == "made":
            if home.id not in lived_in:
                closed.add(home.id)
            continue
        before = orjson.loads(row.before_text or "{}")
        if before.pop("closed") and home.id not in lived_in:
            closed.add(home.id)
        for name, value in before.items():
            setattr(home, name, value)
        plate = plate_of(home.address)
        home.building, home.unit, home.room, home.house = (
            plate.building, plate.unit, plate.room, plate.house,
        )  # fmt: skip
        home.door_order = plate.order
        touched.add(home.id)
    for home_id in closed:
        homes[home_id].closed_at = moment
        homes[home_id].display_name = ""
        homes[home_id].version += 1
    db.session.flush()
    writing.replace_words([], households=closed)
    return closed
