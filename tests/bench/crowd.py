"""Many phones at once: their requests are made and signed before the clock starts, and read after it stopped.

The clients share the processors with the server, so all they do while the clock runs is connect, send
ready bytes and take in what comes. Every answer is read, and what it acknowledges is counted in the database.
"""

from __future__ import annotations

import gzip
import itertools
import socket
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from tests.bench import ground as grounds
from tests.bench.phone import Phone


@dataclass
class Sent:
    """One push on its way."""

    request: bytes
    ids: list[uuid.UUID]
    ms: float = 0.0
    answer: bytes = b""
    failure: str = ""
    over: threading.Event = field(default_factory=threading.Event)


@dataclass
class Written:
    """A visit to each of a phone's households, as JSON, before the push that carries it is made."""

    visits: bytes
    ids: list[uuid.UUID]


def written(phone: Phone, households: Sequence[uuid.UUID], days_ago: float = 0) -> Written:
    """One visit to each household."""
    visits = phone.round_of(households, days_ago)
    return Written(orjson.dumps(visits), [uuid.UUID(one["entity_id"]) for one in visits])


def prepared(phone: Phone, what: Written) -> Sent:
    """A signed push asking for the delta; the phone has a cursor and a nonce."""
    body, headers = phone.signed(orjson.Fragment(what.visits), want_pull=True)
    lines = {
        "Host": "127.0.0.1",
        "Connection": "close",
        "Accept-Encoding": "gzip",
        "Content-Length": str(len(body)),
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    request = f"POST /api/v1/sync/push HTTP/1.1\r\n{head}\r\n".encode() + body
    return Sent(request, what.ids)


def _send(port: int, sent: Sent) -> None:
    start = time.perf_counter()
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=120) as line:
            line.sendall(sent.request)
            parts = []
            while part := line.recv(65536):
                parts.append(part)
        sent.answer = b"".join(parts)
    except OSError as gone:
        sent.failure = type(gone).__name__
    sent.ms = (time.perf_counter() - start) * 1e3
    sent.over.set()


def acknowledged(sent: Sent) -> list[uuid.UUID]:
    """The visits an answer says are applied; nothing else is believed."""
    told = _read(sent)
    if told is None:
        return []
    good = [one for one in told["verdicts"] if one["verdict"] == "applied"]
    if len(good) != len(sent.ids) or "pull" not in told:
        sent.failure = str(told)[:200]
    return [uuid.UUID(next(iter(one["versions"]))) for one in good]


def _read(sent: Sent) -> Any:
    """The answer as JSON, or None and what failed."""
    head, _, body = sent.answer.partition(b"\r\n\r\n")
    if sent.failure or not head.startswith(b"HTTP/1.1 200"):
        sent.failure = sent.failure or head.split(b"\r\n")[0].decode() + body[:200].decode(
            "utf-8", "replace"
        )
        return None
    if b"transfer-encoding: chunked" in head.lower():
        body = _joined(body)
    return orjson.loads(
        gzip.decompress(body) if b"content-encoding: gzip" in head.lower() else body
    )


def heard(phone: Phone, sent: Sent) -> None:
    """The phone takes what its next push needs from an answer."""
    phone.nonce = header(sent, b"x-next-nonce") or phone.nonce
    pull = (_read(sent) or {}).get("pull", {})
    phone.cursor = pull.get("next_cursor", phone.cursor)


def header(sent: Sent, name: bytes) -> str | None:
    """One header of an answer."""
    for line in sent.answer.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]:
        key, _, value = line.partition(b": ")
        if key.lower() == name:
            return value.decode()
    return None


def _joined(body: bytes) -> bytes:
    parts = []
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        parts.append(rest[:length])
        body = rest[length + 2 :]
        if not length:
            break
    return b"".join(parts)


def run(port: int, work: Sequence[Sent], at_once: int) -> float:
    """Send everything, so many at a time; the seconds it took."""
    queue, lock = iter(work), threading.Lock()

    def one() -> None:
        while True:
            with lock:
                sent = next(queue, None)
            if sent is None:
                return
            _send(port, sent)

    threads = [threading.Thread(target=one) for _ in range(at_once)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


def at_rate(
    port: int, batches: Callable[[], Sent], pushes_a_second: float, seconds: float
) -> tuple[list[Sent], float]:
    """Pushes that begin by the clock whether or not earlier ones were answered: a queue shows as time.

    Also the seconds until the last was answered. What is late because no phone was free counts as waiting.
    """
    sent: list[Sent] = []
    threads: list[threading.Thread] = []
    start = time.perf_counter()
    for number in itertools.count():
        due = start + number / pushes_a_second
        if max(due, time.perf_counter()) - start > seconds:
            break
        one = batches()
        time.sleep(max(0.0, due - time.perf_counter()))
        late = max(0.0, time.perf_counter() - due)

        def go(one: Sent = one, late: float = late) -> None:
            _send(port, one)
            one.ms += late * 1e3

        thread = threading.Thread(target=go)
        thread.start()
        sent.append(one)
        threads.append(thread)
    for thread in threads:
        thread.join()
    return sent, time.perf_counter() - start


def told(work: Sequence[Sent], seconds: float, model: Any) -> dict[str, Any]:
    """What came of it, from the answers and from the database."""
    ids = [one for sent in work for one in acknowledged(sent)]
    times = sorted(sent.ms for sent in work)
    failed = [sent.failure for sent in work if sent.failure]

    def at(share: float) -> float:
        return round(times[min(len(times) - 1, int(len(times) * share))], 1)

    return {
        "visits_a_second": round(len(ids) / seconds),
        "p50": at(0.5),
        "p95": at(0.95),
        "p99": at(0.99),
        "errors": len(failed),
        "first_error": failed[:1],
        "acknowledged": len(ids),
        "stored": grounds.stored(model, ids),
    }
