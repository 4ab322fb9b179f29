"""``scripts/bench``: measures, counts what was stored, and says the distance to every target."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from server.areas.service import DIVISIONS
from tests.bench import care, cases, concerns, growth, province, table, work
from tests.bench import ground as grounds
from tests.bench.ground import ROOT, environment, ground, serving

PARTS = ("sync", "care", "concerns", "cases", "files", "client")


def measure(kind: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Everything of one engine, in one run."""
    rounds, figures = options.rounds, {}
    with ground(kind, folder) as place:
        grounds.add_households(20)  # every table is warm before anything is timed
        figures["bare"] = work.bare_insert(place, rounds=rounds)
        env = environment(place)
        threads, workers = options.threads, options.workers
        with serving("server.wsgi:app", env, workers=workers, threads=threads) as port:
            figures["W1"] = work.evening(place, port, rounds=rounds, with_tasks=False)
            figures["W1_tasks"] = work.evening(place, port, rounds=rounds, with_tasks=True)
            figures["W2"], phone, homes = work.morning(place, port, rounds=rounds)
            grounds.fresh_token(phone)
            phone.cursor = None
            phone.connect(port)
            sample = [
                change["row"] for page in phone.pull_all(2000) for change in page.body["changes"]
            ]
            figures["W3"] = work.nothing(phone, port, polls=rounds * 60)
            figures["W4"] = work.small_delta(phone, port, homes, rounds=rounds * 4)
            if options.crowd:
                pid = _listener(port)
                figures["W5"] = work.crowd(place, port, phones=options.crowd, at_once=32, pid=pid)
            if options.at_once:
                figures["at_once"] = work.crowd(
                    place,
                    port,
                    phones=options.at_once,
                    at_once=options.at_once,
                    pid=_listener(port),
                )
            if options.waiting:
                figures["waiting"] = work.waiting(place, port, entries=options.waiting)
            if options.growth:
                figures["W6"] = growth.measure(
                    place, port, phone, homes, sorted(options.growth), rounds
                )
        with serving("tests.bench.limits:echo", {}, workers=workers, threads=threads) as port:
            figures["echo"] = work.echoes(port, rounds=rounds)
        base = {"BENCH_URL": work.floor_url(place)}
        with serving("tests.bench.limits:floor", base, workers=1, threads=1) as port:
            figures["floor"] = work.floor(place, port, rounds=rounds, sample=sample)
    return figures


def evening_hour(kind: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """The province's evening over every committee of Shanxi."""
    with ground(kind, folder, DIVISIONS) as place:
        env = environment(place)
        with serving(
            "server.wsgi:app", env, workers=options.workers, threads=options.threads
        ) as port:
            return province.measure(
                place,
                port,
                rates=options.rates,
                seconds=options.province,
                phones=options.province_phones,
            )


def _listener(port: int) -> int:
    import psutil

    me = psutil.Process()
    for child in me.children():
        if any(str(port) == part for part in child.cmdline()):
            return child.pid
    return me.pid


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--rounds", type=int, default=10, help="repeats of each measurement")
    parser.add_argument("--crowd", type=int, default=200, help="phones of W5; 0 leaves it out")
    parser.add_argument(
        "--at-once", type=int, default=0, help="so many phones at one moment, e.g. 500"
    )
    parser.add_argument(
        "--waiting", type=int, default=0, help="entries that waited on one phone, e.g. 10000"
    )
    parser.add_argument(
        "--growth", type=int, nargs="*", default=[], metavar="ROWS",
        help="W6 with so many rows of other committees, e.g. 2000 100000 1000000",
    )  # fmt: skip
    parser.add_argument(
        "--province", type=float, default=0, metavar="SECONDS",
        help="the evening hour of a province, each rate for so long (600 for the real one)",
    )  # fmt: skip
    parser.add_argument("--rates", type=int, nargs="*", default=[140, 1000], help="visits a second")
    parser.add_argument("--province-phones", type=int, default=1500)
    parser.add_argument(
        "--committees", type=int, default=4,
        help="among so many committees the pages of care are measured (1000 for the real one)",
    )  # fmt: skip
    parser.add_argument(
        "--concerns", type=int, default=10_000,
        help="so many concerns in a township of 40 committees (100000 for the real one)",
    )  # fmt: skip
    parser.add_argument(
        "--cases", type=int, default=2_000,
        help="so many mediations in a township of 40 committees (10000 for the real one)",
    )  # fmt: skip
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write all figures to this file too")
    parser.add_argument("--only", choices=PARTS, action="append")
    options = parser.parse_args(arguments)
    kinds = ["sqlite", "postgresql"] if options.database == "both" else [options.database]
    parts = options.only or list(PARTS)
    found: dict[str, Any] = {
        "machine": {
            "processors": os.cpu_count(),
            "python": platform.python_version(),
            "load_before": round(os.getloadavg()[0], 2),
        }
    }
    os.chdir(ROOT)
    folder = Path(tempfile.mkdtemp(prefix="linli-bench-"))
    try:
        if "sync" in parts:
            for kind in kinds:
                found[kind] = measure(kind, folder / kind, options)
        if options.province:
            for kind in kinds:
                where = folder / f"province-{kind}"
                found.setdefault(kind, {})["province"] = evening_hour(kind, where, options)
        if "care" in parts:
            for kind in kinds:
                told = care.measure(
                    kind,
                    folder / f"care-{kind}",
                    rounds=options.rounds,
                    others=options.committees - 1,
                )
                found.setdefault("care", {}).update(told)
        if "concerns" in parts:
            for kind in kinds:
                told = concerns.measure(
                    kind,
                    folder / f"concerns-{kind}",
                    rounds=options.rounds,
                    count=options.concerns,
                )
                found.setdefault("concerns", {}).update(told)
        if "cases" in parts:
            for kind in kinds:
                told = cases.measure(
                    kind, folder / f"cases-{kind}", rounds=options.rounds, count=options.cases
                )
                found.setdefault("cases", {}).update(told)
        if "files" in parts:
            from tests.bench import files

            found["files"] = files.measure(folder / "files")
        if "client" in parts:
            from tests.bench import client

            found["client"] = client.measure(folder / "client")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    found["machine"]["load_after"] = round(os.getloadavg()[0], 2)
    sys.stdout.write(table.written(found) + "\n")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1, ensure_ascii=False))
    return 0 if table.nothing_lost(found) else 1


if __name__ == "__main__":
    sys.exit(main())
