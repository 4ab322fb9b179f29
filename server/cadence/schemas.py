"""Shapes of the cadence on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.cadence.figures import FIGURES
from server.cadence.occasions import HAPPENINGS
from server.cadence.policy import LEVELS, MODES, ORDINARY, TARGETS
from server.cadence.windows import INTERVALS
from server.kit.schemas import AreaCode, PageInfo, PageQuery, Text

ALERTED = tuple(target for target in TARGETS if target != ORDINARY)


class CadencePlace(Schema):
    """For which area."""

    area_id = AreaCode(load_default=None, allow_none=True)


class CadenceRuleSchema(Schema):
    """One line of the policy table: how often, by which ways, why, and whose it is."""

    target = fields.String(required=True)
    level = fields.String(required=True, validate=validate.OneOf(LEVELS))
    every = fields.String(required=True)
    modes = fields.List(fields.String(), required=True)
    source = fields.String(required=True)
    set_by = fields.String(required=True, allow_none=True)
    own = fields.Boolean(required=True)
    above = fields.String(required=True)
    above_modes = fields.List(fields.String(), required=True)


class CadenceTable(Schema):
    """The table that holds in an area."""

    area_id = fields.String(required=True)
    area_name = fields.String(required=True)
    may_write = fields.Boolean(required=True)
    rules = fields.List(fields.Nested(CadenceRuleSchema), required=True)


class CadenceRuleChange(Schema):
    """A stricter rule for one's own area; the same as above takes one's own away."""

    area_id = AreaCode(required=True)
    target = Text(required=True, least=1, most=40)
    level = fields.String(required=True, validate=validate.OneOf(LEVELS))
    every = fields.String(required=True, validate=validate.OneOf(INTERVALS))
    modes = fields.List(
        fields.String(validate=validate.OneOf(MODES)),
        required=True,
        validate=validate.Length(1, len(MODES)),
    )
    source = Text(required=True, least=1, most=200)


class RuleAsItWas(Schema):
    """A rule before or after a change."""

    every = fields.String(required=True)
    modes = fields.List(fields.String(), required=True)
    source = fields.String(required=True)


class CadenceChangeSchema(Schema):
    """Who changed a rule, when, from what to what."""

    at = fields.AwareDateTime(required=True)
    by_name = fields.String(required=True, allow_none=True)
    place_name = fields.String(required=True)
    target = fields.String(required=True)
    level = fields.String(required=True)
    before = fields.Nested(RuleAsItWas, required=True, allow_none=True)
    after = fields.Nested(RuleAsItWas, required=True, allow_none=True)


class PersonRule(Schema):
    """By which line a person is due."""

    target = fields.String(required=True)
    every = fields.String(required=True)
    modes = fields.List(fields.String(), required=True)


class CareLevel(Schema):
    """A person's level, what the rules suggest and why, and who decided."""

    resident_id = fields.UUID(required=True)
    level = fields.String(required=True, validate=validate.OneOf(LEVELS))
    decided = fields.Boolean(required=True)
    suggested = fields.String(required=True, validate=validate.OneOf(LEVELS))
    reasons = fields.List(fields.String(), required=True)
    why = fields.String(required=True, allow_none=True)
    decided_by_name = fields.String(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    rule = fields.Nested(PersonRule, required=True)


class DueVisitSchema(Schema):
    """One visit that is or was due."""

    id = fields.UUID(required=True)
    resident_id = fields.UUID(required=True, allow_none=True)
    cause = fields.String(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    state = fields.String(required=True, validate=validate.OneOf(("open", "met", "withdrawn")))
    met_on = fields.Date(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    task_id = fields.UUID(required=True, allow_none=True)


class HouseholdCare(Schema):
    """Levels and due visits of one household."""

    household_id = fields.UUID(required=True)
    people = fields.List(fields.Nested(CareLevel), required=True)
    due = fields.List(fields.Nested(DueVisitSchema), required=True)


class LevelDecision(Schema):
    """The level, and why in the committee's words."""

    level = fields.String(required=True, validate=validate.OneOf(LEVELS))
    why = Text(load_default="", most=300)


class Happening(Schema):
    """What happened in a home, and when."""

    kind = fields.String(required=True, validate=validate.OneOf(HAPPENINGS))
    day = fields.Date(required=True)


class OccasionSchema(Schema):
    """Days on which certain people are visited once."""

    id = fields.UUID(required=True, allow_none=True)
    code = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    targets = fields.List(fields.String(), required=True)
    ended = fields.Boolean(required=True)


class OccasionList(Schema):
    """Alerts that are not over, and the next festivals."""

    area_id = fields.String(required=True)
    alerts = fields.List(fields.Nested(OccasionSchema), required=True)
    festivals = fields.List(fields.Nested(OccasionSchema), required=True)


class AlertRequest(Schema):
    """A weather alert: its words, its days, whom it is about."""

    area_id = AreaCode(load_default=None, allow_none=True)
    title = Text(required=True, least=1, most=40)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    targets = fields.List(
        fields.String(validate=validate.OneOf(ALERTED)),
        required=True,
        validate=validate.Length(1, len(ALERTED)),
    )


class FestivalDays(Schema):
    """Other days for a festival."""

    area_id = AreaCode(load_default=None, allow_none=True)
    code = Text(required=True, least=1, most=40)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)


class FigureQuery(CadencePlace):
    """Which month: that of the day, this one without."""

    day = fields.Date(load_default=None, allow_none=True)


class FigureSchema(Schema):
    """A rate with its two numbers; ``family_only`` were reached through their family and stand apart."""

    name = fields.String(required=True, validate=validate.OneOf(FIGURES))
    numerator = fields.Integer(required=True)
    denominator = fields.Integer(required=True)
    rate = fields.String(required=True, allow_none=True)
    family_only = fields.Integer(required=True)


class FigurePage(Schema):
    """The figures of a month."""

    area_id = fields.String(required=True)
    area_name = fields.String(required=True)
    as_of = fields.AwareDateTime(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    figures = fields.List(fields.Nested(FigureSchema), required=True)


class FigureListQuery(PageQuery):
    """Which list of which figure."""

    area_id = AreaCode(load_default=None, allow_none=True)
    day = fields.Date(load_default=None, allow_none=True)
    figure = fields.String(load_default=FIGURES[0], validate=validate.OneOf(FIGURES))
    part = fields.String(load_default="all", validate=validate.OneOf(("all", "met", "missed")))


class FigureRow(Schema):
    """One visit or person of a figure."""

    household_id = fields.UUID(required=True)
    display_name = fields.String(required=True)
    address = fields.String(required=True)
    person_name = fields.String(required=True, allow_none=True)
    met = fields.Boolean(required=True)
    family_only = fields.Boolean(required=True)
    met_on = fields.Date(required=True, allow_none=True)
    first_day = fields.Date(required=True, allow_none=True)
    last_day = fields.Date(required=True, allow_none=True)


class FigureRows(Schema):
    """A page of the list behind a figure."""

    rows = fields.List(fields.Nested(FigureRow), required=True)
    page = fields.Nested(PageInfo, required=True)
