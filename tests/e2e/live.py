"""A real server on a free port with its own database, and the network cut that a stairwell makes."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import time
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path

import httpx
from flask import Flask

from server.app import create_app
from server.config import Config
from server.kit.database import db
from tests.e2e.nursery import ROOT, Nursery
from tests.factories.database import SqliteDatabases

READY_WITHIN = 120
ENDS_WITHIN = 15
TLS = ("GRANIAN_SSL_CERTIFICATE", "GRANIAN_SSL_KEYFILE")
PLAIN = httpx.Client(verify=False, timeout=2, limits=httpx.Limits(max_keepalive_connections=0))  # noqa: S501 - http on loopback; reading the certificates of the world takes 0.15 s each time


@cache
def nursery() -> Nursery:
    """One for the whole run; it ends with this process."""
    return Nursery()


def free_port() -> int:
    """Below those that any outgoing line may get: it is still free when a server that was away comes back."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class LiveServer:
    """The product as it runs, started and stopped by the test; ``app`` looks into the same database."""

    def __init__(
        self,
        folder: Path,
        template: Path | None = None,
        port: int | None = None,
        *,
        certificate: tuple[Path, Path] | None = None,
    ) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.listens = self.port
        self.scheme = "https" if certificate else "http"
        self.origin = f"{self.scheme}://localhost:{self.port}"
        if template:
            shutil.copytree(template, folder, dirs_exist_ok=True)
        self.settings: dict[str, str] = {}
        if certificate:
            self.settings.update(zip(TLS, map(str, certificate), strict=True))
        self._child: int | None = None

    @cached_property
    def app(self) -> Flask:
        """Put together when a journey first looks inside: it takes a fifth of a second, and many never do."""
        return make_app(self.folder, self.origin)

    def plain(self) -> None:
        """From its next start on it speaks without TLS, as behind a proxy that does."""
        self.scheme = "http"
        for name in TLS:
            self.settings.pop(name, None)

    def start(self) -> None:
        if "app" in self.__dict__:
            with self.app.app_context():
                db.engine.dispose()
        self._child = nursery().start(
            [
                "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.listens),
                "--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
                "server.wsgi:app",
            ],
            {
                **os.environ, "DATA_DIR": str(self.folder), "PUBLIC_ORIGIN": self.origin,
                "LINLI_MODE": "test", "PYTHONPATH": str(ROOT), "DATABASE_URL": "",
                **self.settings,
            },
            self.folder / "server.log",
        )  # fmt: skip
        self._wait_ready()

    def _wait_ready(self) -> None:
        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until:
            assert self._child is not None
            assert not nursery().ended(self._child), self.log()[-4000:]
            try:
                health = f"{self.scheme}://127.0.0.1:{self.listens}/healthz"
                if PLAIN.get(health).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.02)
        raise AssertionError("the server did not come up")

    def stop(self) -> None:
        """The network is gone: nothing answers on this address any more."""
        if self._child is None:
            return
        os.kill(self._child, signal.SIGTERM)
        until = time.monotonic() + ENDS_WITHIN
        while not nursery().ended(self._child):
            if time.monotonic() > until:
                os.kill(self._child, signal.SIGKILL)
            time.sleep(0.01)
        self._child = None

    def log(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")


def make_app(folder: Path, origin: str) -> Flask:
    """An application over the same files, for the test to prepare and to count what was stored."""
    return create_app(
        Config(
            data_dir=folder,
            database_url=f"sqlite:///{folder / 'linli.db'}",
            keys_file=folder / "keys.json",
            mode="test",
            public_origin=origin,
            own_origins=(origin,),
        )
    )


def make_template(folder: Path) -> Path:
    """A migrated database with divisions, made once a run."""
    folder.mkdir(parents=True, exist_ok=True)
    app = make_app(folder, "http://localhost")
    SqliteDatabases(folder).build_template(app)
    return folder
