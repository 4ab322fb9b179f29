"""How the commands talk: a line per step, and failures as a sentence that says what to do."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


class Stop(Exception):
    """The command cannot go on; says why and what to do, in Chinese and English."""

    def __init__(self, zh: str, en: str, details: str = "", code: int = 1) -> None:
        super().__init__(en)
        self.zh, self.en, self.details, self.code = zh, en, details, code

    def show(self) -> None:
        if self.details:
            print(self.details.rstrip(), file=sys.stderr)
        print(f"✗ {self.zh}\n  {self.en}", file=sys.stderr, flush=True)


def step(text: str) -> None:
    print(f"· {text}", file=sys.stderr, flush=True)


@contextmanager
def timed(text: str) -> Iterator[None]:
    """Announces a step and how long it took."""
    step(text)
    began = time.monotonic()
    yield
    print(f"  ✓ {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)


def fail(main: Callable[[], int]) -> int:
    """Run a command; its :class:`Stop` becomes sentences and an exit code."""
    try:
        return main()
    except Stop as stop:
        stop.show()
        return stop.code
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
