"""Shapes of a case on the wire; every change names the version it was decided on."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.concerns.schemas import Moment
from server.kit.schemas import AreaCode, PageInfo, PageQuery, Text, Whole
from server.mediation import words
from server.mediation.glass import MOST_HOURS
from server.mediation.lifecycle import Action, Status
from server.mediation.service import GROUPS

TYPE = validate.OneOf(tuple(words.DISPUTE_TYPES))
LEVEL = validate.OneOf(tuple(words.LEVELS))
SOURCE = validate.OneOf(tuple(words.SOURCES))
FROM = validate.OneOf(tuple(words.TRANSFERRED_FROM))
SIDE = validate.OneOf(tuple(words.SIDES))
SEX = validate.OneOf(("female", "male"))
WAYS = validate.OneOf(tuple(words.WAYS_LEFT))
KINDS = validate.OneOf(tuple(words.RECORD_KINDS))
RESULTS = validate.OneOf(tuple(words.SESSION_RESULTS))
FORM = validate.OneOf(tuple(words.FORMS))
PART_STATE = validate.OneOf(tuple(words.PART_STATES))
KEEP = validate.OneOf(tuple(words.KEEPS))
RIGHTS_WAY = validate.OneOf(words.RIGHTS_WAYS)
STATUS = validate.OneOf([str(one) for one in Status])
WISH = validate.OneOf(("open", "closed"))
MOST_YUAN = 2_000_000_000
STEPS = (
    Action.ACCEPT,
    Action.DECLINE,
    Action.BEGIN,
    Action.REFUSED,
    Action.WITHDRAWN,
    Action.NOT_AGREED,
    Action.CONFIRM,
    Action.BREACH,
    Action.RESUME,
    Action.ARCHIVE,
)
CONCLUDE = "conclude"
"""Whether an agreement is written or oral stands in its draft."""


class Versioned(Schema):
    """On which version of the case this was decided."""

    version = Whole(required=True, minimum=1)


class PartySchema(Schema):
    """A party as it is written down."""

    side = fields.String(required=True, validate=SIDE)
    name = Text(required=True, least=1, most=40)
    sex = fields.String(load_default=None, allow_none=True, validate=SEX)
    nation = Text(load_default="", most=20)
    age = Whole(load_default=None, allow_none=True, minimum=0, maximum=130)
    occupation = Text(load_default="", most=40)
    contact = Text(load_default="", most=40)
    address = Text(load_default="", most=120)
    agent = Text(load_default="", most=80)


class PartyWrite(Versioned, PartySchema):
    """A party to be written down or corrected."""


class PartyShown(PartySchema):
    """A party with what was told to them."""

    id = fields.UUID(required=True)
    rights_on = fields.Date(required=True, allow_none=True)
    rights_way = fields.String(required=True, allow_none=True, validate=RIGHTS_WAY)
    rights_by_name = fields.String(required=True)
    wish = fields.String(required=True, allow_none=True, validate=WISH)
    refused_on = fields.Date(required=True, allow_none=True)


class ApplySchema(Schema):
    """A case to be registered."""

    area_id = AreaCode(required=True)
    dispute_type = fields.String(required=True, validate=TYPE)
    dispute_level = fields.String(load_default="general", validate=LEVEL)
    source = fields.String(required=True, validate=SOURCE)
    transferred_from = fields.String(load_default=None, allow_none=True, validate=FROM)
    title = Text(required=True, least=2, most=60)
    summary = Text(load_default="", most=2000)
    claims = Text(load_default="", most=1000)
    applied_on = fields.Date(load_default=None, allow_none=True)
    privacy = fields.Boolean(load_default=False)
    parties = fields.List(
        fields.Nested(PartySchema), load_default=list, validate=validate.Length(max=20)
    )


class DescribeSchema(Versioned):
    """What is to be corrected."""

    dispute_type = fields.String(validate=TYPE)
    dispute_level = fields.String(validate=LEVEL)
    title = Text(least=2, most=60)
    summary = Text(most=2000)
    claims = Text(most=1000)
    privacy = fields.Boolean()


class HandInSchema(Schema):
    """A concern about a quarrel goes to the mediation committee."""

    concern_id = fields.UUID(required=True)
    dispute_type = fields.String(
        load_default=None,
        allow_none=True,
        validate=TYPE,
        metadata={"description": "may be left out where the kind of concern says it"},
    )


class HandedInSchema(Schema):
    """It was handed in; the case is named only to who stands behind its wall."""

    case_id = fields.UUID(required=True, allow_none=True)


class RightsSchema(Versioned):
    """Whom their rights were told, how, and when."""

    party_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(1, 20))
    way = fields.String(required=True, validate=RIGHTS_WAY)
    on = fields.Date(required=True)


class SeatWrite(Versioned):
    """Who is to mediate, and who chose."""

    user_id = fields.UUID(required=True)
    chosen_by = fields.String(required=True, validate=validate.OneOf(("committee", "parties")))


class ReasonWrite(Versioned):
    """Why."""

    reason = Text(required=True, least=1, most=500)


class ObjectionWrite(ReasonWrite):
    """Which party objects, and why."""

    party_id = fields.UUID(required=True)


class DecisionWrite(Versioned):
    """What the head decided."""

    upheld = fields.Boolean(required=True)
    answer = Text(required=True, least=1, most=500)


class WishWrite(Versioned):
    """Whether a party would have others present."""

    party_id = fields.UUID(required=True)
    wish = fields.String(required=True, allow_none=True, validate=WISH)


class OpennessWrite(Versioned):
    """With others present or not."""

    open_to_others = fields.Boolean(required=True)


class LengthenWrite(Versioned):
    """Until when, who agreed, and why."""

    until = fields.Date(required=True)
    agreed_by = fields.List(fields.UUID(), required=True, validate=validate.Length(1, 20))
    reason = Text(required=True, least=1, most=500)


class RecordWrite(Versioned):
    """One investigation, session or talk alone."""

    kind = fields.String(required=True, validate=KINDS)
    held_at = Moment(required=True)
    private_to = fields.UUID(load_default=None, allow_none=True)
    result = fields.String(load_default=None, allow_none=True, validate=RESULTS)
    place = Text(load_default="", most=120)
    participants = Text(load_default="", most=300)
    asked = Text(load_default="", most=120)
    told = Text(load_default="", most=1000)
    course = Text(required=True, least=1, most=8000)
    next = Text(load_default="", most=300)


class RecordShown(Schema):
    """One record as it is kept."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=KINDS)
    held_at = Moment(required=True)
    private_to = fields.UUID(required=True, allow_none=True)
    result = fields.String(required=True, allow_none=True, validate=RESULTS)
    place = fields.String(required=True)
    participants = fields.String(required=True)
    asked = fields.String(required=True)
    told = fields.String(required=True)
    course = fields.String(required=True)
    next = fields.String(required=True)
    written_by_name = fields.String(required=True)


class PartWrite(Schema):
    """One part of what is to be done."""

    what = Text(required=True, least=1, most=300)
    by_party = fields.UUID(load_default=None, allow_none=True)
    due_on = fields.Date(required=True)


class AgreementWrite(Versioned):
    """The agreement as far as it is written."""

    form = fields.String(required=True, validate=FORM)
    facts = Text(load_default="", most=4000)
    issues = Text(load_default="", most=2000)
    responsibility = Text(load_default="", most=2000)
    terms = fields.List(Text(most=500), load_default=list, validate=validate.Length(max=40))
    way = Text(load_default="", most=200)
    place = Text(load_default="", most=120)
    due_on = fields.Date(load_default=None, allow_none=True)
    amount_fen = Whole(load_default=None, allow_none=True, minimum=0, maximum=MOST_YUAN)
    copies = Whole(load_default=None, allow_none=True, minimum=1, maximum=50)
    parts = fields.List(
        fields.Nested(PartWrite), load_default=list, validate=validate.Length(max=40)
    )


class AgreementShown(Schema):
    """The agreement; a draft while it has no day of effect."""

    id = fields.UUID(required=True)
    form = fields.String(required=True, validate=FORM)
    facts = fields.String(required=True)
    issues = fields.String(required=True)
    responsibility = fields.String(required=True)
    terms = fields.List(fields.String(), required=True)
    way = fields.String(required=True)
    place = fields.String(required=True)
    due_on = fields.Date(required=True, allow_none=True)
    amount_fen = fields.Integer(required=True, allow_none=True)
    copies = fields.Integer(required=True, allow_none=True)
    signed = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    effective_on = fields.Date(required=True, allow_none=True)
    court_by = fields.Date(required=True, allow_none=True)
    court_on = fields.Date(required=True, allow_none=True)


class SignWrite(Versioned):
    """Who has signed: a party's id, a mediator's id, or ``committee``."""

    who = Text(required=True, least=1, most=36)
    signed = fields.Boolean(required=True)


class PerformWrite(Versioned):
    """What became of one part."""

    state = fields.String(required=True, validate=PART_STATE)
    on = fields.Date(required=True)
    note = Text(load_default="", most=500)


class StepWrite(Versioned):
    """One step, with what it needs: a reason, the ways that were told, a party, a day, how long to keep."""

    action = fields.String(
        required=True, validate=validate.OneOf([*(str(one) for one in STEPS), CONCLUDE])
    )
    reason = Text(load_default="", most=500)
    ways = fields.List(
        fields.String(validate=WAYS), load_default=list, validate=validate.Length(max=3)
    )
    party_id = fields.UUID(load_default=None, allow_none=True)
    on = fields.Date(load_default=None, allow_none=True)
    keep = fields.String(load_default="long", validate=KEEP)


class SeatShown(Schema):
    """A mediator of the case."""

    id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    name = fields.String(required=True)
    chosen_by = fields.String(required=True)
    from_on = fields.Date(required=True)
    until_on = fields.Date(required=True, allow_none=True)
    objected_by = fields.UUID(required=True, allow_none=True)
    objected_on = fields.Date(required=True, allow_none=True)
    objection = fields.String(required=True)
    upheld = fields.Boolean(required=True, allow_none=True)
    answer = fields.String(required=True)
    decided_on = fields.Date(required=True, allow_none=True)


class PartShown(Schema):
    """One part and what became of it."""

    id = fields.UUID(required=True)
    what = fields.String(required=True)
    by_party = fields.UUID(required=True, allow_none=True)
    due_on = fields.Date(required=True)
    state = fields.String(required=True, validate=PART_STATE)
    seen_on = fields.Date(required=True, allow_none=True)
    note = fields.String(required=True)


class FollowUpShown(Schema):
    """A follow-up, done or to come."""

    id = fields.UUID(required=True)
    nth = fields.Integer(required=True)
    due_on = fields.Date(required=True)
    called_off = fields.Boolean(required=True)
    done_on = fields.Date(required=True, allow_none=True)
    by_name = fields.String(required=True)
    performed = fields.String(required=True, allow_none=True)
    satisfaction = fields.String(required=True, allow_none=True)
    escalated = fields.Boolean(required=True, allow_none=True)
    sued = fields.Boolean(required=True, allow_none=True)
    hazards = fields.String(required=True)
    measures = fields.String(required=True)
    suit = fields.String(required=True)


class LineShown(Schema):
    """One line of the history."""

    id = fields.UUID(required=True)
    on = fields.Date(required=True)
    at = Moment(required=True)
    by_name = fields.String(required=True)
    action = fields.String(required=True)
    status = fields.String(required=True, validate=STATUS)
    reason = fields.String(required=True)
    about = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class CaseSchema(Schema):
    """One case with all that belongs to it."""

    id = fields.UUID(required=True)
    area_id = fields.String(required=True)
    status = fields.String(required=True, validate=STATUS)
    dispute_type = fields.String(required=True, validate=TYPE)
    dispute_level = fields.String(required=True, validate=LEVEL)
    source = fields.String(required=True, validate=SOURCE)
    transferred_from = fields.String(required=True, allow_none=True)
    origin = fields.String(required=True, validate=validate.OneOf(words.ORIGINS))
    title = fields.String(required=True)
    summary = fields.String(required=True)
    claims = fields.String(required=True)
    applied_on = fields.Date(required=True)
    accepted_on = fields.Date(required=True, allow_none=True)
    began_on = fields.Date(required=True, allow_none=True)
    due_on = fields.Date(required=True, allow_none=True)
    lengthened = fields.Boolean(required=True)
    privacy = fields.Boolean(required=True)
    open_to_others = fields.Boolean(required=True)
    ended_on = fields.Date(required=True, allow_none=True)
    end_reason = fields.String(required=True, allow_none=True)
    ways_told = fields.List(fields.String(), required=True)
    archived_on = fields.Date(required=True, allow_none=True)
    keep = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)
    parties = fields.List(fields.Nested(PartyShown), required=True)
    seats = fields.List(fields.Nested(SeatShown), required=True)
    records = fields.List(fields.Nested(RecordShown), required=True)
    agreement = fields.Nested(AgreementShown, required=True, allow_none=True)
    parts = fields.List(fields.Nested(PartShown), required=True)
    follow_ups = fields.List(fields.Nested(FollowUpShown), required=True)
    lines = fields.List(fields.Nested(LineShown), required=True)


class OutlookSchema(Schema):
    """What comes next, and what whoever asks may do."""

    works = fields.Boolean(required=True)
    heads = fields.Boolean(required=True)
    next = fields.String(required=True, allow_none=True)
    next_by = fields.Date(required=True, allow_none=True)
    actions = fields.List(fields.String(), required=True)
    missing = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)
    signers = fields.List(fields.String(), required=True)
    follow_up_days = fields.List(fields.Date(), required=True)


class CaseAnswer(Schema):
    """A case and its outlook."""

    case = fields.Nested(CaseSchema, required=True)
    outlook = fields.Nested(OutlookSchema, required=True)


class CasesQuery(PageQuery):
    """Which of one's cases."""

    area_id = AreaCode(load_default=None)
    group = fields.String(load_default=None, validate=validate.OneOf(tuple(GROUPS)))


class CaseLine(Schema):
    """One line of the list."""

    id = fields.UUID(required=True)
    area_id = fields.String(required=True)
    title = fields.String(required=True)
    dispute_type = fields.String(required=True, validate=TYPE)
    dispute_level = fields.String(required=True, validate=LEVEL)
    status = fields.String(required=True, validate=STATUS)
    parties = fields.List(fields.String(), required=True)
    applied_on = fields.Date(required=True)
    due_on = fields.Date(required=True, allow_none=True)
    next = fields.String(required=True, allow_none=True)
    next_by = fields.Date(required=True, allow_none=True)


class CasesPage(PageInfo):
    """A page of one's cases."""

    items = fields.List(fields.Nested(CaseLine), required=True)


class MediatorSchema(Schema):
    """Somebody who may mediate."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)


class OfArea(Schema):
    """Of which committee."""

    area_id = AreaCode(required=True)


class FollowUpRecord(Schema):
    """Form F6b as the phone sends it."""

    on = fields.Date(required=True)
    performed = fields.String(
        required=True, validate=validate.OneOf(tuple(words.FOLLOW_UP_PERFORMED))
    )
    satisfaction = fields.String(required=True, validate=validate.OneOf(tuple(words.SATISFACTIONS)))
    escalated = fields.Boolean(required=True, truthy={True}, falsy={False})
    hazards = Text(load_default="", most=1000)
    measures = Text(load_default="", most=1000)
    sued = fields.Boolean(required=True, truthy={True}, falsy={False})
    suit = Text(load_default="", most=500)


class LookWrite(Schema):
    """Somebody asks to look into one case."""

    area_id = AreaCode(required=True)
    which = Text(required=True, least=2, most=120)
    reason = Text(required=True, least=4, most=500)
    hours = Whole(load_default=24, minimum=1, maximum=MOST_HOURS)


class LookAnswer(Schema):
    """The head's answer: which case, or none."""

    case_id = fields.UUID(required=True, allow_none=True)
    answer = Text(load_default="", most=500)


class LookSchema(Schema):
    """A request to look in, and what became of it."""

    id = fields.UUID(required=True)
    area_id = fields.String(required=True)
    asked_by = fields.UUID(required=True)
    asked_by_name = fields.String(required=True)
    asked_at = Moment(required=True)
    which = fields.String(required=True)
    reason = fields.String(required=True)
    hours = fields.Integer(required=True)
    state = fields.String(
        required=True, validate=validate.OneOf(("asked", "granted", "refused", "ended", "over"))
    )
    case_id = fields.UUID(required=True, allow_none=True)
    decided_by_name = fields.String(required=True)
    decided_at = Moment(required=True, allow_none=True)
    answer = fields.String(required=True)
    until = Moment(required=True, allow_none=True)
    ended_by_name = fields.String(required=True)


class LooksSchema(Schema):
    """Requests to look in."""

    rows = fields.List(fields.Nested(LookSchema), required=True)
