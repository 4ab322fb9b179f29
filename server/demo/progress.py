"""How far the invented community is filled, so that a start that was cut off is finished by the next one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from server.demo.hands import StepRefused


class Progress:
    """Named steps in a small file; each is done once.

    A step that was cut off between its work and its mark is tried again, and when it is refused
    then, it stands already.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.under_way = file.exists()
        self._known: dict[str, Any] = json.loads(file.read_text()) if self.under_way else {}
        self._maybe_done = self.under_way

    def begin(self) -> None:
        """From here on a start that finds the community not finished goes on with it."""
        if not self.under_way:
            self._write()

    def kept(self, name: str, make: Callable[[], Any]) -> Any:
        """What ``make`` gave the first time."""
        if name not in self._known:
            self._mark(name, make())
        return self._known[name]

    def once(self, name: str, step: Callable[[], object]) -> None:
        """Do ``step`` unless it was done. Raises StepRefused."""
        if name in self._known:
            return
        perhaps, self._maybe_done = self._maybe_done, False
        try:
            step()
        except StepRefused:
            if not perhaps:
                raise
        self._mark(name, True)

    def finished(self) -> None:
        """All is there; the file goes."""
        self.file.unlink(missing_ok=True)

    def _mark(self, name: str, value: Any) -> None:
        self._known[name] = value
        self._write()

    def _write(self) -> None:
        made = self.file.with_suffix(".new")
        made.write_text(json.dumps(self._known, ensure_ascii=False))
        made.replace(self.file)
