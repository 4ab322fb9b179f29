"""Shapes of turning the waking on and off."""

from __future__ import annotations

from marshmallow import Schema, fields

from server.kit.schemas import Text
from server.notifications.push.hosts import LONGEST


class PushState(Schema):
    """``offered``: the operator set it up; ``server_key``: what the browser must know this server by."""

    offered = fields.Boolean(required=True)
    on = fields.Boolean(required=True)
    server_key = fields.String(required=True, allow_none=True)


class PushOn(Schema):
    """What the browser's push service gave it."""

    endpoint = Text(required=True, least=1, most=LONGEST)
    p256dh = Text(required=True, least=1, most=100)
    auth = Text(required=True, least=1, most=40)
