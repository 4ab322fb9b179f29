"""HTTP for mediation. Outside the wall of a case every one of these answers that there is no such thing."""

from __future__ import annotations

import uuid
from typing import Any

from server.access.actor import Actor
from server.access.permissions import allow
from server.accounts import service as accounts
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint
from server.kit.errors import Invalid, NotFound
from server.mediation import glass, hearing, opening, service, settling, with_concerns
from server.mediation.lifecycle import Action
from server.mediation.schemas import (
    CONCLUDE,
    AgreementWrite,
    ApplySchema,
    CaseAnswer,
    CaseSchema,
    CasesPage,
    CasesQuery,
    DecisionWrite,
    DescribeSchema,
    HandedInSchema,
    HandInSchema,
    LengthenWrite,
    LookAnswer,
    LookSchema,
    LooksSchema,
    LookWrite,
    MediatorSchema,
    ObjectionWrite,
    OfArea,
    OpennessWrite,
    PartyWrite,
    PerformWrite,
    ReasonWrite,
    RecordWrite,
    RightsSchema,
    SeatWrite,
    SignWrite,
    StepWrite,
    WishWrite,
)
from server.mediation.views import CaseView

blp = Blueprint("mediation", __name__, url_prefix="/mediation", description="调解 mediation")

Data = dict[str, Any]
_OWN = allow("mediation.own")
_ASK = allow("mediation.ask")


def _told(actor: Actor, view: CaseView) -> Data:
    return {"case": view, "outlook": service.outlook(actor, view.id)}


@blp.route("/cases", methods=["GET"])
@blp.response(200, CasesPage)
@endpoint(access=_OWN, audit="mediation.list")
@blp.arguments(CasesQuery, location="query")
def list_cases(actor: Actor, query: Data) -> Data:
    """One's own cases, what is due first on top."""
    items, total = service.listed(actor, **query)
    return {"items": items, "total": total, "page": query["page"], "page_size": query["page_size"]}


@blp.route("/cases", methods=["POST"])
@blp.response(201, CaseAnswer)
@endpoint(access=_OWN, writes=True, audit="mediation.apply")
@blp.arguments(ApplySchema)
def apply(actor: Actor, data: Data) -> Data:
    """Register a case."""
    return _told(actor, opening.apply(actor, data))


@blp.route("/from-concern", methods=["POST"])
@blp.response(201, HandedInSchema)
@endpoint(access=allow("concerns.handle"), writes=True, audit="mediation.hand_in")
@blp.arguments(HandInSchema)
def hand_in(actor: Actor, data: Data) -> Data:
    """Hand a concern about a quarrel to the mediation committee."""
    concern_id = data["concern_id"]
    return {
        "case_id": with_concerns.from_concern(actor, concern_id, dispute_type=data["dispute_type"])
    }


@blp.route("/mediators", methods=["GET"])
@blp.response(200, MediatorSchema(many=True))
@endpoint(access=_OWN)
@blp.arguments(OfArea, location="query")
def list_mediators(actor: Actor, query: Data) -> Any:
    """Who may be chosen to mediate in a committee."""
    if not actor.may("mediation.own", query["area_id"]):
        raise NotFound()
    return accounts.colleagues(query["area_id"], roles_held=hearing.MEDIATORS)


@blp.route("/cases/<uuid:case_id>", methods=["GET"])
@blp.response(200, CaseAnswer)
@endpoint(access=allow("mediation.ask"), audit="mediation.read")
def read_case(actor: Actor, case_id: uuid.UUID) -> Data:
    """One case, for who is behind its wall or was let look in."""
    return _told(actor, service.case(actor, case_id))


@blp.route("/cases/<uuid:case_id>", methods=["PATCH"])
@blp.response(200, CaseAnswer)
@endpoint(access=_OWN, writes=True, audit="mediation.describe")
@blp.arguments(DescribeSchema)
def describe(actor: Actor, data: Data, case_id: uuid.UUID) -> Data:
    """Correct what the case says of itself."""
    return _told(actor, opening.describe(actor, case_id, data.pop("version"), data))


@blp.route("/cases/<uuid:case_id>/parties/<uuid:party_id>/copy", methods=["GET"])
@blp.response(200, CaseSchema)
@endpoint(access=_OWN, audit="mediation.copy")
def copy_for_party(actor: Actor, case_id: uuid.UUID, party_id: uuid.UUID) -> CaseView:
    """What one party receives; never what another said alone."""
    return service.case_of_party(actor, case_id, party_id)


@blp.route("/cases/<uuid:case_id>/parties", methods=["POST"])
@blp.response(200, CaseAnswer)
@endpoint(access=_OWN, writes=True, audit="mediation.party")
@blp.arguments(PartyWrite)
def add_party(actor: Actor, data: Data, case_id: uuid.UUID) -> Data:
    """Write down a party."""
    return _told(actor, opening.add_party(actor, case_id, data.pop("version"), data))


@blp.route("/cases/<uuid:case_id>/parties/<uuid:party_id>", methods=["PUT"])
@blp.response(200, CaseAnswer)
@endpoint(access=_OWN, writes=True, audit="mediation.party")
@blp.arguments(PartyWrite)
def change_party(actor: Actor, data: Data, case_id: uuid.UUID, party_id: uuid.UUID) -> Data:
    """Correct a party."""
    version = data.pop("version")
    return _told(actor, opening.change_party(actor, case_id, party_id, version, data))


@blp.route("/cases/<uuid:case_id>/rights", methods=["POST"])
@blp.response(200, CaseAnswer)
@endpoint(access=_OWN, writes=True, audit="mediation.rights")
@blp.arguments(RightsSchema)
def tell_rights(actor: Actor, data: Data, case_id: uuid.UUID) -> Data:
    """Note that parties were told their rights."""
    return _told(actor, opening.tell_rights(actor, case_id, data.pop("version"), **data))


@blp.route("/cases/<uuid:case_id>/seats", methods=["POST"])
@blp.response(200, CaseAnswer)
@endpoint(access=_OWN, writes=True, audit="mediation.seat")
@blp.arguments(SeatWrite)
def seat(actor: Actor, data: Data, case_id: uuid.UUID) -> Data:
    """Choose a mediator."""
    return _told(actor, hearing.seat(actor, case_id, data.pop("version"), **data))


@blp.route("/cases/<uuid:case_id>/seats/<uuid:seat_id>/end", methods=["POST"])
@blp.response(200, CaseAnswer)
@endpoint(access=allow("mediation.decide"), writes=True, audit="mediation.unseat")
@blp.arguments(ReasonWrite)
def unseat(actor: Actor, data: Data, case_id: uuid.UUID, seat_id: uuid.UUID) -> Data:
    """Let a mediator leave the case."""
    view = hearing.unseat(actor, case_id, data["version"], seat_id, data["reason"])
    return _told(actor, view)


@blp.route("/cases/<uuid:case_id>/seats/<uuid:seat_id>/objection", methods=["POST"])
@blp.response(200, CaseAnswer)
@endpoint(access=_OWN, writes=True, audit="mediation.objection")
@blp.arguments(ObjectionWrite)
def object_to(actor: Actor, data: Data, case_id: uuid.UUID, seat_id: uuid.UUID) -> Data:
    """Note that a party objects to a mediator."""
    return _told(actor, hearing.object_to(actor, case_id, data.pop("version"), seat_id, **data))


@blp.route("/cases/<uuid:case_id>/seats/<uuid:seat_id>/decision", methods=["POST"])
@blp.response(200, CaseAnswer)
@endpoint(access=allow("mediation.decide"), writes=True, audit="mediation.decide")
@blp.arguments(DecisionWrite)
def decide_objection(actor: Actor, data: Data, case_id: uuid.UUID, seat_id: uuid.UUID) -> Data:
    """Decide on an objection."""
    version = data.pop("version")
    return _told(actor, hearing.decide_objection(actor, case_id, version, seat_id, **data))


@blp.route("/cases/<uuid:case_id>/wish", methods=["POST"])
@blp.response(200, CaseAnswer)
@endpoint(access=_OWN, writes=True, audit="mediation.wish")
@blp.arguments(WishWrite)
def wish(actor: Actor, data: Data, case_id: uuid.UUID) -> Data:
    """Note whether a party would have others present."""
    view = hearing.wish(
        actor, case_id, data["version"], party_id=data["party_id"], said=data["wish"]
    )
    return _told(actor, view)


@blp.route("/cases/<uuid:case_id>/openness", methods=["POST"])
@blp.response(200, CaseAnswer)
@endpoint(access=_OWN, writes=True, audit="mediation.openness")
@blp.arguments(OpennessWrite)
def openness(actor: Actor, data: Data, case_id: uuid.UUID) -> Data:
    """Mediate with others present or not."""
    return _told(actor, hearing.openness(actor, case_id, data.pop("version"), **data))


@blp.route("/cases/<uuid:case_id>/lengthen", methods=["POST"])
@blp.response(200, CaseAnswer)
@endpoint(access=_OWN, writes=True, audit="mediation.lengthen")
@blp.arguments(LengthenWrite)
def lengthen(actor: Actor, data: Data, case_id: uuid.UUID) -> Data:
    """More time, both sides agreeing."""
    return _told(actor, hearing.lengthen(actor, case_id, data.pop("version"), **data))


@blp.route("/cases/<uuid:case_id>/records", methods=["POST"])
@blp.response(200, CaseAnswer)
@endpoint(access=_OWN, writes=True, audit="mediation.record")
@blp.arguments(RecordWrite)
def record(actor: Actor, data: Data, case_id: uuid.UUID) -> Data:
    """Keep an investigation, a session or a talk alone."""
    return _told(actor, hearing.record(actor, case_id, data.pop("version"), data))


@blp.route("/cases/<uuid:case_id>/records/<uuid:record_id>", methods=["PUT"])
@blp.response(200, CaseAnswer)
@endpoint(access=_OWN, writes=True, audit="mediation.record")
@blp.arguments(RecordWrite)
def change_record(actor: Actor, data: Data, case_id: uuid.UUID, record_id: uuid.UUID) -> Data:
    """Correct a record."""
    version = data.pop("version")
    return _told(actor, hearing.change_record(actor, case_id, record_id, version, data))


@blp.route("/cases/<uuid:case_id>/agreement", methods=["PUT"])
@blp.response(200, CaseAnswer)
@endpoint(access=_OWN, writes=True, audit="mediation.draft")
@blp.arguments(AgreementWrite)
def draft(actor: Actor, data: Data, case_id: uuid.UUID) -> Data:
    """Write the agreement down."""
    return _told(actor, settling.draft(actor, case_id, data.pop("version"), data))


@blp.route("/cases/<uuid:case_id>/signatures", methods=["POST"])
@blp.response(200, CaseAnswer)
@endpoint(access=_OWN, writes=True, audit="mediation.sign")
@blp.arguments(SignWrite)
def sign(actor: Actor, data: Data, case_id: uuid.UUID) -> Data:
    """Note a signature or the seal."""
    return _told(actor, settling.sign(actor, case_id, data.pop("version"), **data))


@blp.route("/cases/<uuid:case_id>/parts/<uuid:part_id>", methods=["POST"])
@blp.response(200, CaseAnswer)
@endpoint(access=_OWN, writes=True, audit="mediation.part")
@blp.arguments(PerformWrite)
def perform(actor: Actor, data: Data, case_id: uuid.UUID, part_id: uuid.UUID) -> Data:
    """Note what became of one part."""
    return _told(actor, settling.perform(actor, case_id, data.pop("version"), part_id, **data))


@blp.route("/cases/<uuid:case_id>/steps", methods=["POST"])
@blp.response(200, CaseAnswer)
@endpoint(access=_OWN, writes=True, audit="mediation.step")
@blp.arguments(StepWrite)
def take_step(actor: Actor, data: Data, case_id: uuid.UUID) -> Data:
    """Take one step of the lifecycle."""
    return _told(actor, _step(actor, case_id, data))


def _step(actor: Actor, case_id: uuid.UUID, data: Data) -> CaseView:
    version, reason, ways = data["version"], data["reason"], data["ways"]
    if data["action"] == CONCLUDE:
        return settling.conclude(actor, case_id, version)
    action = Action(data["action"])
    if action is Action.ACCEPT:
        return opening.accept(actor, case_id, version)
    if action is Action.DECLINE:
        return opening.decline(actor, case_id, version, reason)
    if action is Action.BEGIN:
        return hearing.begin(actor, case_id, version)
    if action is Action.REFUSED:
        if data["party_id"] is None:
            raise Invalid(fields={"party_id": "请选是哪一方。"})
        party_id = data["party_id"]
        return opening.refuse(actor, case_id, version, party_id=party_id, reason=reason, ways=ways)
    if action is Action.CONFIRM:
        if data["on"] is None:
            raise Invalid(fields={"on": "请选法院确认的日子。"})
        return settling.confirmed(actor, case_id, version, data["on"])
    if action is Action.BREACH:
        return settling.breach(actor, case_id, version, reason=reason, ways=ways)
    if action is Action.RESUME:
        return settling.resume(actor, case_id, version, reason)
    if action is Action.ARCHIVE:
        return settling.archive(actor, case_id, version, keep=data["keep"], reason=reason)
    return settling.end(actor, case_id, version, action=action, reason=reason, ways=ways)


@blp.route("/looks", methods=["GET"])
@blp.response(200, LooksSchema)
@endpoint(access=_ASK, audit="mediation.looks")
def list_looks(actor: Actor) -> Data:
    """Requests to look in: one's own, and those about cases one is responsible for."""
    return {"rows": glass.listed(actor)}


@blp.route("/looks", methods=["POST"])
@blp.response(201, LookSchema)
@endpoint(access=_ASK, writes=True, audit="mediation.look_asked")
@blp.arguments(LookWrite)
def ask_to_look(actor: Actor, data: Data) -> Any:
    """Ask to look into one case."""
    return glass.ask(actor, **data)


@blp.route("/looks/<uuid:look_id>/answer", methods=["POST"])
@blp.response(200, LookSchema)
@endpoint(access=allow("mediation.decide"), writes=True, audit="mediation.look_answered")
@blp.arguments(LookAnswer)
def answer_look(actor: Actor, data: Data, look_id: uuid.UUID) -> Any:
    """Let somebody look in, or not."""
    return glass.answer(actor, look_id, case_id=data["case_id"], said=data["answer"])


@blp.route("/looks/<uuid:look_id>/end", methods=["POST"])
@blp.response(200, LookSchema)
@endpoint(access=_ASK, writes=True, audit="mediation.look_ended")
def end_look(actor: Actor, look_id: uuid.UUID) -> Any:
    """End a look before its time."""
    return glass.end(actor, look_id)
