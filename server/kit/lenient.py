"""What must never be refused is read as far as it can be, and the rest is kept as text."""

from __future__ import annotations

from typing import Any

import orjson
from marshmallow import Schema, ValidationError


def read(schema: Schema, payload: dict[str, Any], most: int) -> dict[str, Any]:
    """Every field the schema names, and under ``unread`` the text of what did not fit it (None when all did)."""
    try:
        said: dict[str, Any] = schema.load(payload)
    except ValidationError as wrong:
        valid = wrong.valid_data if isinstance(wrong.valid_data, dict) else {}
        said = {**schema.load({}), **{k: v for k, v in valid.items() if k not in wrong.messages_dict}}  # fmt: skip
        unread = {name: payload.get(name) for name in wrong.messages_dict}
    else:
        unread = {}
    known = schema.fields.keys()
    unread |= {name: value for name, value in said.items() if name not in known}
    text = orjson.dumps(unread).decode()[:most] if unread else None
    return {**{name: said[name] for name in known}, "unread": text}
