"""HTTP for logging in and for one's own account."""

from __future__ import annotations

import uuid
from typing import Any

from server.access.actor import Actor
from server.access.permissions import public, signed_in
from server.accounts import cookies, joining, logins, people
from server.accounts.factor_routes import factor as factor_blp
from server.accounts.logins import LoggedIn
from server.accounts.people_routes import people as people_blp
from server.accounts.schemas import (
    Joining,
    LoggedInSchema,
    LogIn,
    MeSchema,
    NewPassword,
    Nothing,
    Offer,
    PasswordAgain,
    PasswordByLink,
    Preference,
    SessionSchema,
    Token,
)
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint, touched

blp = Blueprint("auth", __name__, url_prefix="/auth", description="登录 logging in")
more = (people_blp, factor_blp)


def _answer(entered: LoggedIn) -> dict[str, Any]:
    cookies.set_after(entered)
    return entered.answer


@blp.route("/login", methods=["POST"])
@blp.response(200, LoggedInSchema)
@endpoint(access=public("this is the door"), own_transaction=True)
@blp.arguments(LogIn)
def log_in(_actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Log in by phone and password."""
    return _answer(
        logins.log_in(
            phone=data["phone"],
            password=data["password"],
            code=data["code"],
            device_id=data["device_hint"],
            known=cookies.known_mark(),
            label=cookies.label(),
            old_token=cookies.refresh_token(),
        )
    )


@blp.route("/refresh", methods=["POST"])
@blp.response(200, LoggedInSchema)
@endpoint(access=public("the cookie says who"), own_transaction=True)
def renew(_actor: Actor) -> dict[str, Any]:
    """A new access token; the refresh token in the cookie is exchanged too."""
    return _answer(logins.renew(cookies.refresh_token(), cookies.known_mark()))


@blp.route("/logout", methods=["POST"])
@blp.response(204)
@endpoint(access=public("the cookie says whose log-in ends"), own_transaction=True)
def log_out(_actor: Actor) -> None:
    """End this browser's log-in, here and on the server."""
    logins.log_out(cookies.refresh_token())
    cookies.drop_after()


@blp.route("/me", methods=["GET"])
@blp.response(200, MeSchema)
@endpoint(access=signed_in())
def me(actor: Actor) -> dict[str, Any]:
    """Who is logged in, with which roles."""
    return people.as_me(logins.me(actor))


@blp.route("/me", methods=["PATCH"])
@blp.response(200, MeSchema)
@endpoint(access=signed_in(), writes=True, audit="auth.locale")
@blp.arguments(Preference)
def set_locale(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Choose one's language."""
    touched(actor.me)
    return people.as_me(logins.set_locale(actor, data["locale"]))


@blp.route("/password", methods=["POST"])
@blp.response(204)
@endpoint(access=signed_in(), own_transaction=True)
@blp.arguments(NewPassword)
def change_password(actor: Actor, data: dict[str, Any]) -> None:
    """Change one's own password; every other log-in ends."""
    logins.change_password(
        actor, present=data["present"], wanted=data["wanted"], known=cookies.known_mark()
    )


@blp.route("/confirm", methods=["POST"])
@blp.response(204)
@endpoint(access=signed_in(), own_transaction=True)
@blp.arguments(PasswordAgain)
def confirm(actor: Actor, data: dict[str, Any]) -> None:
    """Give the password again; what is grave may be done for a quarter of an hour."""
    logins.confirm(actor, password=data["password"], known=cookies.known_mark())


@blp.route("/password/by-link", methods=["POST"])
@blp.response(200, LoggedInSchema)
@endpoint(access=public("the one-time link is the right"), own_transaction=True)
@blp.arguments(PasswordByLink)
def set_password_by_link(_actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Choose a new password by the link an administrator started."""
    return _answer(
        logins.set_by_link(
            token=data["token"],
            password=data["password"],
            code=data["code"],
            label=cookies.label(),
        )
    )


@blp.route("/sessions", methods=["GET"])
@blp.response(200, SessionSchema(many=True))
@endpoint(access=signed_in())
def list_sessions(actor: Actor) -> list[dict[str, Any]]:
    """One's own log-ins."""
    return logins.my_sessions(actor)


@blp.route("/sessions/<uuid:session_id>/end", methods=["POST"])
@blp.response(204)
@endpoint(access=signed_in(), writes=True, audit="session.end")
@blp.arguments(Nothing)
def end_session(actor: Actor, _data: dict[str, Any], session_id: uuid.UUID) -> None:
    """End one of one's own log-ins."""
    touched(session_id)
    logins.end_mine(actor, session_id)


@blp.route("/invitation", methods=["POST"])
@blp.response(200, Offer)
@endpoint(access=public("holding the link is the right to read what it offers"))
@blp.arguments(Token)
def look_at_invitation(_actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """What an invitation offers."""
    return joining.look(data["token"])


@blp.route("/invitation/accept", methods=["POST"])
@blp.response(201, LoggedInSchema)
@endpoint(access=public("the single-use link is the right"), own_transaction=True)
@blp.arguments(Joining)
def accept_invitation(_actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Join by an invitation: account, role and log-in."""
    return _answer(joining.accept(**data, label=cookies.label()))


@blp.route("/invitation/take", methods=["POST"])
@blp.response(200, MeSchema)
@endpoint(access=signed_in(), writes=True, audit="invitation.accept")
@blp.arguments(Token)
def take_invitation(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Add an invitation's role to the account one is logged in with."""
    touched(actor.me)
    joining.take(actor, data["token"])
    return people.as_me(logins.me(actor))


@blp.route("/first-admin", methods=["POST"])
@blp.response(201, LoggedInSchema)
@endpoint(access=public("the one-time link of the installation"), own_transaction=True)
@blp.arguments(Joining)
def become_first_admin(_actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Open the first administrator's account of an empty installation."""
    return _answer(joining.become_first_admin(**data, label=cookies.label()))
