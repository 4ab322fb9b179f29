"""The processes of a browser that a test started, found by the folder they were given."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path


def of_profile(profile: Path) -> list[int]:
    """Every process whose command names this profile, and all that those started."""
    named: set[int] = set()
    parent: dict[int, int] = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_bytes().decode(errors="replace").split("\0")
            stat = (place / "stat").read_text(errors="replace")
        except OSError:  # it has just ended
            continue
        process = int(place.name)
        parent[process] = int(stat.rpartition(")")[2].split()[1])
        if any(word.removeprefix("--profile=") == str(profile) for word in words):
            named.add(process)

    def belongs(process: int) -> bool:
        while process in parent:
            if process in named:
                return True
            process = parent[process]
        return False

    return [one for one in sorted(parent) if belongs(one)]


def kill(processes: list[int]) -> None:
    """All at once, without a chance to say goodbye."""
    assert processes
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
