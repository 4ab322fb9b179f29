"""Shapes of repeats, return calls and rates on the wire."""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from server.concerns.asking import calls, rates
from server.concerns.schemas import SOLVED, Moment
from server.kit.schemas import AreaCode, PageInfo, PageQuery, Text, Whole


class RepeatSchema(Schema):
    """A concern that may be the same."""

    id = fields.UUID(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    status = fields.String(required=True)
    place = fields.String(required=True, allow_none=True)
    query_code = fields.String(required=True)
    submitted_at = Moment(required=True)


class RepeatsSchema(Schema):
    """Likely repeats, the likest first."""

    items = fields.List(fields.Nested(RepeatSchema), required=True)


class MergeSchema(Schema):
    """Which concerns are handled with this one from now on."""

    concern_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(1, 20))


class CallsQuery(PageQuery):
    """Whose list."""

    area_id = AreaCode(load_default=None, allow_none=True)


class ReturnCallRow(Schema):
    """Who is to be asked, about what, and why in person."""

    id = fields.UUID(required=True)
    title = fields.String(required=True)
    category = fields.String(required=True)
    query_code = fields.String(required=True)
    why = fields.String(
        required=True, allow_none=True, validate=validate.OneOf([*calls.REASONS, None])
    )
    place = fields.String(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    phone_masked = fields.String(required=True, allow_none=True)
    hidden = fields.Boolean(required=True)
    resolved_at = Moment(required=True, allow_none=True)
    answer = fields.String(required=True, allow_none=True)
    tries = fields.Integer(required=True)


class ReturnCallPage(PageInfo):
    """A page of the return-call list."""

    items = fields.List(fields.Nested(ReturnCallRow), required=True)


class CalledSchema(Schema):
    """What came of asking; the word itself when there is one."""

    result = fields.String(required=True, validate=validate.OneOf(calls.RESULTS))
    solved = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(SOLVED))
    again = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    satisfaction = Whole(load_default=None, allow_none=True, minimum=1, maximum=5)
    comment = Text(load_default="", most=500)
    note = Text(load_default="", most=500)


class CallDone(Schema):
    """How the concern stands now, and whether it is still on the list."""

    id = fields.UUID(required=True)
    status = fields.String(required=True)
    tries = fields.Integer(required=True)
    still = fields.Boolean(required=True)


def _day() -> fields.Date:
    """A day within living memory; sums with it cannot leave the calendar."""
    within = validate.Range(date(2000, 1, 1), date(2199, 12, 31))
    return fields.Date(load_default=None, allow_none=True, validate=within)


class RatesQuery(Schema):
    """Whose rates, of which days: one's own area and this month unless said otherwise."""

    area_id = AreaCode(load_default=None, allow_none=True)
    since = _day()
    until = _day()

    @validates_schema
    def in_order(self, data: dict[str, Any], **_: object) -> None:
        first, last = data.get("since"), data.get("until")
        if first and last and (last < first or (last - first).days > 3 * 366):
            raise ValidationError("请选三年以内的一段日子，开始的在前。", "until")


class ConcernRateSchema(Schema):
    """A rate with its two numbers; ``rate`` is per cent with one place, null when nothing was counted."""

    numerator = fields.Integer(required=True)
    denominator = fields.Integer(required=True)
    rate = fields.String(required=True, allow_none=True)


class ResolutionRate(ConcernRateSchema):
    partly = fields.Integer(required=True)


class SatisfactionRate(ConcernRateSchema):
    unsaid = fields.Integer(required=True)


class RatesRow(Schema):
    """The rates of one area."""

    area_id = fields.String(required=True)
    name = fields.String(required=True)
    response = fields.Nested(ConcernRateSchema, required=True)
    resolution = fields.Nested(ResolutionRate, required=True)
    satisfaction = fields.Nested(SatisfactionRate, required=True)
    no_answer = fields.Integer(required=True)
    later = fields.Nested(ConcernRateSchema, required=True)


class RatesSchema(Schema):
    """The rates of an area and of each right below it."""

    area_id = fields.String(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True)
    as_of = Moment(required=True)
    total = fields.Nested(RatesRow, required=True)
    units = fields.List(fields.Nested(RatesRow), required=True)


class RatesListQuery(PageQuery, RatesQuery):
    """Which list of which figure."""

    figure = fields.String(load_default=rates.RESOLUTION, validate=validate.OneOf(rates.FIGURES))
    part = fields.String(load_default="all", validate=validate.OneOf(rates.PARTS))


class RatesListRow(Schema):
    """One concern or one word behind a figure."""

    id = fields.UUID(required=True)
    title = fields.String(required=True)
    category = fields.String(required=True)
    query_code = fields.String(required=True)
    status = fields.String(required=True)
    contact_by = Moment(required=True)
    contacted_at = Moment(required=True, allow_none=True)
    solved = fields.String(required=True, allow_none=True)
    satisfaction = fields.Integer(required=True, allow_none=True)
    said_at = Moment(required=True, allow_none=True)


class RatesListSchema(PageInfo):
    """A page of the list behind a figure."""

    items = fields.List(fields.Nested(RatesListRow), required=True)
