"""HTTP for one's own second factor."""

from __future__ import annotations

from typing import Any

from server.access.actor import Actor
from server.access.permissions import signed_in
from server.accounts import logins
from server.accounts import second_factor as verbs
from server.accounts.schemas import Code, FactorBegun, FactorSchema, Nothing, RecoveryCodes
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint, touched

factor = Blueprint("factor", __name__, url_prefix="/auth/factor", description="验证码登录 log-in with a code")  # fmt: skip


@factor.route("", methods=["GET"])
@factor.response(200, FactorSchema)
@endpoint(access=signed_in())
def read_factor(actor: Actor) -> dict[str, Any]:
    """Whether one logs in with a code."""
    return verbs.state(actor)


@factor.route("", methods=["POST"])
@factor.response(201, FactorBegun)
@endpoint(access=signed_in(recent=True), writes=True, audit="factor.begin")
@factor.arguments(Nothing)
def begin_factor(actor: Actor, _data: dict[str, Any]) -> dict[str, Any]:
    """A fresh secret for one's authenticator; it counts once a code of it was given."""
    touched(actor.me)
    return logins.begin_factor(actor)


@factor.route("/confirm", methods=["POST"])
@factor.response(200, RecoveryCodes)
@endpoint(access=signed_in(recent=True), writes=True, audit="factor.on")
@factor.arguments(Code)
def confirm_factor(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """The first code: from now on one is asked for at every log-in without an enrolled phone."""
    touched(actor.me)
    return {"codes": verbs.confirm(actor, data["code"])}


@factor.route("/recovery", methods=["POST"])
@factor.response(200, RecoveryCodes)
@endpoint(access=signed_in(recent=True), own_transaction=True)
@factor.arguments(Code)
def renew_recovery_codes(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Ten fresh recovery codes; those before are void."""
    return {"codes": logins.with_code(actor, data["code"], "factor.recovery", verbs.renewed)}


@factor.route("/remove", methods=["POST"])
@factor.response(204)
@endpoint(access=signed_in(recent=True), own_transaction=True)
@factor.arguments(Code)
def remove_factor(actor: Actor, data: dict[str, Any]) -> None:
    """Log in without a code again."""
    logins.with_code(actor, data["code"], "factor.off", verbs.drop)
