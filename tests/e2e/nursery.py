"""Servers for the journeys, each a copy of one process that has read the whole program already.

What runs is granian with ``server.wsgi:app`` as on any machine; only the three seconds in which Python reads
the sources are spent once instead of before every journey.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Nursery:
    """The other process, asked one line at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.nursery"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def _ask(self, **question: Any) -> Any:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def start(self, arguments: list[str], env: dict[str, str], log: Path) -> int:
        """The number of the new process."""
        return int(self._ask(start=arguments, env=env, log=str(log)))

    def ended(self, pid: int) -> bool:
        return bool(self._ask(ended=pid))

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def _read_everything() -> None:
    import granian.cli  # noqa: F401 - so that the copies have it

    import server
    from server.app import create_app
    from server.config import Config

    for module in pkgutil.walk_packages(server.__path__, "server."):
        if module.name not in ("server.wsgi", "server.__main__"):
            importlib.import_module(module.name)
    with (
        tempfile.TemporaryDirectory() as folder
    ):  # what the first application of a process works out
        data = Path(folder)
        create_app(
            Config(
                data_dir=data,
                keys_file=data / "keys.json",
                mode="test",
                database_url=f"sqlite:///{data / 'linli.db'}",
            )
        )
    gc.collect()
    gc.freeze()  # a copy shares these pages as long as nobody writes to them


def _become(arguments: list[str], env: dict[str, str], log: str) -> None:
    """This copy is the server from here on."""
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(out, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["granian", *arguments]
    from granian.cli import entrypoint

    entrypoint()


def _main() -> None:
    _read_everything()
    running: set[int] = set()
    for line in sys.stdin:
        question = json.loads(line)
        if "start" in question:
            pid = os.fork()
            if pid == 0:
                _become(question["start"], question["env"], question["log"])
                os._exit(0)
            running.add(pid)
            answer: Any = pid
        else:
            pid = question["ended"]
            if pid in running and os.waitpid(pid, os.WNOHANG)[0]:
                running.discard(pid)
            answer = pid not in running
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    for pid in running:
        os.kill(pid, signal.SIGTERM)


if __name__ == "__main__":
    _main()
