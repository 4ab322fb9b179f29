"""Shapes of what happens to households on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.kit.schemas import Text, Whole
from server.residents.schemas import HouseholdDetail, PlateSchema
from server.residents.words import RELATION_WORDS, SEX_WORDS

KINDS = ("merge", "apart", "move", "join", "move_out", "split", "birth", "death", "return")
REASONS = ("address", "id_number", "name_phone")


class DoubleLine(Schema):
    id = fields.UUID(required=True)
    display_name = fields.String(required=True)
    address = fields.String(required=True)
    plate = fields.Nested(PlateSchema, required=True)


class DoublePair(Schema):
    """Two households that look like one, and why."""

    one = fields.Nested(DoubleLine, required=True)
    other = fields.Nested(DoubleLine, required=True)
    reasons = fields.List(fields.String(validate=validate.OneOf(REASONS)), required=True)


class DoublesSchema(Schema):
    area_id = fields.String(required=True)
    pairs = fields.List(fields.Nested(DoublePair), required=True)


class SamePerson(Schema):
    one = fields.UUID(required=True)
    other = fields.UUID(required=True)


class BesideSchema(Schema):
    """Two households side by side."""

    one = fields.Nested(HouseholdDetail, required=True)
    other = fields.Nested(HouseholdDetail, required=True)
    same = fields.List(fields.Nested(SamePerson), required=True)


class JoinedLines(Schema):
    """Two lines that are one person: the one that stays and the one that goes into it."""

    stays = fields.UUID(required=True)
    joins = fields.UUID(required=True)


class MergeRequest(Schema):
    other_id = fields.UUID(required=True)
    version = Whole(required=True, minimum=1)
    other_version = Whole(required=True, minimum=1)
    same = fields.List(
        fields.Nested(JoinedLines), load_default=list, validate=validate.Length(max=60)
    )
    reason = Text(load_default="", most=200)


class ApartRequest(Schema):
    other_id = fields.UUID(required=True)


class _Dated(Schema):
    day = fields.Date(required=True)
    reason = Text(load_default="", most=200)


class _OfPeople(_Dated):
    resident_ids = fields.List(
        fields.UUID(), required=True, validate=validate.Length(min=1, max=60)
    )


class MoveRequest(_Dated):
    """The whole family lives behind another door of the committee."""

    version = Whole(required=True, minimum=1)
    address = Text(required=True, least=1, most=200)
    grid = Text(load_default=None, allow_none=True, most=80)


class JoinRequest(_OfPeople):
    """These people live with another household of the committee."""

    to_id = fields.UUID(required=True)


class MoveOutRequest(_OfPeople):
    """These people live elsewhere now."""


class ReturnRequest(_OfPeople):
    """These people live here after all; why is always said, as it may set a death right."""

    reason = Text(required=True, least=2, most=200)


class SplitRequest(_OfPeople):
    """These people are a household of their own now."""

    address = Text(required=True, least=1, most=200)
    number = Text(load_default=None, allow_none=True, most=40)
    print_code = fields.Boolean(load_default=True)


class BirthRequest(Schema):
    """A child, with the guardian of the household who agreed that it is recorded."""

    name = Text(required=True, least=1, most=80)
    born_on = fields.Date(required=True)
    sex = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(sorted(SEX_WORDS))
    )
    relation = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(sorted(RELATION_WORDS))
    )
    guardian_id = fields.UUID(required=True)
    guardian_agreed = fields.Boolean(load_default=False)
    reason = Text(load_default="", most=200)


class DeathRequest(_Dated):
    resident_id = fields.UUID(required=True)


class ChangeUndo(Schema):
    """Why it is taken back."""

    reason = Text(required=True, least=2, most=200)


class HouseholdEventSchema(Schema):
    """One thing that was done to a household, and whether it was taken back."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    household_id = fields.UUID(required=True)
    address = fields.String(required=True)
    other_id = fields.UUID(required=True, allow_none=True)
    other_address = fields.String(required=True, allow_none=True)
    happened_on = fields.Date(required=True)
    at = fields.AwareDateTime(required=True)
    by_name = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    undone_at = fields.AwareDateTime(required=True, allow_none=True)
    undone_by_name = fields.String(required=True, allow_none=True)
    undone_reason = fields.String(required=True, allow_none=True)


class SplitSchema(HouseholdEventSchema):
    """A split, with the sheet on which the code of the new door is."""

    sheet_id = fields.UUID(required=True, allow_none=True)
