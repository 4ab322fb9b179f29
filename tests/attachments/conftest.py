"""Photos to send, and a phone to send them from."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from server.kit.ids import new_id
from tests.factories.people import Person, make_person


def photo(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **more: Any) -> bytes:
    """A small picture."""
    out = io.BytesIO()
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    picture.save(out, kind, **more)
    return out.getvalue()


@dataclass
class Sender:
    """A volunteer who sends photos of one visit, and the committee that looks at them."""

    client: FlaskClient
    volunteer: Person
    worker: Person
    visit: uuid.UUID = field(default_factory=new_id)

    def meta(self, data: bytes, **more: Any) -> dict[str, Any]:
        return {
            "attachment_id": str(new_id()),
            "entity_type": "visit",
            "entity_id": str(self.visit),
            "sha256": hashlib.sha256(data).hexdigest(),
            "size": len(data),
            "mime": "image/jpeg",
            **more,
        }

    def send(
        self, data: bytes, meta: Any = None, *, name: str = "p.jpg", by: Person | None = None
    ) -> Any:
        return (by or self.volunteer).call(
            self.client,
            "POST",
            "/attachments",
            data={
                "meta": meta if isinstance(meta, str) else json.dumps(meta or self.meta(data)),
                "file": (io.BytesIO(data), name),
            },
            content_type="multipart/form-data",
        )

    def fetch(self, attachment_id: Any, *, by: Person | None = None) -> Any:
        return (by or self.worker).call(self.client, "GET", f"/attachments/{attachment_id}")


@pytest.fixture
def sender(app: Flask, client: FlaskClient) -> Sender:
    return Sender(client, make_person("volunteer"), make_person("committee"))
