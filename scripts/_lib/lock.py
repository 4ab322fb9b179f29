"""Writes the lock files: every version and every hash, for every platform, no address of any registry."""

from __future__ import annotations

import subprocess
import sys

from scripts._lib import environment
from scripts._lib.say import ROOT, Stop, fail, step

LOCKS = {
    "requirements.in": "requirements.txt",
    "requirements-build.in": "requirements-build.txt",
    "requirements-dev.in": "requirements-dev.txt",
}
"""Source to lock, in the order they are made: the later ones are held to the first."""

HEADER = "# Made by scripts/lock from {source}; do not edit.\n"


def main() -> int:
    environment.python_environment("dev")
    uv = environment.VENV / "bin" / "uv"
    for source, lock in LOCKS.items():
        step(f"{source} → {lock}")
        answer = subprocess.run(
            [
                str(uv), "pip", "compile", source,
                "--universal", "--python-version", "3.11", "--generate-hashes",
                "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links",
                "--quiet", *sys.argv[1:],
            ],
            cwd=ROOT, check=False, capture_output=True, text=True,
        )  # fmt: skip
        if answer.returncode:
            raise Stop("锁定失败", "the versions could not be locked", answer.stderr[-2000:])
        (ROOT / lock).write_text(HEADER.format(source=source) + answer.stdout, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(fail(main))
