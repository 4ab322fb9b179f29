"""Concerns the way residents' phones send them."""

from __future__ import annotations

import secrets
from typing import Any

from flask.testing import FlaskClient

from server.kit.ids import new_id

HEADERS = {"X-Linli": "1"}
WORDS = "三层楼道灯坏了三天。晚上看不见台阶。"


def as_sent(door: str, **changed: Any) -> dict[str, Any]:
    """The body a phone sends."""
    return {
        "submission_id": str(new_id()),
        "link": secrets.token_urlsafe(16),
        "door": door,
        "category": "property_mgmt",
        "description": WORDS,
        "anonymous": True,
        "contact_phone": "",
        **changed,
    }


def post(client: FlaskClient, path: str, body: dict[str, Any], **kwargs: Any) -> Any:
    """A resident's call."""
    return client.post(f"/api/v1/concerns/{path}", json=body, headers=HEADERS, **kwargs)


class Reporter:
    """A resident with a phone: keeps the link, remembers the code."""

    def __init__(self, client: FlaskClient, door: str, **changed: Any) -> None:
        self.client = client
        self.sent = as_sent(door, **changed)
        answer = post(client, "submit", self.sent)
        assert answer.status_code == 201, answer.text
        self.code: str = answer.json["query_code"]
        self.link: str = self.sent["link"]
        self.concern_id: str = self.sent["submission_id"]

    def follow(self, **key: str) -> Any:
        """What the progress page gets: by the link unless another key is given."""
        return post(self.client, "follow", key or {"link": self.link})

    def rate(self, solved: str, **more: Any) -> Any:
        return post(self.client, "rate", {"link": self.link, "solved": solved, **more})

    def reopen(self, reason: str, **key: str) -> Any:
        return post(self.client, "reopen", {**(key or {"link": self.link}), "reason": reason})
