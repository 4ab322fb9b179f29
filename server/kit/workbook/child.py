"""The process that parses a file somebody sent: few rights, little memory, four seconds of work, answers by pipe.

Run by :mod:`limited` as ``python -I child.py READER``, a function of bytes named ``module:name``; isolated mode sees no user site, no environment
and not the working folder, so the project's own root is added by hand.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
from pathlib import Path
from typing import Any

MEMORY = 300 * 1024 * 1024
SECONDS = 4


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    from server.kit.workbook.readers import MAX_FILE
    from server.kit.workbook.refusals import Refusal

    module, name = sys.argv[1].split(":")
    reader = getattr(importlib.import_module(module), name)
    resource.setrlimit(resource.RLIMIT_NOFILE, (8, 8))
    answer: dict[str, Any]
    try:
        answer = {"read": reader(sys.stdin.buffer.read(MAX_FILE + 1))}
    except Refusal as refusal:
        answer = {"refusal": refusal.code, "details": refusal.details}
    except MemoryError:
        answer = {"refusal": "too_large_inside", "details": {}}
    json.dump(answer, sys.stdout, ensure_ascii=True, separators=(",", ":"))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
