"""A phone that sends photos in pieces, as tus says it."""

from __future__ import annotations

import base64
import hashlib
import io
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from PIL import Image

from server.kit import clock
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from tests.factories.phones import Phone


def later(days: float, job: Callable[[], int]) -> int:
    """What a daily job does by so many days from now."""
    with clock.using(clock.SetClock(clock.now() + timedelta(days=days))), transaction(write=True):
        return job()


def a_month_of(job: Callable[[], int]) -> int:
    """What it does in its daily turns of a month, beginning in three days."""
    return sum(later(3 + day, job) for day in range(32))


TUS = {"Tus-Resumable": "1.0.0"}
PIECE = "application/offset+octet-stream"


def plain_photo(size: tuple[int, int] = (60, 40), **more: Any) -> bytes:
    """A small picture with something on it."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, "JPEG", **more)
    return out.getvalue()


def grainy_photo(side: int = 700) -> bytes:
    """A picture of some hundred kilobytes: noise does not compress."""
    out = io.BytesIO()
    Image.effect_noise((side, side), 90).convert("RGB").save(out, "JPEG", quality=95)
    return out.getvalue()


def checksum(data: bytes, algorithm: str = "sha256") -> str:
    digest = hashlib.new(algorithm, data, usedforsecurity=False).digest()
    return f"{algorithm} {base64.b64encode(digest).decode()}"


def metadata(**said: object) -> str:
    return ",".join(
        f"{name} {base64.b64encode(str(value).encode()).decode()}" for name, value in said.items()
    )


class CutBody(io.BytesIO):
    """A line that breaks after some bytes."""

    def read(self, size: int | None = -1, /) -> bytes:
        got = super().read(size)
        if not got:
            raise ConnectionResetError("the line broke")
        return got

    def readinto(self, buffer: Any, /) -> int:
        got = self.read(len(buffer))
        buffer[: len(got)] = got
        return len(got)


@dataclass
class Sending:
    """One phone's uploads."""

    phone: Phone

    def call(self, method: str, path: str, **kwargs: Any) -> Any:
        headers = {**TUS, **kwargs.pop("headers", {})}
        return self.phone.person.call(
            self.phone.client, method, "/attachments/uploads" + path, headers=headers, **kwargs
        )

    def begin(self, visit_id: object, data: bytes, **more: Any) -> Any:
        size = more.pop("size", len(data))
        said = {
            "attachment_id": new_id(),
            "entity_type": "visit",
            "entity_id": visit_id,
            "sha256": hashlib.sha256(data).hexdigest(),
            "mime": "image/jpeg",
            **more,
        }
        return self.call(
            "POST", "", headers={"Upload-Length": str(size), "Upload-Metadata": metadata(**said)}
        )

    def begun(self, visit_id: object, data: bytes, **more: Any) -> str:
        answer = self.begin(visit_id, data, **more)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return str(answer.headers["Location"]).rsplit("/", 1)[1]

    def offset(self, upload: str | uuid.UUID) -> int:
        answer = self.call("HEAD", f"/{upload}")
        assert answer.status_code == 200, answer.status_code
        return int(answer.headers["Upload-Offset"])

    def piece(self, upload: str, at: int, data: Any, **headers: str) -> Any:
        return self.call(
            "PATCH",
            f"/{upload}",
            data=data,
            headers={"Upload-Offset": str(at), "Content-Type": PIECE, **headers},
        )

    def cut(self, upload: str, at: int, data: bytes, after: int) -> Any:
        """A piece whose line breaks after some bytes."""
        return self.call(
            "PATCH",
            f"/{upload}",
            input_stream=CutBody(data[:after]),
            environ_overrides={"CONTENT_LENGTH": str(len(data))},
            headers={"Upload-Offset": str(at), "Content-Type": PIECE},
        )

    def pieces(self, data: bytes, of: int) -> Iterator[tuple[int, bytes]]:
        for at in range(0, len(data), of):
            yield at, data[at : at + of]

    def whole(self, visit_id: object, data: bytes, of: int = 256 * 1024, **more: Any) -> str:
        """Everything, piece by piece."""
        upload = self.begun(visit_id, data, **more)
        for at, piece in self.pieces(data, of):
            answer = self.piece(upload, at, piece)
            assert answer.status_code == 204, answer.get_data(as_text=True)
        return upload
