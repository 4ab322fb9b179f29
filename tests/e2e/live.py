"""A real server on a free port with its own database, and the network cut that a stairwell makes."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
from flask import Flask

from server.app import create_app
from server.config import Config
from server.kit.database import db
from tests.factories.database import SqliteDatabases

ROOT = Path(__file__).resolve().parents[2]
GRANIAN = Path(sys.executable).parent / "granian"
READY_WITHIN = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class LiveServer:
    """The product as it runs, started and stopped by the test; ``app`` looks into the same database."""

    def __init__(self, folder: Path, template: Path | None = None) -> None:
        self.folder = folder
        self.port = free_port()
        self.listens = self.port
        self.origin = f"http://localhost:{self.port}"
        if template:
            shutil.copytree(template, folder, dirs_exist_ok=True)
        self.app = make_app(folder, self.origin)
        self.settings: dict[str, str] = {}
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.app.app_context():
            db.engine.dispose()
        log = (self.folder / "server.log").open("ab")
        self._child = subprocess.Popen(
            [
                str(GRANIAN), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.listens),
                "--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
                "server.wsgi:app",
            ],
            cwd=ROOT,
            env={
                **os.environ, "DATA_DIR": str(self.folder), "PUBLIC_ORIGIN": self.origin,
                "LINLI_MODE": "test", "PYTHONPATH": str(ROOT), "DATABASE_URL": "",
                **self.settings,
            },
            stdout=log,
            stderr=log,
        )  # fmt: skip
        self._wait_ready()

    def _wait_ready(self) -> None:
        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until:
            assert self._child is not None
            assert self._child.poll() is None, (self.folder / "server.log").read_text()[-4000:]
            try:
                if (
                    httpx.get(f"http://127.0.0.1:{self.listens}/healthz", timeout=2).status_code
                    == 200
                ):
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise AssertionError("the server did not come up")

    def stop(self) -> None:
        """The network is gone: nothing answers on this address any more."""
        if self._child is None:
            return
        self._child.send_signal(signal.SIGTERM)
        try:
            self._child.wait(15)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
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
