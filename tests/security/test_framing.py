"""One request is one request, for whoever counts its bytes: nothing is smuggled past a proxy (S66)."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.e2e.live import LiveServer, make_template
from tests.factories.accounts import bearer, log_in, make_account, post

pytestmark = pytest.mark.sqlite_only  # about the server program, whatever lies behind it

OPEN = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
HIDDEN = OPEN[:-2] + b"Connection: close\r\n\r\n"
PUSH = b"POST /api/v1/auth/logout HTTP/1.1\r\nHost: localhost\r\nX-Linli: 1\r\n"
AMBIGUOUS = {
    "both lengths, the chunked one shorter": PUSH
    + b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" % (5 + len(HIDDEN))
    + HIDDEN,
    "two lengths that differ": PUSH
    + b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(HIDDEN)
    + HIDDEN,
    "a list of lengths": PUSH + b"Content-Length: 0, %d\r\n\r\n" % len(HIDDEN) + HIDDEN,
    "a length with a sign": PUSH + b"Content-Length: +%d\r\n\r\n" % len(HIDDEN) + HIDDEN,
    "a coding nobody knows": PUSH + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "a coding behind a space": PUSH + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "a folded header": PUSH + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "a chunk size that is none": PUSH + b"Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n" + HIDDEN,
}


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("framing")
    server = LiveServer(folder / "server", make_template(folder / "template"))
    server.start()
    yield server
    server.stop()


def said(live: LiveServer, raw: bytes) -> bytes:
    """Everything the server answers to these bytes before it hangs up or waits for more."""
    parts = []
    with (
        socket.create_connection(("127.0.0.1", live.port), timeout=3) as line,
        suppress(TimeoutError),
    ):
        line.sendall(raw)
        while part := line.recv(65536):
            parts.append(part)
    return b"".join(parts)


def test_two_honest_requests_on_one_line_get_two_answers(live: LiveServer) -> None:
    assert len(re.findall(rb"HTTP/1\.1 200", said(live, OPEN + HIDDEN))) == 2


@pytest.mark.parametrize("raw", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_a_request_whose_end_can_be_read_in_two_ways_gets_no_second_answer(
    live: LiveServer, raw: bytes
) -> None:
    answers = re.findall(rb"HTTP/1\.1 (\d{3})", said(live, raw))
    assert len(answers) <= 1
    assert b"200" not in answers


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "TRACK"])
def test_methods_that_echo_or_tunnel_are_not_there(live: LiveServer, method: str) -> None:
    told = said(
        live,
        f"{method} /healthz HTTP/1.1\r\nHost: localhost\r\nX-Canary: c7\r\nConnection: close\r\n\r\n".encode(),
    )
    assert re.match(rb"HTTP/1\.1 (405|404|501|400)", told)
    assert b"c7" not in told


def test_a_foreign_host_name_gets_into_no_link(client: FlaskClient, tmp_path: Path) -> None:
    head = make_account("committee_head")
    other = make_account("volunteer")
    entered = log_in(client, head)
    told = post(
        client, f"/people/{other.id}/reset", headers={**bearer(entered), "Host": "evil.example"}
    )
    assert told.status_code == 201
    assert "evil.example" not in told.get_data(as_text=True)
    assert told.get_json()["link"].startswith("http://localhost")
