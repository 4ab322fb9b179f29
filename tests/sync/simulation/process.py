"""Builds the simulator from the app's own sources and talks to it, one JSON line each way."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
NODE = ROOT / ".venv" / "bin" / "node"
PWA = ROOT / "pwa"


@dataclass(frozen=True)
class Outcome:
    """How far a run came, and the first broken rule with its shrunk trace, if any."""

    seeds: int
    seconds: float
    failure: dict[str, Any] | None

    def told(self) -> str:
        """A few lines for a person."""
        pace = self.seeds / self.seconds * 60 if self.seconds else 0
        lines = [f"{self.seeds} seeds in {self.seconds:.1f} s ({pace:,.0f} a minute)"]
        if self.failure:
            lines.append(f"seed {self.failure['seed']} breaks {self.failure['message']}")
            lines.append(f"shortest story found ({self.failure['actions']} actions):")
            lines += [f"  {line}" for line in self.failure["trace"]]
        return "\n".join(lines)


def build(folder: Path, entry: str = "main") -> Path:
    """One file of the engine and its world, compiled from the sources as they are now."""
    out = folder / f"{entry}.mjs"
    subprocess.run(
        [NODE, PWA / "node_modules/rolldown/bin/cli.mjs", f"src/sync/testing/{entry}.ts", "--file", out, "--platform", "node"],
        cwd=PWA, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return out


def run(
    program: Path,
    answer: Callable[[dict[str, Any]], Any] | None,
    *,
    seeds: int,
    steps: int,
    first: int = 0,
    sabotage: str | None = None,
    seconds: float = 0,
    focus: tuple[str, ...] = (),
    tries: int = 60,
) -> Outcome:
    """Run seeds; ``answer`` is the server, or None for the reference model inside the simulator."""
    options = {
        "seeds": seeds, "first": first, "steps": steps, "sabotage": sabotage, "seconds": seconds,
        "focus": focus, "tries": tries,
        "server": "reference" if answer is None else "parent",
    }  # fmt: skip
    with subprocess.Popen(
        [NODE, program, json.dumps(options)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
    ) as child:  # fmt: skip
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            for line in child.stdout:
                asked = json.loads(line)
                if asked["ask"] == "done":
                    return Outcome(asked["seeds"], asked["seconds"], asked["failure"])
                assert answer is not None
                child.stdin.write(json.dumps({"ok": answer(asked)}) + "\n")
                child.stdin.flush()
        finally:
            child.kill()
    raise RuntimeError("the simulator ended without a word")
