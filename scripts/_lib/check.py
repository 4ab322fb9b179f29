"""The fast checks: format, lint, types, layers, and that every suppressed rule says why."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scripts._lib import pwa, suppressions
from scripts._lib.environment import VENV, clean_environment, python_environment
from scripts._lib.say import ROOT, fail

BIN = VENV / "bin"


@dataclass(frozen=True)
class Result:
    """What one check said."""

    name: str
    ok: bool
    output: str
    seconds: float


def _command(name: str, parts: Sequence[str | Path], cwd: Path = ROOT) -> Callable[[], Result]:
    def run() -> Result:
        began = time.monotonic()
        answer = subprocess.run(
            [str(p) for p in parts], cwd=cwd, env=clean_environment(), check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        return Result(name, answer.returncode == 0, answer.stdout, time.monotonic() - began)

    return run


def _reasons() -> Result:
    began = time.monotonic()
    found = suppressions.everywhere()
    bare = [s for s in found if not s.reason]
    lines = [f"  {s.path}:{s.line}  {s.text}" for s in (bare or found)]
    head = f"{len(bare)} without a reason:" if bare else f"{len(found)} suppressed rules:"
    return Result("suppressions", not bare, "\n".join([head, *lines]), time.monotonic() - began)


def checks() -> list[Callable[[], Result]]:
    node = pwa.NODE
    tsc = "node_modules/vue-tsc/bin/vue-tsc.js"
    everything = [
        _command("ruff format", [BIN / "ruff", "format", "--check", "."]),
        _command("ruff check", [BIN / "ruff", "check", "."]),
        _command("mypy", [BIN / "mypy"]),
        _command("import layers", [BIN / "lint-imports"]),
        _reasons,
    ]
    if (pwa.PWA / "package.json").exists():
        everything.append(
            _command(
                "eslint",
                [node, "node_modules/eslint/bin/eslint.js", ".", "--max-warnings", "0"],
                pwa.PWA,
            )
        )
        everything += [
            _command(f"vue-tsc {project}", [node, tsc, "--noEmit", "-p", project], pwa.PWA)
            for project in ("tsconfig.json", "src/sw/tsconfig.json", "tsconfig.node.json")
            if (pwa.PWA / project).exists()
        ]
    return everything


def run() -> bool:
    """Run all, two at a time, and print what each said; True when all hold."""
    all_well = True
    with ThreadPoolExecutor(max_workers=2) as pool:
        for result in pool.map(lambda check: check(), checks()):
            mark = "✓" if result.ok else "✗"
            print(f"{mark} {result.name} ({result.seconds:.1f} s)", flush=True)
            if result.output.strip() and (not result.ok or result.name == "suppressions"):
                print(result.output.rstrip(), flush=True)
            all_well = all_well and result.ok
    return all_well


def main() -> int:
    python_environment("dev")
    pwa.packages()
    return 0 if run() else 1


if __name__ == "__main__":
    sys.exit(fail(main))
