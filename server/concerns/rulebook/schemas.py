"""Shapes of the rule book on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from server.concerns.models import CATEGORIES
from server.concerns.rulebook.models import KINDS
from server.concerns.rulebook.offices import KINDS as OFFICE_KINDS
from server.concerns.rulebook.table import ANY, NATURES, RUNGS, STEPS, URGENCIES
from server.kit.clock import to_wire
from server.kit.schemas import AreaCode, Text, Whole


class RulePlace(Schema):
    """For which area."""

    area_id = AreaCode(load_default=None, allow_none=True)


class Numbers(Schema):
    """How long each step may take."""

    accept_days = Whole(required=True, minimum=1, maximum=60)
    contact_hours = Whole(required=True, minimum=1, maximum=720)
    finish_days = Whole(required=True, minimum=1, maximum=200)
    extension_days = Whole(required=True, minimum=0, maximum=200)


class DeadlineLine(Numbers):
    """One line of the time table: nature (* is every one without its own) and urgency."""

    nature = fields.String(required=True)
    urgency = fields.String(required=True)
    source = fields.String(required=True)
    set_by = fields.String(required=True, allow_none=True)
    own = fields.Boolean(required=True)
    plain = fields.Boolean(
        required=True, metadata={"description": "nobody set this nature; the line for all holds"}
    )
    above = fields.Nested(Numbers, required=True)
    held = fields.Boolean(
        required=True, metadata={"description": "this area may only allow less than above"}
    )


class SilenceLine(Schema):
    """Who is told after how many working days of a step not done; null is never."""

    step = fields.String(required=True)
    rung = fields.String(required=True)
    days = fields.Integer(required=True, allow_none=True)
    source = fields.String(required=True)
    set_by = fields.String(required=True, allow_none=True)
    own = fields.Boolean(required=True)
    above = fields.Integer(required=True, allow_none=True)
    held = fields.Boolean(required=True)


class ConcernRulesSchema(Schema):
    """Both tables as they hold in an area."""

    area_id = fields.String(required=True)
    area_name = fields.String(required=True)
    may_write = fields.Boolean(required=True)
    deadlines = fields.List(fields.Nested(DeadlineLine), required=True)
    silence = fields.List(fields.Nested(SilenceLine), required=True)


class DeadlineSet(Numbers):
    """A line for one's own area; what holds without it takes one's own away."""

    area_id = AreaCode(required=True)
    nature = fields.String(required=True, validate=validate.OneOf((ANY, *NATURES)))
    urgency = fields.String(required=True, validate=validate.OneOf(URGENCIES))
    source = Text(required=True, least=1, most=200)


class SilenceSet(Schema):
    """After how many working days a rung is told, for one's own area."""

    area_id = AreaCode(required=True)
    step = fields.String(required=True, validate=validate.OneOf(STEPS))
    rung = fields.String(required=True, validate=validate.OneOf(RUNGS))
    days = Whole(required=True, allow_none=True, minimum=0, maximum=60)
    source = Text(required=True, least=1, most=200)


class Moment(fields.AwareDateTime):
    """A time in UTC with milliseconds."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else to_wire(value)


class ConcernRuleChangeSchema(Schema):
    """One change: who, when, of which line, from what to what; null is what holds above."""

    at = Moment(required=True)
    by_name = fields.String(required=True, allow_none=True)
    place_name = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    key = fields.String(required=True)
    before = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    after = fields.Dict(keys=fields.String(), required=True, allow_none=True)


class YearQuery(RulePlace):
    """Which year."""

    year = Whole(required=True, minimum=2020, maximum=2100)


class RuleDay(Schema):
    """A day that is not a plain weekday or weekend."""

    date = fields.Date(required=True)
    works = fields.Boolean(required=True)
    name = fields.String(required=True)
    set_by = fields.String(required=True, allow_none=True)
    own = fields.Boolean(required=True)
    default = fields.Boolean(required=True)


class RuleYear(Schema):
    """A year's days, and whether its holidays were announced."""

    area_id = fields.String(required=True)
    area_name = fields.String(required=True)
    may_write = fields.Boolean(required=True)
    year = fields.Integer(required=True)
    announced = fields.Boolean(required=True)
    known = fields.Boolean(required=True)
    said_by = fields.String(required=True, allow_none=True)
    days = fields.List(fields.Nested(RuleDay), required=True)


class DaysSet(Schema):
    """Whether offices work from a day to a day; null goes back to what the country has."""

    area_id = AreaCode(required=True)
    first = fields.Date(required=True)
    last = fields.Date(required=True)
    works = fields.Boolean(required=True, allow_none=True, truthy={True}, falsy={False})
    name = Text(load_default="", most=40)


class YearSet(Schema):
    """Whether all days of a year are entered."""

    area_id = AreaCode(required=True)
    year = Whole(required=True, minimum=2020, maximum=2100)
    announced = fields.Boolean(required=True, truthy={True}, falsy={False})


class OfficeFacts(Schema):
    """Where people are sent on to."""

    kind = fields.String(required=True, validate=validate.OneOf(OFFICE_KINDS))
    name = Text(required=True, least=2, most=60)
    address = Text(load_default="", most=120)
    phone = Text(load_default="", most=30)
    hours = Text(load_default="", most=60)


class OfficeAdd(OfficeFacts):
    """An office for one's own area and all below."""

    area_id = AreaCode(required=True)


class OfficeRow(OfficeFacts):
    """An office of the book; the city's hotline has no id."""

    id = fields.UUID(required=True, allow_none=True)
    set_by = fields.String(required=True, allow_none=True)
    own = fields.Boolean(required=True)


class OfficeBook(Schema):
    """The offices that stand for an area."""

    area_id = fields.String(required=True)
    may_write = fields.Boolean(required=True)
    offices = fields.List(fields.Nested(OfficeRow), required=True)


class TemplatePlace(Schema):
    """Whose sentences."""

    area_id = AreaCode(required=True)


class TemplateFacts(Schema):
    """A ready sentence; without a category it is offered for every kind."""

    category = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(CATEGORIES)
    )
    text = Text(required=True, least=2, most=500)


class TemplateAdd(TemplateFacts):
    """A sentence of one's own committee."""

    area_id = AreaCode(required=True)


class TemplateRow(TemplateFacts):
    """A ready sentence."""

    id = fields.UUID(required=True)
