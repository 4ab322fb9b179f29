"""Runs the simulated village: the phones' own sync engine against the real handlers, or against the reference model.

Prints how many seeds held and how fast, or the seed that broke a rule and the shortest story that
still breaks it. With ``--sabotage`` a protection is taken out, and a run that notices nothing fails.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

from scripts._lib import pwa
from scripts._lib.environment import PYTHON, VENV, python_environment
from scripts._lib.say import Stop, fail


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="how many seeds (100)")
    parser.add_argument("--first", type=int, default=0, help="the first seed (0)")
    parser.add_argument(
        "--steps", type=int, default=200, help="actions a seed before healing (200)"
    )
    parser.add_argument("--seconds", type=float, default=0, help="stop after this long")
    parser.add_argument(
        "--sabotage", metavar="NAME", help="take one protection out; 'list' names them"
    )
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--server", choices=("real", "reference"), default="real")
    return parser.parse_args()


def simulate(asked: argparse.Namespace) -> int:
    """The exit code: 0 when all held, or when a sabotage was noticed."""
    # only in the development environment
    import structlog

    from tests.sync.simulation import process, sabotage
    from tests.sync.simulation.village import new_village

    name = asked.sabotage
    known = {
        "client": sabotage.CLIENT,
        "real": tuple(sabotage.REAL),
        "reference": sabotage.REFERENCE,
    }
    if name == "list":
        for side, names in known.items():
            print(f"{side}: {', '.join(names)}")
        return 0
    if name is not None and name not in (*known["client"], *known[asked.server]):
        raise Stop(
            f"没有这个破坏项：{name}", f"No such sabotage: {name}; see --sabotage list", code=2
        )
    with tempfile.TemporaryDirectory(prefix="linli-simulate-") as folder:
        program = process.build(Path(folder))
        how = {
            "seeds": asked.seeds, "first": asked.first, "steps": asked.steps, "seconds": asked.seconds,
            "focus": sabotage.FOCUS.get(name or "", ()),
        }  # fmt: skip
        if asked.server == "reference":
            outcome = process.run(program, None, sabotage=name, **how, tries=400)
        else:
            patch = sabotage.REAL.get(name or "")
            with new_village(asked.db) as village, patch(village) if patch else nullcontext():
                # what the server has to say about poisoned entries is expected here
                structlog.configure(logger_factory=structlog.ReturnLoggerFactory(), processors=[])
                own = name if name in sabotage.CLIENT else None
                outcome = process.run(program, village.answer, sabotage=own, **how)
    print(outcome.told())
    noticed = outcome.failure is not None
    if name is not None and not noticed:
        print(f"nothing noticed that '{name}' is out")
    return int(noticed == (name is None))


def main() -> int:
    asked = _arguments()
    if Path(sys.prefix).resolve() != VENV.resolve():
        python_environment("dev")
        pwa.packages()
        os.execv(PYTHON, [str(PYTHON), "-P", "-m", "scripts._lib.simulate", *sys.argv[1:]])
    return simulate(asked)


if __name__ == "__main__":
    sys.exit(fail(main))
