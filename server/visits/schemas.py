"""Shapes of visits and of what waits for a decision, as the committee reads them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.kit.schemas import PageInfo, PageQuery, Text, Whole


class VisitQuery(PageQuery):
    """Which visits to list."""

    area_id = fields.String(load_default=None)
    household_id = fields.UUID(load_default=None)
    volunteer_id = fields.UUID(load_default=None)
    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)
    flagged = fields.Boolean(load_default=False)


class VisitLine(Schema):
    """A visit in a list."""

    id = fields.UUID(required=True)
    area_id = fields.String(required=True)
    household_id = fields.UUID(required=True)
    address = fields.String(required=True)
    display_name = fields.String(required=True)
    volunteer_id = fields.UUID(required=True)
    volunteer_name = fields.String(required=True)
    task_id = fields.UUID(allow_none=True)
    visit_date = fields.Date(required=True)
    mode = fields.String(required=True)
    purpose = fields.String(required=True)
    met = fields.String(required=True)
    next_action = fields.String(required=True)
    evidence = fields.String(required=True)
    flags = fields.List(fields.String(), required=True)
    clock_quality = fields.String(required=True)
    occurred_at = fields.AwareDateTime(required=True)
    received_at = fields.AwareDateTime(required=True)
    version = fields.Integer(required=True)


class VisitPage(PageInfo):
    """A page of visits."""

    rows = fields.List(fields.Nested(VisitLine), required=True)


class TodayQuery(Schema):
    """How many of today's arrivals."""

    limit = Whole(load_default=100, minimum=1, maximum=500)


class EarlierVersion(Schema):
    """One version of a visit; the newest is last."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    received_at = fields.AwareDateTime(required=True)
    met = fields.String(required=True)
    answers = fields.Dict(required=True)


class VisitDetail(VisitLine):
    """A visit with its answers and its earlier versions."""

    next_date = fields.Date(allow_none=True)
    duration_min = fields.Integer(allow_none=True)
    code_generation = fields.Integer(allow_none=True)
    form = fields.String(required=True)
    form_version = fields.Integer(required=True)
    accepted_by_name = fields.String(allow_none=True)
    answers = fields.Dict(required=True)
    photos = fields.List(
        fields.UUID(),
        required=True,
        metadata={"description": "photos received; the answers say which were taken"},
    )
    versions = fields.List(fields.Nested(EarlierVersion), required=True)


class AttentionQuery(PageQuery):
    """Which entries to list."""

    area_id = fields.String(load_default=None)
    state = fields.String(
        load_default="open",
        validate=validate.OneOf(["open", "accepted", "edited", "closed", "all"]),
    )


class AttentionLine(Schema):
    """An entry that could not be applied: whose, where, why, how long it waits."""

    id = fields.UUID(required=True)
    area_id = fields.String(required=True)
    mutation_id = fields.UUID(allow_none=True)
    volunteer_id = fields.UUID(required=True)
    volunteer_name = fields.String(required=True)
    household_id = fields.UUID(allow_none=True)
    address = fields.String(allow_none=True)
    display_name = fields.String(allow_none=True)
    type = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)
    field = fields.String(allow_none=True)
    facts = fields.Dict(required=True)
    state = fields.String(required=True)
    resolution = fields.String(allow_none=True)
    occurred_at = fields.AwareDateTime(allow_none=True)
    received_at = fields.AwareDateTime(required=True)
    age_hours = fields.Integer(required=True)


class AttentionPage(PageInfo):
    """A page of entries."""

    rows = fields.List(fields.Nested(AttentionLine), required=True)


class AttentionDetail(AttentionLine):
    """An entry with what the phone sent; ``payload`` is None when it could not even be read."""

    payload = fields.Dict(allow_none=True)
    edited = fields.Dict(allow_none=True)


class Decision(Schema):
    """Why it is closed."""

    reason = Text(required=True, least=1, most=300)


class Acceptance(Schema):
    """Taken as it is, or after a correction when ``payload`` is given."""

    reason = Text(load_default="", most=300)
    payload = fields.Dict(load_default=None, allow_none=True)
