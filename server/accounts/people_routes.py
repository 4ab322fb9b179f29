"""HTTP for looking after people: the list, invitations, roles, closing an account."""

from __future__ import annotations

import uuid
from typing import Any

from server.access.actor import Actor
from server.access.permissions import allow
from server.accounts import joining, service
from server.accounts.joining import Issued
from server.accounts.models import Invitation
from server.accounts.schemas import (
    AreaFilter,
    EnrolledPhoneSchema,
    InvitationSchema,
    Invite,
    IssuedSchema,
    LinkSchema,
    NewRole,
    Nothing,
    PersonInFullSchema,
    PersonSchema,
    SessionSchema,
    WhyLost,
)
from server.accounts.secrets import qr_svg
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint, touched
from server.sync.phones import PhoneHeard

people = Blueprint("people", __name__, url_prefix="/people", description="人员 people")


@people.route("/", methods=["GET"])
@people.response(200, PersonSchema(many=True))
@endpoint(access=allow("people.read"), audit="people.list")
@people.arguments(AreaFilter, location="query")
def list_people(actor: Actor, query: dict[str, Any]) -> list[dict[str, Any]]:
    """People of one's areas, with their roles there."""
    found = service.listed(actor, query["area_id"])
    touched(*(person["id"] for person in found), area_id=query["area_id"])
    return found


@people.route("/<uuid:user_id>", methods=["GET"])
@people.response(200, PersonInFullSchema)
@endpoint(access=allow("people.read"), audit="people.read")
def read_person(actor: Actor, user_id: uuid.UUID) -> dict[str, Any]:
    """One person with the number in full."""
    touched(user_id)
    return service.person(actor, user_id)


@people.route("/invitations", methods=["POST"])
@people.response(201, IssuedSchema)
@endpoint(access=allow("people.invite"), writes=True, audit="invitation.create")
@people.arguments(Invite)
def invite(actor: Actor, data: dict[str, Any]) -> Issued:
    """Invite one person to a role."""
    issued = joining.invite(actor, **data)
    touched(issued.invitation.id, area_id=issued.invitation.area_id)
    return issued


@people.route("/invitations", methods=["GET"])
@people.response(200, InvitationSchema(many=True))
@endpoint(access=allow("people.invite"), audit="invitation.list")
@people.arguments(AreaFilter, location="query")
def list_invitations(actor: Actor, query: dict[str, Any]) -> list[Invitation]:
    """Invitations that wait for somebody."""
    found = joining.waiting(actor, query["area_id"])
    touched(*(row.id for row in found), area_id=query["area_id"])
    return found


@people.route("/invitations/<uuid:invitation_id>/revoke", methods=["POST"])
@people.response(204)
@endpoint(access=allow("people.invite"), writes=True, audit="invitation.revoke")
@people.arguments(Nothing)
def revoke_invitation(actor: Actor, _data: dict[str, Any], invitation_id: uuid.UUID) -> None:
    """Take an invitation back."""
    row = joining.revoke(actor, invitation_id)
    touched(row.id, area_id=row.area_id)


@people.route("/<uuid:user_id>/roles", methods=["POST"])
@people.response(204)
@endpoint(access=allow("people.manage", recent=True), writes=True, audit="role.give")
@people.arguments(NewRole)
def give_role(actor: Actor, data: dict[str, Any], user_id: uuid.UUID) -> None:
    """Give a person one more role."""
    touched(user_id, area_id=data["area_id"], why=data["role"])
    service.give_role(actor, user_id, data["role"], data["area_id"])


@people.route("/<uuid:user_id>/roles/<uuid:grant_id>/end", methods=["POST"])
@people.response(204)
@endpoint(access=allow("people.manage", recent=True), writes=True, audit="role.end")
@people.arguments(Nothing)
def end_role(actor: Actor, _data: dict[str, Any], user_id: uuid.UUID, grant_id: uuid.UUID) -> None:
    """End a role; it is gone at the person's next request."""
    grant = service.end_role(actor, user_id, grant_id)
    touched(user_id, grant_id, area_id=grant.area_id, why=grant.role)


@people.route("/<uuid:user_id>/close", methods=["POST"])
@people.response(204)
@endpoint(access=allow("people.manage"), writes=True, audit="account.close")
@people.arguments(Nothing)
def close_account(actor: Actor, _data: dict[str, Any], user_id: uuid.UUID) -> None:
    """Close an account: every log-in of the person ends now."""
    touched(user_id)
    service.close_account(actor, user_id)


@people.route("/<uuid:user_id>/reopen", methods=["POST"])
@people.response(204)
@endpoint(access=allow("people.manage"), writes=True, audit="account.reopen")
@people.arguments(Nothing)
def reopen_account(actor: Actor, _data: dict[str, Any], user_id: uuid.UUID) -> None:
    """Let a person log in again."""
    touched(user_id)
    service.reopen_account(actor, user_id)


@people.route("/<uuid:user_id>/reset", methods=["POST"])
@people.response(201, LinkSchema)
@endpoint(access=allow("people.manage", recent=True), writes=True, audit="account.reset")
@people.arguments(Nothing)
def start_reset(actor: Actor, _data: dict[str, Any], user_id: uuid.UUID) -> dict[str, str]:
    """A one-time link by which the person chooses a new password."""
    touched(user_id)
    link = service.start_reset(actor, user_id)
    return {"link": link, "qr_svg": qr_svg(link)}


@people.route("/<uuid:user_id>/factor/remove", methods=["POST"])
@people.response(204)
@endpoint(access=allow("people.manage", recent=True), writes=True, audit="account.factor_off")
@people.arguments(Nothing)
def remove_factor_of(actor: Actor, _data: dict[str, Any], user_id: uuid.UUID) -> None:
    """Somebody who lost authenticator and paper logs in with the password alone again, and can turn it on anew."""
    touched(user_id)
    service.remove_factor_of(actor, user_id)


@people.route("/<uuid:user_id>/sessions", methods=["GET"])
@people.response(200, SessionSchema(many=True))
@endpoint(access=allow("sessions.manage"), audit="session.list")
def list_sessions_of(actor: Actor, user_id: uuid.UUID) -> list[dict[str, Any]]:
    """Somebody's log-ins."""
    touched(user_id)
    return service.sessions_of(actor, user_id)


@people.route("/<uuid:user_id>/sessions/<uuid:session_id>/end", methods=["POST"])
@people.response(204)
@endpoint(access=allow("sessions.manage"), writes=True, audit="session.end")
@people.arguments(Nothing)
def end_session_of(
    actor: Actor, _data: dict[str, Any], user_id: uuid.UUID, session_id: uuid.UUID
) -> None:
    """End one of somebody's log-ins."""
    touched(user_id, session_id)
    service.end_session_of(actor, user_id, session_id)


@people.route("/<uuid:user_id>/phones", methods=["GET"])
@people.response(200, EnrolledPhoneSchema(many=True))
@endpoint(access=allow("people.read"), audit="phone.list")
def list_phones_of(actor: Actor, user_id: uuid.UUID) -> list[PhoneHeard]:
    """Somebody's phones: when each was heard from, what it held, whether it was taken out of use."""
    touched(user_id)
    return service.phones_of(actor, user_id)


@people.route("/<uuid:user_id>/phones/<uuid:device_id>/revoke", methods=["POST"])
@people.response(200, EnrolledPhoneSchema)
@endpoint(access=allow("phones.revoke"), writes=True, audit="phone.revoke")
@people.arguments(WhyLost)
def revoke_phone(
    actor: Actor, data: dict[str, Any], user_id: uuid.UUID, device_id: uuid.UUID
) -> PhoneHeard:
    """Take a lost phone out of use: at its next contact it hands in what it holds and clears itself."""
    touched(user_id, device_id, why=data["reason"])
    return service.revoke_phone(actor, user_id, device_id, data["reason"])
