"""Shapes of the register on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.kit.schemas import AreaCode, PageInfo, PageQuery, Text, Whole
from server.residents.care_categories import BY_ID
from server.residents.words import RELATION_WORDS, SEX_WORDS, STATUSES

CATEGORY = validate.OneOf(sorted(BY_ID))


class PlateSchema(Schema):
    """What stands on the door; a village house has ``house`` only."""

    building = fields.String(required=True)
    unit = fields.String(required=True)
    room = fields.String(required=True)
    house = fields.String(required=True)


class HouseholdSearch(PageQuery):
    """Words (name, pinyin, address, phone tail) and filters; in the body, never in an address line."""

    query = Text(load_default="", most=80)
    area_id = AreaCode(load_default=None, allow_none=True)
    grid = Text(load_default=None, allow_none=True, most=80)
    building = Text(load_default=None, allow_none=True, most=24)


class ResidentSearch(HouseholdSearch):
    """As for households, and by care category and status."""

    category = fields.String(load_default=None, allow_none=True, validate=CATEGORY)
    status = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(STATUSES))


class CareSchema(Schema):
    category = fields.String(required=True)
    starts_on = fields.Date(required=True)


class ResidentSchema(Schema):
    """A resident in the view of the reader: fields the view does not hold are left out."""

    id = fields.UUID(required=True)
    household_id = fields.UUID(required=True)
    name = fields.String(required=True)
    relation = fields.String(required=True, allow_none=True)
    sex = fields.String(required=True, allow_none=True)
    age = fields.Integer(required=True, allow_none=True)
    status = fields.String(required=True)
    phone_masked = fields.String(required=True, allow_none=True)
    care_categories = fields.List(fields.Nested(CareSchema), required=True)
    version = fields.Integer(required=True)
    birth_date = fields.Date(allow_none=True)
    id_number_masked = fields.String(allow_none=True)
    other_document_masked = fields.String(allow_none=True)
    phone_alt_masked = fields.String(allow_none=True)
    ethnicity = fields.String()
    residence_status = fields.String()
    political_status = fields.String()
    marital_status = fields.String()
    education = fields.String()
    disability_grade = fields.String()
    remark = fields.String()


class ResidentRow(ResidentSchema):
    """A resident with their door, as a list shows them."""

    address = fields.String(required=True)
    plate = fields.Nested(PlateSchema, required=True)
    grid = fields.String(required=True)


class ResidentPage(PageInfo):
    area_id = fields.String(required=True)
    rows = fields.List(fields.Nested(ResidentRow), required=True)


class HouseholdRow(Schema):
    """A household in one line."""

    id = fields.UUID(required=True)
    area_id = fields.String(required=True)
    display_name = fields.String(required=True)
    address = fields.String(required=True)
    plate = fields.Nested(PlateSchema, required=True)
    grid = fields.String(required=True)
    number = fields.String(required=True, allow_none=True)
    vacant = fields.Boolean(required=True)
    people = fields.Integer(required=True)


class HouseholdPage(PageInfo):
    area_id = fields.String(required=True)
    rows = fields.List(fields.Nested(HouseholdRow), required=True)


class AreaChoice(Schema):
    area_id = AreaCode(load_default=None, allow_none=True)


class PlacesSchema(Schema):
    """What the filters offer."""

    area_id = fields.String(required=True)
    grids = fields.List(fields.String(), required=True)
    buildings = fields.List(fields.String(), required=True)


class HouseholdContactSchema(Schema):
    id = fields.UUID(required=True)
    resident_id = fields.UUID(allow_none=True)
    name = fields.String(required=True)
    relation = fields.String(required=True)
    phone_masked = fields.String(required=True, allow_none=True)
    agreed = fields.Boolean(required=True)
    agreed_on = fields.Date(allow_none=True)


class HouseholdDetail(Schema):
    """One household with its people and whom to call."""

    id = fields.UUID(required=True)
    area_id = fields.String(required=True)
    number = fields.String(allow_none=True)
    plate = fields.Nested(PlateSchema, required=True)
    address = fields.String(required=True)
    grid = fields.String(required=True)
    village_group = fields.String(required=True)
    display_name = fields.String(required=True)
    vacant = fields.Boolean(required=True)
    version = fields.Integer(required=True)
    residents = fields.List(fields.Nested(ResidentSchema), required=True)
    contacts = fields.List(fields.Nested(HouseholdContactSchema), required=True)


class _HouseholdFields(Schema):
    number = Text(most=40, allow_none=True)
    grid = Text(most=80)
    village_group = Text(most=80)
    address = Text(most=200)
    vacant = fields.Boolean()


class HouseholdCreate(_HouseholdFields):
    """A household by hand; an address or a number is needed."""

    area_id = AreaCode(load_default=None, allow_none=True)


class HouseholdChange(_HouseholdFields):
    """The fields to change, with the version the person saw."""

    version = Whole(required=True, minimum=1)


class VersionOnly(Schema):
    version = Whole(required=True, minimum=1)


class _PersonFields(Schema):
    name = Text(least=1, most=80)
    relation = fields.String(allow_none=True, validate=validate.OneOf(sorted(RELATION_WORDS)))
    sex = fields.String(allow_none=True, validate=validate.OneOf(sorted(SEX_WORDS)))
    birth_date = fields.Date(allow_none=True)
    id_number = Text(most=20, allow_none=True)
    other_document = Text(most=40, allow_none=True)
    phone = Text(most=20, allow_none=True)
    phone_alt = Text(most=20, allow_none=True)
    ethnicity = Text(most=24)
    residence_status = Text(most=40)
    political_status = Text(most=40)
    marital_status = Text(most=40)
    education = Text(most=40)
    disability_grade = Text(most=40, allow_none=True)
    remark = Text(most=500, allow_none=True)
    care_categories = fields.List(
        fields.String(validate=CATEGORY), validate=validate.Length(max=26)
    )


class ResidentCreate(_PersonFields):
    """A further person of a household."""

    name = Text(required=True, least=1, most=80)


class ResidentChange(_PersonFields):
    """The fields to change, with the version the person saw."""

    version = Whole(required=True, minimum=1)


class RevealRequest(Schema):
    """What the whole numbers are needed for."""

    reason = Text(required=True, least=2, most=200)


class RevealSchema(Schema):
    id = fields.UUID(required=True)
    id_number = fields.String(required=True, allow_none=True)
    other_document = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    phone_alt = fields.String(required=True, allow_none=True)


class HouseholdContactCreate(Schema):
    """Somebody to call; with ``resident_id`` name and phone may be left to the register."""

    resident_id = fields.UUID(load_default=None, allow_none=True)
    name = Text(load_default="", most=80)
    relation = Text(load_default="", most=40)
    phone = Text(load_default="", most=20)
    agreed = fields.Boolean(load_default=False)


class HouseholdContactChange(Schema):
    agreed = fields.Boolean(required=True)


class RestrictedSchema(Schema):
    resident_id = fields.UUID(required=True)
    name = fields.String(required=True)
    address = fields.String(required=True)
    category = fields.String(required=True)
    starts_on = fields.Date(required=True)
