"""Runs every test there is, in the order in which a failure is cheapest to learn."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts._lib import browser, check, pwa
from scripts._lib.environment import VENV, clean_environment, python_environment
from scripts._lib.say import ROOT, Stop, fail, step

PYTEST = VENV / "bin" / "pytest"
WORKERS = str(min(8, (os.cpu_count() or 2) * 3 // 2 or 2))
"""More than there are cores: a journey waits for its screen, a server test for the disk."""
_CLOSING_PYTEST = re.compile(r"^=+ .*(passed|failed|error|no tests ran|skipped).* in .*=+$")
_CLOSING_VITEST = re.compile(r"^\s*(Test Files|Tests|Errors|Duration)\s+.*\d")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Run:
    """One test program, and how it closed."""

    name: str
    ok: bool
    seconds: float
    closing: list[str]


def run(
    name: str, command: Sequence[str | Path], closing: re.Pattern[str], cwd: Path, **env: str
) -> Run:
    """Run a test program with its output passed through, keeping its closing lines."""
    print(f"\n━━ {name}", flush=True)
    began = time.monotonic()
    kept: list[str] = []
    child = subprocess.Popen(
        [str(part) for part in command], cwd=cwd, env=clean_environment(**env),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace",
    )  # fmt: skip
    assert child.stdout is not None
    try:
        for line in child.stdout:
            print(line, end="", flush=True)
            plain = _COLOUR.sub("", line).rstrip()
            if closing.match(plain):
                kept.append(plain)
        code = child.wait()
    except KeyboardInterrupt:
        child.terminate()
        child.wait()
        raise
    return Run(name, code == 0, time.monotonic() - began, kept)


def vitest(*paths: str) -> Run:
    inside = [str((Path.cwd() / p).resolve().relative_to(pwa.PWA)) for p in paths]
    command = [pwa.NODE, "node_modules/vitest/vitest.mjs", "run", *inside]
    return run("vitest", command, _CLOSING_VITEST, pwa.PWA)


def pytest(name: str, *arguments: str, **env: str) -> Run:
    command = [
        PYTEST,
        "--durations=5",
        "--durations-min=5",
        "-r",
        "fEsx",
        "-o",
        "console_output_style=count",
        *arguments,
    ]
    # Compiled once and kept, also where the caller's environment says otherwise: a dozen workers read the same tests.
    return run(name, command, _CLOSING_PYTEST, ROOT, PYTHONDONTWRITEBYTECODE="", **env)


def is_client(path: str) -> bool:
    """Whether an argument names client tests."""
    bare = path.split("::")[0]
    return bare.endswith((".ts", ".vue")) or (Path.cwd() / bare).resolve().is_relative_to(pwa.PWA)


def part(given: list[str]) -> list[Run]:
    """``scripts/test PATH...``: options go to pytest, which runs on the database of the environment."""
    client = [g for g in given if not g.startswith("-") and is_client(g)]
    server = [g for g in given if g not in client]
    runs = []
    if client:
        runs.append(vitest(*client))
    if server:
        env = {}
        if any("e2e" in g or "browser" in g for g in server) or not any(
            not g.startswith("-") for g in server
        ):
            pwa.build()
            env["CHROMIUM"] = browser.find_or_install()
        where = [_absolute(g) for g in server]
        runs.append(pytest("pytest", *where, **env))
    return runs


def _absolute(argument: str) -> str:
    path, sign, rest = argument.partition("::")
    found = Path.cwd() / path
    return (
        f"{found.resolve()}{sign}{rest}"
        if not path.startswith("-") and found.exists()
        else argument
    )


def everything() -> list[Run]:
    """All checks and all suites; a failure does not hide the next ones."""
    chromium = browser.find_or_install()
    print("\n━━ scripts/check", flush=True)
    began = time.monotonic()
    held = check.run()
    runs = [Run("scripts/check", held, time.monotonic() - began, [])]
    runs.append(vitest())
    pwa.build()
    server = ("-n", WORKERS, "--dist", "worksteal", "-m", "not browser", "tests")
    runs.append(pytest("pytest · SQLite", *server, LINLI_TEST_DATABASE="sqlite", CHROMIUM=chromium))
    database = ("-m", "not browser and not sqlite_only and not static")
    on_postgresql = (*server[:4], *database, "tests")
    runs.append(
        pytest(
            "pytest · PostgreSQL",
            *on_postgresql,
            LINLI_TEST_DATABASE="postgresql",
            CHROMIUM=chromium,
        )
    )
    # Only their folder (tests/markers.py keeps the mark to it): to read all the others takes each worker ten seconds.
    journeys = (*server[:4], "-m", "browser", "tests/e2e")
    runs.append(pytest("pytest · Chromium", *journeys, CHROMIUM=chromium))
    return runs


def report(runs: list[Run]) -> int:
    """The closing lines of every program, once more, at the very end."""
    print("\n━━ 结果 results", flush=True)
    for one in runs:
        print(f"{'✓' if one.ok else '✗'} {one.name} ({one.seconds:.0f} s)")
        for line in one.closing:
            print(f"  {line.strip()}")
    sys.stdout.flush()
    return 0 if all(one.ok for one in runs) else 1


def main() -> int:
    given = sys.argv[1:]
    if given and given[0] in ("-h", "--help"):
        print(
            "scripts/test               全部 everything\n"
            "scripts/test PATH...       一部分 a part: .ts → vitest, .py → pytest (options pass through)\n"
            "LINLI_TEST_DATABASE=postgresql scripts/test PATH   在 PostgreSQL 上 on PostgreSQL"
        )
        return 0
    missing = [
        g
        for g in given
        if not g.startswith("-") and "/" in g and not (Path.cwd() / g.split("::")[0]).exists()
    ]
    if missing:
        raise Stop(f"没有这个测试：{missing[0]}", f"There is no such test: {missing[0]}")
    os.environ.setdefault("CI", "")
    python_environment("dev")
    pwa.packages()
    step("开始测试 · testing")
    return report(part(given) if given else everything())


if __name__ == "__main__":
    sys.exit(fail(main))
