"""Shapes of visits and of what waits for a decision, as the committee reads them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.kit.schemas import AreaCode, ErrorSchema, PageInfo, PageQuery, Text, Whole
from server.visits.own_questions.schemas import OwnAnswerLine


class VisitQuery(PageQuery):
    """Which visits to list."""

    area_id = AreaCode(load_default=None)
    household_id = fields.UUID(load_default=None)
    volunteer_id = fields.UUID(load_default=None)
    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)
    flagged = fields.Boolean(load_default=False)
    watch = fields.Boolean(
        load_default=False, metadata={"description": "only those with something to keep an eye on"}
    )
    elders = fields.Boolean(
        load_default=False, metadata={"description": "only elders' checks (form F2)"}
    )


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
    look = fields.String(required=True, allow_none=True)
    form = fields.String(required=True)
    watch = fields.Integer(
        required=True,
        metadata={
            "description": "how many heads of an elder's check, or dangers at home, to keep an eye on"
        },
    )


class VisitPage(PageInfo):
    """A page of visits."""

    rows = fields.List(fields.Nested(VisitLine), required=True)


class ChildCheck(VisitLine):
    """A child's check with what it says, for the children's director alone."""

    child_name = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "whose check it is; none where its version could not say"},
    )
    form_version = fields.Integer(required=True)
    answers = fields.Dict(required=True)


class ChildCheckPage(PageInfo):
    """A page of children's checks."""

    rows = fields.List(fields.Nested(ChildCheck), required=True)


class TodayQuery(Schema):
    """How many of today's arrivals."""

    limit = Whole(load_default=100, minimum=1, maximum=500)


class EarlierVersion(Schema):
    """One version of a visit; the newest is last."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    received_at = fields.AwareDateTime(required=True)
    met = fields.String(required=True)
    form_version = fields.Integer(required=True)
    answers = fields.Dict(required=True)
    own = fields.List(fields.Nested(OwnAnswerLine), required=True)


class WaitingPhoto(Schema):
    """A photo the visit lists that is not here."""

    attachment_id = fields.UUID(required=True)
    state = fields.String(
        required=True,
        metadata={
            "enum": ["waiting", "open", "refused"],
            "description": "still whole on the phone; partly here; came and is no photo we can take",
        },
    )
    received = fields.Integer(required=True)
    size = fields.Integer(required=True)
    phone = fields.String(required=True, metadata={"description": "what the phone calls itself"})
    phone_ended = fields.Boolean(required=True, metadata={"description": "it will not send it"})


class VisitDetail(VisitLine):
    """A visit with its answers and its earlier versions."""

    next_date = fields.Date(allow_none=True)
    duration_min = fields.Integer(allow_none=True)
    code_generation = fields.Integer(allow_none=True)
    form_version = fields.Integer(required=True)
    accepted_by_name = fields.String(allow_none=True)
    answers = fields.Dict(required=True)
    own = fields.List(
        fields.Nested(OwnAnswerLine),
        required=True,
        metadata={
            "description": "what the committee's own questions were answered, by the version asked"
        },
    )
    photos = fields.List(
        fields.UUID(),
        required=True,
        metadata={"description": "photos received; the answers say which were taken"},
    )
    photos_waiting = fields.List(fields.Nested(WaitingPhoto), required=True)
    versions = fields.List(fields.Nested(EarlierVersion), required=True)


KINDS = ("any", "not_assigned", "conflict", "refused", "lost_phone", "duplicate", "clock", "other")
MOST_DECISIONS = 200


class AttentionQuery(PageQuery):
    """Which entries and flagged visits to list."""

    area_id = AreaCode(load_default=None)
    state = fields.String(
        load_default="open",
        validate=validate.OneOf(["open", "accepted", "edited", "closed", "settled", "all"]),
    )
    kind = fields.String(load_default="any", validate=validate.OneOf(KINDS))


class AttentionLine(Schema):
    """One thing to look at: whose, where, why, how long it waits, what it says.

    ``what`` is ``entry`` (could not be applied; ``code`` says why) or ``visit`` (counts, with ``flags``).
    """

    id = fields.UUID(required=True)
    what = fields.String(required=True, validate=validate.OneOf(["entry", "visit"]))
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
    flags = fields.List(fields.String(), required=True)
    state = fields.String(required=True)
    resolution = fields.String(allow_none=True)
    resolved_at = fields.AwareDateTime(required=True, allow_none=True)
    resolved_by_name = fields.String(required=True, allow_none=True)
    visit_date = fields.String(required=True, allow_none=True)
    met = fields.String(required=True, allow_none=True)
    said = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "the beginning of what was written"},
    )
    occurred_at = fields.AwareDateTime(allow_none=True)
    received_at = fields.AwareDateTime(required=True)
    age_hours = fields.Integer(required=True)


class KindCount(Schema):
    """How many open ones there are of a kind."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    n = fields.Integer(required=True)


class AttentionPage(PageInfo):
    """A page of things to look at, and how many of each kind are open."""

    rows = fields.List(fields.Nested(AttentionLine), required=True)
    counts = fields.List(fields.Nested(KindCount), required=True)


class SameDay(Schema):
    """Another visit of the same household on the same day."""

    id = fields.UUID(required=True)
    volunteer_name = fields.String(required=True)
    occurred_at = fields.AwareDateTime(required=True)
    received_at = fields.AwareDateTime(required=True)
    payload = fields.Dict(required=True)


class AttentionDetail(AttentionLine):
    """The whole of it; ``payload`` is None when it could not even be read.

    ``standing`` holds what stands on the server where the entry wants something else.
    """

    payload = fields.Dict(allow_none=True)
    edited = fields.Dict(allow_none=True)
    standing = fields.Dict(required=True, allow_none=True)
    same_day = fields.List(fields.Nested(SameDay), required=True)


class Decision(Schema):
    """Why it is closed."""

    reason = Text(required=True, least=1, most=300)


class Acceptance(Schema):
    """Taken as it is, or after a correction when ``payload`` is given."""

    reason = Text(load_default="", most=300)
    payload = fields.Dict(load_default=None, allow_none=True)


class RowToDecide(Schema):
    """Which one, and what to do: ``accept`` or ``close`` an entry; of a visit say ``fine``, ``two`` or ``same``."""

    id = fields.UUID(required=True)
    what = fields.String(required=True, validate=validate.OneOf(["entry", "visit"]))
    act = fields.String(
        required=True, validate=validate.OneOf(["accept", "close", "fine", "two", "same"])
    )
    same_as = fields.UUID(load_default=None, allow_none=True)


class Decisions(Schema):
    """Several at once; the reason goes to every volunteer concerned."""

    rows = fields.List(
        fields.Nested(RowToDecide), required=True, validate=validate.Length(1, MOST_DECISIONS)
    )
    reason = Text(load_default="", most=300)


class RowToOpen(Schema):
    """Which one to open again."""

    id = fields.UUID(required=True)
    what = fields.String(required=True, validate=validate.OneOf(["entry", "visit"]))


class UndoneDecisions(Schema):
    """What to open again."""

    rows = fields.List(
        fields.Nested(RowToOpen), required=True, validate=validate.Length(1, MOST_DECISIONS)
    )


class DecisionResult(Schema):
    """What became of one row."""

    id = fields.UUID(required=True)
    ok = fields.Boolean(required=True)
    state = fields.String()
    error = fields.Nested(ErrorSchema)


class DecisionResults(Schema):
    """One result a row, in the order they were sent."""

    results = fields.List(fields.Nested(DecisionResult), required=True)
