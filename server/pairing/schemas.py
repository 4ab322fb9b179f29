"""Shapes of pairings on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.kit.schemas import AreaCode, PageInfo, PageQuery, Text, Whole
from server.pairing.terms import FREQUENCIES, HELP_MODES, HOW_HOME, SERVICE_FORMS
from server.residents.schemas import PlateSchema

STATES = ("asked", "declined", "later", "in_force", "over")


class PairingCreate(Schema):
    """A new pairing (form F10)."""

    household_id = fields.UUID(required=True)
    helper_id = fields.UUID(required=True)
    help_mode = fields.String(load_default="paired_help", validate=validate.OneOf(HELP_MODES))
    content = fields.List(
        fields.String(validate=validate.OneOf(SERVICE_FORMS)),
        required=True,
        validate=validate.Length(1, len(SERVICE_FORMS)),
    )
    frequency = fields.String(required=True, validate=validate.OneOf(FREQUENCIES))
    start_on = fields.Date(required=True)
    end_on = fields.Date(load_default=None, allow_none=True)
    review_on = fields.Date(required=True)
    agreed = fields.List(Text(most=60, least=1), load_default=list, validate=validate.Length(0, 8))
    phones_shared = fields.Boolean(load_default=False)
    deputy_id = fields.UUID(load_default=None, allow_none=True)
    home_agreed_how = fields.String(
        required=True, allow_none=True, validate=validate.OneOf(HOW_HOME)
    )
    helper_told = fields.Boolean(required=True)


class PairingChange(Schema):
    """What may change while a pairing holds."""

    version = Whole(required=True, minimum=1)
    content = fields.List(
        fields.String(validate=validate.OneOf(SERVICE_FORMS)),
        validate=validate.Length(1, len(SERVICE_FORMS)),
    )
    frequency = fields.String(validate=validate.OneOf(FREQUENCIES))
    review_on = fields.Date()
    agreed = fields.List(Text(most=60, least=1), validate=validate.Length(0, 8))
    phones_shared = fields.Boolean()
    deputy_id = fields.UUID(allow_none=True)


class HomeAgreed(Schema):
    """How the home said yes."""

    version = Whole(required=True, minimum=1)
    how = fields.String(required=True, validate=validate.OneOf(HOW_HOME))


class StandInCreate(Schema):
    """Who is asked to go in the helper's place, and on which days."""

    user_id = fields.UUID(required=True)
    from_on = fields.Date(required=True)
    to_on = fields.Date(required=True)
    told = fields.Boolean(required=True)


class HandOnRow(Schema):
    """Who takes one home over; nobody ends it."""

    pairing_id = fields.UUID(required=True)
    helper_id = fields.UUID(required=True, allow_none=True)
    told = fields.Boolean(load_default=False)
    home_agreed_how = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(HOW_HOME)
    )


class HandOn(Schema):
    """A helper leaves: every home they have, and who takes it."""

    area_id = AreaCode(required=True)
    last_day = fields.Date(load_default=None, allow_none=True)
    reason = Text(required=True, least=1, most=200)
    homes = fields.List(fields.Nested(HandOnRow), required=True, validate=validate.Length(1, 500))


class AnswerSchema(Schema):
    """Yes, or no with a word why."""

    yes = fields.Boolean(required=True)
    reason = Text(load_default="", most=100)


class PairingEnd(Schema):
    """The last day a pairing holds, and why."""

    version = Whole(required=True, minimum=1)
    end_on = fields.Date(load_default=None, allow_none=True)
    reason = Text(required=True, least=1, most=200)


class PairingQuery(PageQuery):
    """Which pairings to list."""

    area_id = AreaCode(load_default=None, allow_none=True)
    household_id = fields.UUID(load_default=None)
    helper_id = fields.UUID(load_default=None)
    pairing_id = fields.UUID(load_default=None)
    with_ended = fields.Boolean(load_default=False)


class StandInSchema(Schema):
    """Somebody asked to go in the helper's place."""

    id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    name = fields.String(required=True)
    from_on = fields.Date(required=True)
    to_on = fields.Date(required=True)
    agreed = fields.Boolean(required=True)


class PairingSchema(Schema):
    """One pairing."""

    id = fields.UUID(required=True)
    area_id = fields.String(required=True)
    household_id = fields.UUID(required=True)
    household_name = fields.String(required=True)
    address = fields.String(required=True)
    helper_id = fields.UUID(required=True)
    helper_name = fields.String(required=True)
    help_mode = fields.String(required=True)
    content = fields.List(fields.String(), required=True)
    frequency = fields.String(required=True)
    start_on = fields.Date(required=True)
    end_on = fields.Date(required=True, allow_none=True)
    review_on = fields.Date(required=True)
    agreed = fields.List(fields.String(), required=True)
    phones_shared = fields.Boolean(required=True)
    end_reason = fields.String(required=True, allow_none=True)
    in_force = fields.Boolean(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    home_agreed_on = fields.Date(required=True, allow_none=True)
    home_agreed_how = fields.String(required=True, allow_none=True)
    helper_agreed_at = fields.AwareDateTime(required=True, allow_none=True)
    helper_agreed_how = fields.String(required=True, allow_none=True)
    deputy_id = fields.UUID(required=True, allow_none=True)
    deputy_name = fields.String(required=True, allow_none=True)
    follows_id = fields.UUID(required=True, allow_none=True)
    stand_ins = fields.List(fields.Nested(StandInSchema), required=True)
    version = fields.Integer(required=True)


class PairingPage(Schema):
    """A page of pairings."""

    rows = fields.List(fields.Nested(PairingSchema), required=True)
    page = fields.Nested(PageInfo, required=True)


class OwnPairingSchema(Schema):
    """What a helper is asked, or has: ``household_*`` only once it holds."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["pairing", "stand_in"]))
    asked = fields.Boolean(required=True)
    in_force = fields.Boolean(required=True)
    household_id = fields.UUID(required=True, allow_none=True)
    household_name = fields.String(required=True, allow_none=True)
    plate = fields.Nested(PlateSchema, required=True, allow_none=True)
    address = fields.String(required=True)
    content = fields.List(fields.String(), required=True)
    frequency = fields.String(required=True)
    from_on = fields.Date(required=True)
    to_on = fields.Date(required=True, allow_none=True)
    instead_of = fields.String(required=True, allow_none=True)


class DaysSchema(Schema):
    """On which weekdays somebody is free: 1 Monday to 7; empty = nothing said."""

    weekdays = fields.List(
        Whole(minimum=1, maximum=7), required=True, validate=validate.Length(0, 7)
    )
    note = Text(load_default="", most=40)


class DaysQuery(Schema):
    """In which committee."""

    area_id = fields.String(required=True, validate=validate.Length(12, 12))


class HelperSchema(Schema):
    """Somebody who may be sent or paired, with the days they said they are free."""

    user_id = fields.UUID(required=True)
    name = fields.String(required=True)
    weekdays = fields.List(fields.Integer(), required=True)
    note = fields.String(required=True)
    households = fields.Integer(required=True)
    visits_a_month = fields.Integer(required=True)


class HelperQuery(Schema):
    """In which committee."""

    area_id = AreaCode(load_default=None, allow_none=True)
