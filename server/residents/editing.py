"""Keeping the register by hand: households, people, their categories and whom to call."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from server.access.actor import Actor
from server.kit import clock
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import ApiError, Invalid, NotFound
from server.residents import care_categories, id_numbers, quotas, repository, service, writing
from server.residents.addresses import plate_of
from server.residents.models import (
    ACTIVE,
    CareMembership,
    Household,
    HouseholdContact,
    Resident,
    RestrictedFact,
)
from server.residents.repository import contacts, households, residents


class RecordMoved(ApiError):
    code, status = "residents.changed_meanwhile", 409
    zh = "刚才有人改过这一条。请看一眼现在的内容，再改一次。"
    en = "Somebody changed this a moment ago. Please look at it as it is now and change it again."


class PersonKnown(ApiError):
    code, status = "residents.person_known", 409
    zh = "这个身份证号已经登记在 {address} 的 {name} 名下。"
    en = "This ID number is already registered for {name} at {address}."


class RestrictedByOthers(ApiError):
    code, status = "residents.restricted_category", 403
    zh = "这一类只由指定的人登记，您的身份不能登记。其他内容没有存。"
    en = "This category is registered by named people only. Nothing was stored."


ID_SENTENCES = {
    "id_length": "位数不对，应是 18 位。",
    "id_checksum": "最后一位算不对，多半抄错一位。请对照原件。",
    "id_bad_date": "号码里的出生日期不存在。请对照原件。",
}
HOUSEHOLD_FIELDS = ("number", "grid", "village_group", "address", "vacant")
PLAIN_FIELDS = (
    "name", "relation", "sex", "birth_date", "ethnicity", "residence_status", "political_status",
    "marital_status", "education",
)  # fmt: skip
"""Not among them: whether somebody lives here. That is an act with its day and reason (changes/happenings.py)."""
SEALED_FIELDS = ("other_document", "phone", "phone_alt", "disability_grade", "remark")


def create_household(actor: Actor, *, area_id: str | None, **data: Any) -> dict[str, Any]:
    """A household by hand. Raises NotFound (an area that is not the actor's), Invalid."""
    area = service.area_of(actor, area_id, "residents.write")
    row = Household(area_id=area, version=0)
    db.session.add(row)
    set_door(row, data)
    return _answer(actor, row)


def change_household(
    actor: Actor, household_id: uuid.UUID, *, version: int, **data: Any
) -> dict[str, Any]:
    """Change what stands on the door or in the list. Raises NotFound, RecordMoved, Invalid."""
    row = _household(actor, household_id)
    if row.version != version:
        raise RecordMoved()
    set_door(row, data)
    return _answer(actor, row)


def close_household(actor: Actor, household_id: uuid.UUID, *, version: int) -> None:
    """Take an empty household off the register. Raises NotFound, RecordMoved, Invalid."""
    row = _household(actor, household_id)
    if row.version != version:
        raise RecordMoved()
    if any(person.status == ACTIVE for person in residents.of_households([row.id])):
        raise Invalid(fields={"household": "户里还有人，请先登记迁出。"})
    row.closed_at = clock.now()
    row.version += 1
    touched(row.id, area_id=row.area_id)
    writing.tell_closed(row.area_id, [row.id])


def add_resident(actor: Actor, household_id: uuid.UUID, **data: Any) -> dict[str, Any]:
    """A further person of a household. Raises NotFound, Invalid, PersonKnown, RestrictedByOthers."""
    home = _household(actor, household_id)
    people = residents.of_households([home.id])
    person = Resident(
        area_id=home.area_id,
        household_id=home.id,
        name="",
        position=max((p.position for p in people), default=-1) + 1,
        version=0,
    )
    set_person(actor, person, data)
    db.session.add(person)
    db.session.flush()
    _set_care(actor, person, data.get("care_categories"))
    return _person_saved(actor, home, person)


def change_resident(
    actor: Actor, resident_id: uuid.UUID, *, version: int, **data: Any
) -> dict[str, Any]:
    """Change what is known of a person; fields left out stay. Raises as :func:`add_resident`, RecordMoved."""
    person = _resident(actor, resident_id)
    if person.version != version:
        raise RecordMoved()
    home = _household(actor, person.household_id)
    set_person(actor, person, data)
    _set_care(actor, person, data.get("care_categories"))
    return _person_saved(actor, home, person)


def reveal(actor: Actor, resident_id: uuid.UUID, *, reason: str) -> dict[str, Any]:
    """The whole numbers of one person, with the reason on record. Raises NotFound."""
    person = _resident(actor, resident_id)
    quotas.spending(actor, quotas.REVEALS)
    touched(person.id, area_id=person.area_id, why=reason)
    return {
        "id": person.id,
        "id_number": person.id_number,
        "other_document": person.other_document,
        "phone": person.phone,
        "phone_alt": person.phone_alt,
    }


def add_contact(actor: Actor, household_id: uuid.UUID, **data: Any) -> dict[str, Any]:
    """Somebody to call; a resident's own phone is taken when none is given. Raises NotFound, Invalid."""
    home = _household(actor, household_id)
    resident_id, phone = data.pop("resident_id"), data.pop("phone")
    if resident_id is not None:
        person = _resident(actor, resident_id)
        if person.household_id != home.id:
            raise NotFound()
        phone = phone or person.phone
        data["name"] = data["name"] or person.name
    if not phone or not data["name"]:
        raise Invalid(fields={"phone" if data["name"] else "name": "请填上。"})
    row = HouseholdContact(
        area_id=home.area_id,
        household_id=home.id,
        resident_id=resident_id,
        position=len(contacts.of_households([home.id])),
        agreed_on=clock.today() if data["agreed"] else None,
        **data,
    )
    row.phone = phone
    db.session.add(row)
    return _answer(actor, home)


def change_contact(actor: Actor, contact_id: uuid.UUID, *, agreed: bool) -> dict[str, Any]:
    """Whether the assigned volunteer may call; withdrawn as easily as given. Raises NotFound."""
    row: HouseholdContact = contacts.get(actor, contact_id)
    row.agreed = agreed
    row.agreed_on = clock.today() if agreed else None
    return _answer(actor, _household(actor, row.household_id))


def remove_contact(actor: Actor, contact_id: uuid.UUID) -> dict[str, Any]:
    """Nobody calls this number any more. Raises NotFound."""
    row: HouseholdContact = contacts.get(actor, contact_id)
    db.session.delete(row)
    return _answer(actor, _household(actor, row.household_id))


def restricted(actor: Actor) -> list[dict[str, Any]]:
    """Restricted facts for the named contact of the committee."""
    found = repository.restricted_visible_to(actor)
    for fact, person, _ in found:
        touched(person.id, area_id=fact.area_id)
    return [
        {
            "resident_id": person.id,
            "name": person.name,
            "address": home.address,
            "category": fact.category,
            "starts_on": fact.starts_on,
        }
        for fact, person, home in found
    ]


# --- one row -----------------------------------------------------------------------------------


def _household(actor: Actor, household_id: uuid.UUID) -> Household:
    row: Household = households.get(actor, household_id)
    if not actor.may("residents.write", row.area_id):
        raise NotFound()
    return row


def _resident(actor: Actor, resident_id: uuid.UUID) -> Resident:
    row: Resident = residents.get(actor, resident_id)
    if not actor.may("residents.write", row.area_id):
        raise NotFound()
    return row


def set_door(row: Household, data: dict[str, Any]) -> None:
    for name in HOUSEHOLD_FIELDS:
        if name in data:
            setattr(row, name, data[name])
    if not row.address and not row.number:
        raise Invalid(fields={"address": "门牌和户编号至少填一个。"})
    plate = plate_of(row.address or "")
    row.building, row.unit, row.room, row.house = (
        plate.building,
        plate.unit,
        plate.room,
        plate.house,
    )
    row.door_order = plate.order


def set_person(actor: Actor, person: Resident, data: dict[str, Any]) -> None:
    for name in PLAIN_FIELDS:
        if name in data:
            setattr(person, name, data[name])
    for name in SEALED_FIELDS:
        if name in data:
            setattr(person, name, data[name] or None)
    if data.get("id_number"):
        _set_id_number(person, data["id_number"])
    elif "id_number" in data:
        person.id_number, person.id_index = None, None
    elif person.id_number is not None:
        known = id_numbers.parse(person.id_number)  # the number wins over what was typed beside it
        person.birth_date, person.sex = known.birth_date, known.sex
    if person.birth_date is not None and person.birth_date > clock.today():
        raise Invalid(fields={"birth_date": "出生日期在今天之后，请再看一眼。"})


def _set_id_number(person: Resident, text: str) -> None:
    try:
        number = id_numbers.parse(text.strip().upper())
    except id_numbers.BadIdNumber as error:
        raise Invalid(fields={"id_number": ID_SENTENCES[error.code]}) from error
    index = writing.id_index(number.value)
    for other in residents.with_id_index(person.area_id, index):
        if other.id != person.id:
            home = households.by_ids([other.household_id], closed=True)
            address = home[0].address if home else ""
            raise PersonKnown(details={"name": other.name, "address": address})
    person.id_number, person.id_index = number.value, index
    person.birth_date, person.sex = number.birth_date, number.sex


def _set_care(actor: Actor, person: Resident, wanted: list[str] | None) -> None:
    """Begin and end memberships so that the present ones are ``wanted``; None leaves them."""
    if wanted is None:
        return
    today = clock.today()
    restricted_ones = [name for name in wanted if name in care_categories.RESTRICTED]
    if restricted_ones and not actor.may("restricted.refer", person.area_id):
        raise RestrictedByOthers()
    for category in restricted_ones:
        fact = RestrictedFact(area_id=person.area_id, resident_id=person.id, starts_on=today)
        fact.category = category
        db.session.add(fact)
    open_now = {row.category: row for row in repository.care_of([person.id]) if _open(row, today)}
    for category, row in open_now.items():
        if category not in wanted:
            row.ends_on = today
    for category in wanted:
        if category not in open_now and category not in care_categories.RESTRICTED:
            db.session.add(
                CareMembership(
                    area_id=person.area_id,
                    resident_id=person.id,
                    category=category,
                    sensitivity=care_categories.sensitivity(category),
                    starts_on=today,
                )
            )


def _open(row: CareMembership, today: date) -> bool:
    return row.ends_on is None or row.ends_on > today


def _person_saved(actor: Actor, home: Household, person: Resident) -> dict[str, Any]:
    person.version += 1
    db.session.flush()
    touched(person.id)
    return _answer(actor, home, [person])


def _answer(actor: Actor, home: Household, people: list[Resident] | None = None) -> dict[str, Any]:
    """Count the change, rewrite the search words, tell the phones, and show the household as it is."""
    db.session.flush()
    home.version += 1
    home.display_name = writing.display_name(residents.of_households([home.id]))
    db.session.flush()
    writing.write_words_of(home, people or [])
    touched(home.id, area_id=home.area_id)
    writing.tell_changed(home.area_id, [home.id])
    return service.detail(actor, home.id)
