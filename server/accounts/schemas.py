"""Shapes of log-ins, people and invitations on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.access.rules import ROLES
from server.accounts.passwords import MOST
from server.kit.locale import LOCALES
from server.kit.schemas import AreaCode, Text

LOCALE = validate.OneOf(LOCALES)


def CODE() -> Text:
    """A code beside a password; empty where none is asked for."""
    return Text(load_default=None, allow_none=True, most=20)


class RoleSchema(Schema):
    """A role a person holds in an area."""

    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    area_id = fields.String(required=True)
    area_name = fields.String(required=True)


class HeldRoleSchema(RoleSchema):
    """The same with the id by which it is ended."""

    id = fields.UUID(required=True)


class MeSchema(Schema):
    """What a person is told about themself."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    locale = fields.String(required=True)
    roles = fields.List(fields.Nested(RoleSchema), required=True)


class LoggedInSchema(Schema):
    """A log-in; the refresh token travels in a cookie."""

    access_token = fields.String(required=True)
    expires_in = fields.Integer(required=True)
    factor_needed = fields.Boolean(
        required=True, metadata={"description": "nothing but turning on log-in with a code is open"}
    )
    user = fields.Nested(MeSchema, required=True)


class LogIn(Schema):
    """Phone and password; an enrolled phone names its device and proves its key."""

    phone = Text(required=True, least=1, most=40)
    password = fields.String(required=True, validate=validate.Length(1, MOST))
    device_hint = fields.UUID(load_default=None, allow_none=True)
    code = CODE()


class Nothing(Schema):
    """An empty object."""


class NewPassword(Schema):
    """Change one's own password."""

    present = fields.String(required=True, validate=validate.Length(1, MOST))
    wanted = fields.String(required=True, validate=validate.Length(1, MOST))


class PasswordAgain(Schema):
    """The password once more, before something grave."""

    password = fields.String(required=True, validate=validate.Length(1, MOST))


class PasswordByLink(Schema):
    """Choose a password by a one-time link."""

    token = Text(required=True, least=1, most=80)
    password = fields.String(required=True, validate=validate.Length(1, MOST))
    code = CODE()


class Code(Schema):
    """A code of one's authenticator, or one from the paper."""

    code = Text(required=True, least=6, most=20)


class FactorSchema(Schema):
    """Whether one logs in with a code."""

    on = fields.Boolean(required=True)
    since = fields.AwareDateTime(required=True, allow_none=True)
    recovery_left = fields.Integer(required=True)


class FactorBegun(Schema):
    """What the authenticator needs, shown once."""

    secret = fields.String(required=True)
    address = fields.String(required=True)
    qr_svg = fields.String(required=True)


class RecoveryCodes(Schema):
    """Ten codes for the paper, shown once."""

    codes = fields.List(fields.String(), required=True)


class Preference(Schema):
    """The language of answers and messages."""

    locale = fields.String(required=True, validate=LOCALE)


class SessionSchema(Schema):
    """One log-in of a person."""

    id = fields.UUID(required=True)
    label = fields.String(required=True)
    since = fields.AwareDateTime(required=True)
    last_seen_at = fields.AwareDateTime(required=True)
    phone = fields.Boolean(required=True, metadata={"description": "an enrolled phone"})
    present = fields.Boolean(required=True, metadata={"description": "this very log-in"})


class Token(Schema):
    """The secret of a link."""

    token = Text(required=True, least=1, most=80)


class Joining(Token):
    """A new account."""

    name = Text(required=True, least=1, most=40)
    phone = fields.String(required=True, validate=validate.Length(1, 40))
    password = fields.String(required=True, validate=validate.Length(1, MOST))
    locale = fields.String(load_default="zh-CN", validate=LOCALE)


class Offer(Schema):
    """What an invitation offers."""

    role = fields.String(required=True)
    area_name = fields.String(required=True)
    area_phone = fields.String(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    expires_at = fields.AwareDateTime(required=True)


class Invite(Schema):
    """Whom to invite, to what."""

    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    area_id = AreaCode(required=True)
    name = Text(load_default=None, allow_none=True, most=40)


class InvitationSchema(Schema):
    """An invitation that waits; its link is not kept."""

    id = fields.UUID(required=True)
    role = fields.String(required=True)
    area_id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    expires_at = fields.AwareDateTime(required=True)
    created_at = fields.AwareDateTime(required=True)


class IssuedSchema(Schema):
    """A fresh invitation with its link and the link's QR picture, shown once."""

    invitation = fields.Nested(InvitationSchema, required=True)
    link = fields.String(required=True)
    qr_svg = fields.String(required=True)


class LinkSchema(Schema):
    """A one-time link with its QR picture, shown once."""

    link = fields.String(required=True)
    qr_svg = fields.String(required=True)


class AreaFilter(Schema):
    """One area of one's own, or all of them."""

    area_id = AreaCode(load_default=None, allow_none=True)


class PersonSchema(Schema):
    """Somebody of one's areas; the number is masked."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    phone_masked = fields.String(required=True, allow_none=True)
    roles = fields.List(fields.Nested(HeldRoleSchema), required=True)
    disabled = fields.Boolean(required=True)
    factor = fields.Boolean(required=True, metadata={"description": "logs in with a code"})
    last_seen_at = fields.AwareDateTime(required=True, allow_none=True)


class PersonInFullSchema(PersonSchema):
    """The same with the number, to call them."""

    phone = fields.String(required=True, allow_none=True)


class NewRole(Schema):
    """A role to give."""

    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    area_id = AreaCode(required=True)


class EnrolledPhoneSchema(Schema):
    """One phone of a person; ``unsent`` is what it said at its last contact, ``kept`` waits for a decision."""

    device_id = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    label = fields.String(required=True)
    enrolled_at = fields.AwareDateTime(required=True)
    heard_at = fields.AwareDateTime(required=True)
    unsent = fields.Integer(required=True)
    unsent_since = fields.AwareDateTime(required=True, allow_none=True)
    missing = fields.Integer(required=True)
    kept = fields.Integer(required=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)
    revoke_reason = fields.String(required=True, allow_none=True)
    cleared_at = fields.AwareDateTime(required=True, allow_none=True)


class WhyLost(Schema):
    """Why a phone is taken out of use."""

    reason = Text(required=True, least=1, most=300)
