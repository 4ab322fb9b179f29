"""The network between a phone and the server, as bad as a test wants it: portals, cuts, silence, redirects."""

from __future__ import annotations

import http.client
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


@dataclass
class Answer:
    """What travels back. ``cut``: so many bytes of the body, then the line is dead."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    cut: int | None = None


@dataclass(frozen=True)
class Asked:
    """What the phone sent."""

    method: str
    path: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


Ask = Callable[[], Answer]
Weather = Callable[[Asked, Ask], Answer | None]
"""Gets a request and a way to ask the real server; None drops the line without an answer."""


def fair(_asked: Asked, ask: Ask) -> Answer | None:
    return ask()


class Network:
    """Listens where the phone knows the server to be; ``weather`` says what becomes of each request."""

    def __init__(
        self, port: int, server_port: int, certificate: tuple[Path, Path] | None = None
    ) -> None:
        self.weather: Weather = fair
        self.seen: list[Asked] = []
        network = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                asked = Asked(self.command, self.path, body, dict(self.headers.items()))
                network.seen.append(asked)
                answer = network.weather(asked, lambda: _forward(asked, server_port))
                if answer is None:
                    self.close_connection = True
                    self.connection.close()
                    return
                self.send_response_only(answer.status)
                for name, value in answer.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body if answer.cut is None else answer.body[: answer.cut])
                if answer.cut is not None:
                    self.wfile.flush()
                    self.close_connection = True

            do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = handle_any

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """A phone that hangs up is nothing to report."""

        self._server = Server(("127.0.0.1", port), Handler)
        if certificate:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(*certificate)
            # The handshake belongs to the thread of its phone: done while accepting, one phone would hold up all.
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _forward(asked: Asked, port: int) -> Answer:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        line.request(asked.method, asked.path, asked.body or None, asked.headers)
        told = line.getresponse()
        body = told.read()
        headers = [(k, v) for k, v in told.getheaders() if k.lower() not in HOP]
        return Answer(told.status, headers, body)
    finally:
        line.close()


def api(asked: Asked) -> bool:
    return asked.path.startswith("/api/")


def page(status: int, words: str, *headers: tuple[str, str]) -> Answer:
    """An HTML page of somebody who is not our server."""
    return Answer(status, [("Content-Type", "text/html"), *headers], words.encode())
