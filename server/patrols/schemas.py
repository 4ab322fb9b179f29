"""Shapes of patrols: what phones hand in, what the desk sees and asks for."""

from __future__ import annotations

from marshmallow import INCLUDE, Schema, fields, validate

from server.kit.schemas import AreaCode, PageInfo, PageQuery, Text, Whole
from server.patrols.lifecycle import RESULTS, Act, Kind, State
from server.patrols.windows import RHYTHMS
from server.residents.schemas import AreaChoice

DISPUTE_TYPES = (
    "marriage_family",
    "neighbour",
    "property",
    "farmland_contract",
    "housing_land",
    "contract",
    "business",
    "damages",
    "forest_land",
    "expropriation",
    "pollution",
    "labour",
    "consumer",
    "medical",
    "traffic",
    "petition",
    "other",
)
"""The types people's mediation is counted by for the 司法所, and those the notice names (domain.md 1.4)."""
HAZARD_TYPES = (
    "gas",
    "electric",
    "heating_co",
    "fire",
    "falls",
    "structure",
    "flood",
    "scam",
    "other",
)
TYPES = {Kind.DISPUTE: DISPUTE_TYPES, Kind.HAZARD: HAZARD_TYPES}
LEVELS = ("general", "major", "critical")
SOURCES = ("by_party", "by_committee", "transferred")
RISKS = ("none", "may_escalate", "may_group", "may_crime")
KINDS = tuple(str(kind) for kind in Kind)
STATES = tuple(str(state) for state in State)
ACTS = tuple(str(act) for act in Act)
ALL_RESULTS = tuple(dict.fromkeys(one for every in RESULTS.values() for one in every))


class PatrolPartySchema(Schema):
    """One person of a quarrel, as far as they said who they are."""

    name = Text(load_default=None, allow_none=True, most=60)
    sex = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(("m", "f")))
    age = Whole(load_default=None, allow_none=True, minimum=0, maximum=130)
    phone = Text(load_default=None, allow_none=True, most=20)
    address = Text(load_default=None, allow_none=True, most=120)
    id_no = Text(load_default=None, allow_none=True, most=20)


class PatrolPhotoRef(Schema):
    """A photo that comes on its own way."""

    attachment_id = fields.UUID(required=True)
    sha256 = fields.String(required=True)
    size = Whole(required=True, minimum=1)
    mime = Text(required=True, most=60)


class FindingRecord(Schema):
    """F5 or a hazard as a phone records it; nothing of it has to be there for it to be kept."""

    class Meta:
        unknown = INCLUDE

    patrol_id = fields.UUID(load_default=None, allow_none=True)
    kind = fields.String(load_default="dispute", validate=validate.OneOf(KINDS))
    type = fields.String(load_default="other", validate=validate.OneOf({*DISPUTE_TYPES, *HAZARD_TYPES}))  # fmt: skip
    found_date = fields.Date(load_default=None, allow_none=True)
    place = Text(load_default=None, allow_none=True, most=120)
    summary = Text(load_default=None, allow_none=True, most=2000)
    parties = fields.List(
        fields.Nested(PatrolPartySchema), load_default=list, validate=validate.Length(max=20)
    )
    people_count = Whole(load_default=None, allow_none=True, minimum=0, maximum=10_000)
    level = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(LEVELS))
    source = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(SOURCES))
    risk = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(RISKS))
    cause = Text(load_default=None, allow_none=True, most=1000)
    demand = Text(load_default=None, allow_none=True, most=1000)
    measure = Text(load_default=None, allow_none=True, most=1000)
    deadline = fields.Date(load_default=None, allow_none=True)
    attachments = fields.List(
        fields.Nested(PatrolPhotoRef), load_default=list, validate=validate.Length(max=9)
    )


class PatrolReportRecord(Schema):
    """A patrol is done; ``zero``: nothing was found in this period (零报告)."""

    patrol_id = fields.UUID(required=True)
    zero = fields.Boolean(required=True)


# --- the desk -----------------------------------------------------------------------------------


class PatrolsQuery(AreaChoice):
    """Which committee, and a day of the period; today when none is named."""

    on = fields.Date(load_default=None)


class PatrolSchema(Schema):
    """One grid in one window. ``state``: due, late, found, zero; ``findings`` only how many."""

    id = fields.UUID(required=True)
    grid = fields.String(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    person_name = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(("due", "late", "found", "zero")))
    findings = fields.Integer(required=True)
    handed_in_at = fields.AwareDateTime(required=True, allow_none=True)


class PatrolTotals(Schema):
    """How many are due in the period, and how they stand."""

    due = fields.Integer(required=True)
    found = fields.Integer(required=True)
    zero = fields.Integer(required=True)
    silent = fields.Integer(required=True)


class PatrolPeriod(Schema):
    """The patrols that share a day with a half month."""

    area_id = fields.String(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    totals = fields.Nested(PatrolTotals, required=True)
    rows = fields.List(fields.Nested(PatrolSchema), required=True)


class LatePatrol(Schema):
    """Where nothing was handed in for days that are over; never whose it was."""

    area_id = fields.String(required=True)
    grid = fields.String(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)


class SensitivePeriodSchema(Schema):
    """A sensitive period."""

    id = fields.UUID(required=True)
    title = fields.String(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)


class PatrolBeatSchema(Schema):
    """Whose a grid's patrols are; ``grid`` is empty where the committee looks as a whole."""

    grid = fields.String(required=True)
    person_id = fields.UUID(required=True, allow_none=True)
    person_name = fields.String(required=True, allow_none=True)


class PatrolWalkerSchema(Schema):
    """Somebody a grid may be given to."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)


class PatrolPlanSchema(Schema):
    """How a committee has ordered its patrols."""

    area_id = fields.String(required=True)
    rhythm = fields.String(required=True)
    weekly_now = fields.Boolean(required=True)
    version = fields.Integer(required=True)
    periods = fields.List(fields.Nested(SensitivePeriodSchema), required=True)
    places = fields.List(fields.Nested(PatrolBeatSchema), required=True)
    people = fields.List(fields.Nested(PatrolWalkerSchema), required=True)


class RhythmRequest(Schema):
    """How often from now on."""

    area_id = AreaCode(required=True)
    rhythm = fields.String(required=True, validate=validate.OneOf(RHYTHMS))
    version = Whole(required=True, minimum=1)


class SensitivePeriodRequest(Schema):
    """Days in which the committee looks every week."""

    area_id = AreaCode(required=True)
    title = Text(required=True, least=1, most=40)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)


class PatrolBeatRequest(Schema):
    """Whose a grid's patrols are from now on; nobody's when null."""

    area_id = AreaCode(required=True)
    grid = Text(required=True, most=80)
    person_id = fields.UUID(required=True, allow_none=True)


class FindingsQuery(PageQuery):
    """Which findings of a committee."""

    area_id = AreaCode(load_default=None)
    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))
    patrol_id = fields.UUID(load_default=None)
    from_on = fields.Date(load_default=None)
    to_on = fields.Date(load_default=None)


class PatrolFindingLine(Schema):
    """A finding in a list; of a quarrel the list says what kind it is and where, not who."""

    id = fields.UUID(required=True)
    area_id = fields.String(required=True)
    kind = fields.String(required=True)
    type = fields.String(required=True)
    level = fields.String(required=True, allow_none=True)
    risk = fields.String(required=True, allow_none=True)
    place = fields.String(required=True, allow_none=True)
    found_on = fields.Date(required=True)
    state = fields.String(required=True)
    due_on = fields.Date(required=True, allow_none=True)
    late = fields.Boolean(required=True)
    version = fields.Integer(required=True)


class PatrolFindingsPage(PageInfo):
    """A page of findings; ``hidden`` is how many quarrels only the head may read."""

    rows = fields.List(fields.Nested(PatrolFindingLine), required=True)
    hidden = fields.Integer(required=True)


class PatrolStepSchema(Schema):
    """One thing that was done."""

    id = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True)
    by_name = fields.String(required=True, allow_none=True)
    act = fields.String(required=True)
    state = fields.String(required=True)
    note = fields.String(required=True, allow_none=True)
    photos = fields.List(fields.UUID(), required=True)


class PatrolFindingSchema(PatrolFindingLine):
    """One finding with everything that was said of it, and what can be done now."""

    found_by_name = fields.String(required=True)
    people_count = fields.Integer(required=True, allow_none=True)
    source = fields.String(required=True, allow_none=True)
    summary = fields.String(required=True, allow_none=True)
    parties = fields.List(fields.Nested(PatrolPartySchema), required=True)
    cause = fields.String(required=True, allow_none=True)
    demand = fields.String(required=True, allow_none=True)
    measure = fields.String(required=True, allow_none=True)
    deadline = fields.Date(required=True, allow_none=True)
    unread = fields.String(required=True, allow_none=True)
    photos = fields.List(fields.UUID(), required=True)
    photos_missing = fields.Integer(required=True)
    received_at = fields.AwareDateTime(required=True)
    responsible_id = fields.UUID(required=True, allow_none=True)
    responsible_name = fields.String(required=True, allow_none=True)
    checked_on = fields.Date(required=True, allow_none=True)
    fixed_on = fields.Date(required=True, allow_none=True)
    result = fields.String(required=True, allow_none=True)
    closed_on = fields.Date(required=True, allow_none=True)
    concern_id = fields.UUID(required=True, allow_none=True)
    task_id = fields.UUID(required=True, allow_none=True)
    acts = fields.List(fields.String(), required=True)
    results = fields.List(fields.String(), required=True)
    steps = fields.List(fields.Nested(PatrolStepSchema), required=True)


class FindingStepRequest(Schema):
    """What the committee does about a finding; each act asks for its own of these."""

    version = Whole(required=True, minimum=1)
    act = fields.String(required=True, validate=validate.OneOf(ACTS))
    note = Text(load_default="", most=500)
    due_on = fields.Date(load_default=None, allow_none=True)
    person_id = fields.UUID(load_default=None, allow_none=True)
    result = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(ALL_RESULTS))
    category = fields.String(load_default=None, allow_none=True)
    text = Text(load_default="", most=1000)
    place = Text(load_default="", most=120)
    police_told = fields.Boolean(load_default=False)


class PatrolFiguresQuery(Schema):
    """Which area, and days; both ends count."""

    area_id = AreaCode(required=True)
    from_on = fields.Date(required=True)
    to_on = fields.Date(required=True)


class PatrolTypeCount(Schema):
    """How many of one type; null where few would show whose they are (fewer than five)."""

    type = fields.String(required=True)
    n = fields.Integer(required=True, allow_none=True)


class PatrolFiguresSchema(Schema):
    """What patrols came to in an area (domain.md 4.2)."""

    area_id = fields.String(required=True)
    from_on = fields.Date(required=True)
    to_on = fields.Date(required=True)
    units_total = fields.Integer(required=True)
    units_reporting = fields.Integer(required=True)
    units_zero = fields.Integer(required=True)
    units_silent = fields.Integer(required=True)
    patrols_due = fields.Integer(required=True)
    patrols_found = fields.Integer(required=True)
    patrols_zero = fields.Integer(required=True)
    patrols_silent = fields.Integer(required=True)
    disputes_found = fields.Integer(required=True)
    disputes_by_type = fields.List(fields.Nested(PatrolTypeCount), required=True)
    hazards_found = fields.Integer(required=True)
    hazards_fixed = fields.Integer(required=True)
    hazards_by_type = fields.List(fields.Nested(PatrolTypeCount), required=True)
