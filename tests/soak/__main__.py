"""``python -m tests.soak kills|full_disk|restarts --db sqlite|postgresql --first N --rounds M``."""

from __future__ import annotations

import argparse
import sys

from tests.soak.load import Broken
from tests.soak.proofs import PROOFS


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("proof", choices=PROOFS)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=1)
    asked = parser.parse_args()
    try:
        acknowledged = PROOFS[asked.proof](asked.db, asked.first, asked.rounds)
    except Broken as broken:
        sys.stdout.write(f"{asked.proof}: {broken}\n")
        return 1
    sys.stdout.write(
        f"{asked.rounds} rounds, {acknowledged} acknowledged entries, each there once\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
