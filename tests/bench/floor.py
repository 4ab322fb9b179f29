"""The floor the client is measured beside: Vue, one screen and a service worker of four lines (pwa/tools/floor).

It lists as many rows from IndexedDB as the phone has households, all at once, and stores a record durably, once
bare and once with what the product's promise costs: a hash, a box under the phone's key and a copy sealed to the
server's. Built like the product, with nothing of the product in it.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scripts._lib import pwa
from scripts._lib.environment import clean_environment

KINDS = {".html": "text/html; charset=utf-8", ".js": "text/javascript"}


def built(folder: Path) -> dict[str, bytes]:
    """The floor's files by their address."""
    vite = [str(pwa.NODE), "node_modules/vite/bin/vite.js", "build", "tools/floor"]
    subprocess.run(
        [*vite, "--config", "tools/floor/vite.config.ts", "--outDir", str(folder)],
        cwd=pwa.PWA,
        env=clean_environment(NODE_ENV="production"),
        check=True,
        capture_output=True,
    )
    files = {f"/{one.relative_to(folder)}": one.read_bytes() for one in folder.rglob("*.*")}
    return {**files, "/": files["/index.html"]}


@contextmanager
def floor_page(folder: Path, rows: int) -> Iterator[str]:
    """The address of the floor with so many rows, on a port of its own."""
    files = built(folder)

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            body = files.get(path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", KINDS.get(Path(path).suffix, KINDS[".html"]))
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}/?rows={rows}"
    finally:
        server.shutdown()
