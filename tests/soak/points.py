"""The server that kills itself: the product's own application, ended by SIGKILL at a named point of a push.

``LINLI_FAULT_AT=point:n`` ends it the n-th time it comes there; the product refuses to start with such
a name outside of ``LINLI_MODE=test``, and knows nothing of the points, which are calls it makes anyway.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from server.access import proof
from server.sync import changes, push, quarantine, repository, settling
from server.visits import recording
from server.wsgi import app as flask_app
from tests.soak.names import POINTS, SESSION

CALLS: dict[str, tuple[Any, str]] = {
    "authenticate": (push, "authenticate"),
    "hold_phone": (repository, "hold_phone"),
    "proof": (proof, "verify"),
    "settle": (push, "settle"),
    "ledger_lookup": (repository, "in_ledger"),
    "handler": (settling.Work, "_handed"),
    "visits_written": (recording, "_write"),
    "decided": (settling.Work, "_decided_together"),
    "quarantine": (quarantine, "keep"),
    "receipt": (push, "_note_receipt"),
    "audit": (push, "write_audit"),
    "numbers": (changes, "_number_changes"),
    "clock": (repository, "advance_clock"),
    "ledger": (settling.Work, "_write_ledger"),
}


def die() -> None:
    """End the whole server program at once, as a lost battery would."""
    os.killpg(os.getpgid(0), signal.SIGKILL)


class Countdown:
    """Dies when a point of a push is reached for the n-th time."""

    def __init__(self, given: str) -> None:
        self.point, _, left = given.partition(":")
        self.left = int(left or 1)
        self.here = threading.local()
        if self.point not in POINTS:
            raise SystemExit(f"no such point: {self.point}")

    def reached(self, point: str) -> None:
        if point != self.point or not getattr(self.here, "pushing", False):
            return
        self.left -= 1
        if self.left <= 0:
            die()

    def arm(self) -> None:
        """Put the countdown around the product's own calls."""
        for name, (place, attribute) in CALLS.items():
            setattr(place, attribute, self._around(name, getattr(place, attribute)))
        for name in SESSION:
            event.listen(Session, name, self._told(name))

    def _told(self, name: str) -> Callable[..., None]:
        def told(*_: Any) -> None:
            self.reached(name)

        return told

    def _around(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def around(*given: Any, **named: Any) -> Any:
            self.reached(f"before_{name}")
            answer = real(*given, **named)
            self.reached(f"after_{name}")
            return answer

        return around

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        self.here.pushing = environ.get("PATH_INFO") == "/api/v1/sync/push"
        try:
            self.reached("request_arrived")
            answer = b"".join(flask_app.wsgi_app(environ, start_response))
            self.reached("answer_made")
            return self._sent(answer, pushing=self.here.pushing)
        finally:
            self.here.pushing = False

    def _sent(self, answer: bytes, *, pushing: bool) -> Iterable[bytes]:
        yield answer[: len(answer) // 2]
        self.here.pushing = pushing
        self.reached("answer_half_sent")
        self.here.pushing = False
        yield answer[len(answer) // 2 :]


app: Any = flask_app
if os.environ.get("LINLI_FAULT_AT"):
    app = Countdown(os.environ["LINLI_FAULT_AT"])
    app.arm()
