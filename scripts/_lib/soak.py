"""Runs the full counts in slices: each part goes on from the round it had reached, and the table says how far that is.

Progress lies in ``var/soak``, one file a part; ``--fresh`` begins again. A slice is a command of its own with
a seed that follows from the round, so that a failing slice can be repeated by itself.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from scripts._lib import pwa
from scripts._lib.environment import PYTHON, VENV, clean_environment, python_environment
from scripts._lib.say import ROOT, Stop, fail, step

PROGRESS = ROOT / "var" / "soak"
LONGEST = 3600
"""Seconds after which a slice counts as hanging."""
Command = tuple[list[str], dict[str, str]]


@dataclass(frozen=True)
class Part:
    """One proof: how many rounds are the full count, how many make a slice, and its command from a round on."""

    name: str
    unit: str
    full: int
    slice: int
    command: Callable[[int, int], Command]


@dataclass
class Reached:
    """How far a part came, over all runs."""

    rounds: int = 0
    seconds: float = 0.0
    failures: list[dict[str, object]] = field(default_factory=list)


def _pytest(db: str, path: str, *more: str, **env: str) -> Command:
    command = [str(VENV / "bin" / "pytest"), "-q", "--show-capture=no", "--tb=short", path, *more]
    return command, {"LINLI_TEST_DATABASE": db, **env}


def _simulator(db: str) -> Callable[[int, int], Command]:
    def command(at: int, count: int) -> Command:
        where = ["--server", "reference"] if db == "reference" else ["--db", db]
        seeds = ["--seeds", str(count), "--first", str(at), "--steps", "250"]
        return [str(PYTHON), "-P", "-m", "scripts._lib.simulate", *where, *seeds], {}

    return command


def _machine(db: str) -> Callable[[int, int], Command]:
    def command(at: int, count: int) -> Command:
        env = {"LINLI_MACHINE_SEED": str(at), "LINLI_MACHINE_EXAMPLES": str(count), "LINLI_MACHINE_FULL": "1"}  # fmt: skip
        return _pytest(db, "tests/sync/test_machine.py", "-k", "in_any_order", **env)

    return command


def _protections(at: int, _count: int) -> Command:
    env = {"LINLI_MACHINE_SEED": str(20261123 + at), "LINLI_MACHINE_FULL": "1"}
    return _pytest("sqlite", "tests/sync/test_machine.py", "-k", "missing", **env)


def _races(db: str) -> Callable[[int, int], Command]:
    paths = [
        "tests/sync/test_races.py",
        "tests/attachments/test_killed.py",
        "tests/audit/test_chain.py",
        "tests/tasks/test_claims.py",
        "tests/concerns/test_at_once.py",
        "tests/concerns/test_counted_months.py",
        "tests/mediation/test_handing_in.py",
    ]
    full = {"LINLI_CLAIMS": "200", "LINLI_AT_ONCE": "16", "LINLI_CONCERN_ROUNDS": "4"}
    return lambda _at, _count: _pytest(db, paths[0], *paths[1:], **full)


def _order(db: str) -> Callable[[int, int], Command]:
    return lambda _at, count: _pytest(
        db, "tests/sync/test_races.py", "-k", "never_misses_a_commit", LINLI_RACE_COMMITS=str(count // 16)
    )  # fmt: skip


def _fuzz(db: str) -> Callable[[int, int], Command]:
    def command(at: int, count: int) -> Command:
        env = {"LINLI_FUZZ_SEED": str(at), "LINLI_FUZZ_EXAMPLES": str(count)}
        return _pytest(db, "tests/contract/test_fuzz.py", "-k", "keeps_the_contract", **env)

    return command


def _compiled(_at: int, count: int) -> Command:
    env = {"LINLI_COMPILED_EXAMPLES": str(count)}
    return _pytest("sqlite", "tests/visits/test_compiled.py", "-k", "whatever_arrives", **env)


def _process(proof: str, db: str) -> Callable[[int, int], Command]:
    def command(at: int, count: int) -> Command:
        rounds = ["--first", str(at), "--rounds", str(count)]
        return [str(PYTHON), "-P", "-m", "tests.soak", proof, "--db", db, *rounds], {}

    return command


def _page_kills(at: int, count: int) -> Command:
    where = ["tests/e2e/test_storage_faults.py", "-k", "killed_at_any_moment"]
    env = {"LINLI_PAGE_KILLS": str(count), "LINLI_PAGE_KILLS_FROM": str(at)}
    return [str(ROOT / "scripts" / "test"), *where], env


def parts() -> list[Part]:
    """Every part with its full count (what each shows: tests/soak, tests/sync, tests/contract, tests/e2e)."""
    made = [Part("simulator-reference", "seeds", 1_000_000, 1000, _simulator("reference"))]
    for db in ("sqlite", "postgresql"):
        made += [
            Part(f"simulator-{db}", "seeds", 10_000, 20, _simulator(db)),
            Part(f"machine-{db}", "examples", 500, 5, _machine(db)),
            Part(f"commit-order-{db}", "commits", 100_000, 4_000, _order(db)),
            Part(f"races-{db}", "runs", 50, 1, _races(db)),
            Part(f"kills-{db}", "kills", 1_700, 4, _process("kills", db)),
            Part(f"fuzz-{db}", "examples a route", 120, 4, _fuzz(db)),
        ]
    made.append(Part("protections", "runs", 1, 1, _protections))
    made.append(Part("compiled-forms", "examples", 20_000, 4_000, _compiled))
    made.append(Part("page-kills", "kills", 200, 20, _page_kills))
    made.append(Part("disk-full-sqlite", "fillings", 50, 2, _process("full_disk", "sqlite")))
    made.append(Part("restarts-postgresql", "restarts", 50, 2, _process("restarts", "postgresql")))
    return made


def _file(part: Part) -> Path:
    return PROGRESS / f"{part.name}.json"


def reached(part: Part) -> Reached:
    """What earlier runs came to."""
    try:
        return Reached(**json.loads(_file(part).read_text()))
    except (OSError, ValueError, TypeError):
        return Reached()


def keep(part: Part, now: Reached) -> None:
    """Written whole or not at all, so that an interrupted run goes on."""
    PROGRESS.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=PROGRESS, delete=False, encoding="utf-8") as file:
        json.dump(asdict(now), file, ensure_ascii=False, indent=1)
    os.replace(file.name, _file(part))


def one_slice(part: Part, now: Reached) -> bool:
    """Run the next slice; whether it held. A failed one is counted and not repeated."""
    count = min(part.slice, max(1, part.full - now.rounds))
    command, env = part.command(now.rounds, count)
    began = time.monotonic()
    try:
        told = subprocess.run(
            command, cwd=ROOT, env=clean_environment(PYTHONPATH=str(ROOT), **env), check=False,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=LONGEST,
        )  # fmt: skip
        held, said = told.returncode == 0, told.stdout + told.stderr
    except subprocess.TimeoutExpired as late:
        held, said = False, f"no end after {LONGEST} s: {late.stdout!r}"
    if not held:
        repeat = " ".join([*(f"{name}={value}" for name, value in env.items()), *command])
        now.failures.append({"from": now.rounds, "repeat": repeat, "said": said[-3000:]})
    now.rounds += count
    now.seconds += time.monotonic() - began
    keep(part, now)
    return held


def run(chosen: list[Part], minutes: float) -> None:
    """Slices of the part that has had the least time so far, until the time is over or every count is full."""
    until = time.monotonic() + minutes * 60
    state = {part.name: reached(part) for part in chosen}
    while time.monotonic() < until:
        left = [part for part in chosen if state[part.name].rounds < part.full]
        if not left:
            return
        part = min(left, key=lambda one: state[one.name].seconds)
        now = state[part.name]
        mark = "✓" if one_slice(part, now) else "✗"
        step(f"{mark} {part.name}: {now.rounds:,} / {part.full:,} {part.unit}")


def table(chosen: list[Part]) -> bool:
    """How far every part is, and each failure with the command that repeats it; whether none failed."""
    held = True
    print(f"\n{'part':24}{'reached':>12}{'full':>12}  {'unit':18}{'minutes':>8}  failures")
    for part in chosen:
        now = reached(part)
        print(
            f"{part.name:24}{now.rounds:>12,}{part.full:>12,}  {part.unit:18}{now.seconds / 60:>8.1f}  {len(now.failures)}"
        )
        held = held and not now.failures
    for part in chosen:
        for failure in reached(part).failures:
            print(
                f"\n✗ {part.name} from {failure['from']}\n  repeat: {failure['repeat']}\n{failure['said']}"
            )
    return held


def _arguments(known: list[Part]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60, help="how long (60)")
    parser.add_argument("--parts", default="", help="some of: " + ", ".join(p.name for p in known))
    parser.add_argument("--fresh", action="store_true", help="forget what was reached")
    parser.add_argument("--report", action="store_true", help="only print the table")
    return parser.parse_args()


def main() -> int:
    known = parts()
    asked = _arguments(known)
    wanted = [name for name in asked.parts.split(",") if name]
    strange = [name for name in wanted if not any(part.name.startswith(name) for part in known)]
    if strange:
        raise Stop(f"没有这一部分：{strange[0]}", f"No such part: {strange[0]}; see --help", code=2)
    chosen = [p for p in known if not wanted or any(p.name.startswith(name) for name in wanted)]
    if asked.report:
        return 0 if table(chosen) else 1
    python_environment("dev")
    pwa.packages()
    if asked.fresh:
        for part in chosen:
            _file(part).unlink(missing_ok=True)
    run(chosen, asked.minutes)
    return 0 if table(chosen) else 1


if __name__ == "__main__":
    sys.exit(fail(main))
