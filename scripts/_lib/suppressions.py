"""Finds every switched-off rule; each carries its reason on the same line."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts._lib.say import ROOT

_KINDS = {
    ".py": (
        re.compile(r"#\s*noqa(?P<what>:\s*[A-Z]+[0-9]+(?:\s*,\s*[A-Z]+[0-9]+)*)?(?P<rest>[^#]*)"),
        re.compile(r"#\s*type:\s*ignore(?P<what>\[[\w, -]+\])?(?P<rest>.*)"),
        re.compile(r"#\s*pragma:\s*no\s*(?P<what>cover|branch)(?P<rest>.*)"),
        re.compile(r"@pytest\.mark\.(?P<what>skip|xfail)\b(?P<rest>.*)"),
    ),
    ".ts": (
        re.compile(
            r"eslint-disable(?:-next-line|-line)?\s*(?P<what>[\w@/, -]*?)(?P<rest>\s--\s.*?)?\s*(?:\*/.*|-->.*)?$"
        ),
        re.compile(r"@ts-(?P<what>expect-error|ignore|nocheck)(?P<rest>.*)"),
        re.compile(r"\b(?:it|test|describe)\.(?P<what>skip|todo|only)\b(?P<rest>.*)"),
    ),
}
_KINDS[".vue"] = _KINDS[".js"] = _KINDS[".ts"]
_SIGNS = re.compile(r"[\s\-–—:.,;*/#>()'\"\]]+")


@dataclass(frozen=True)
class Suppression:
    """One switched-off rule."""

    path: str
    line: int
    text: str
    reason: str


def in_text(path: str, text: str) -> Iterator[Suppression]:
    """The suppressions of one file; an empty ``reason`` means that none was given."""
    for number, line in enumerate(text.splitlines(), 1):
        for pattern in _KINDS.get(Path(path).suffix, ()):
            found = pattern.search(line)
            if found:
                reason = _SIGNS.sub(" ", _said(line, found)).strip()
                yield Suppression(path, number, found.group(0).strip(), reason)


def _said(line: str, found: re.Match[str]) -> str:
    """What stands behind the suppression; for a second suppression on the line, behind both."""
    rest = found.group("rest") or ""
    tail = re.sub(r"#\s*(noqa|type:\s*ignore)(:\s*[A-Z0-9, ]+|\[[\w, -]+\])?", " ", rest)
    if len(_SIGNS.sub("", tail)) < 3:
        after = line[found.end() :]
        tail = re.sub(r"#\s*(noqa|type:\s*ignore)(:\s*[A-Z0-9, ]+|\[[\w, -]+\])?", " ", after)
    return tail if len(_SIGNS.sub("", tail)) >= 3 else ""


def tracked(suffixes: Iterable[str]) -> list[Path]:
    """The project's own files with one of these suffixes (what git knows or would add)."""
    answer = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    names = answer.stdout.decode().split("\0")
    wanted = tuple(suffixes)
    return sorted(ROOT / n for n in set(names) if n.endswith(wanted) and (ROOT / n).is_file())


def everywhere() -> list[Suppression]:
    """Every suppression in the tree. The module and its test speak about them and are left out."""
    found: list[Suppression] = []
    for path in tracked(_KINDS):
        name = path.relative_to(ROOT).as_posix()
        if name in ("scripts/_lib/suppressions.py", "tests/scripts/test_suppressions.py"):
            continue
        if name == "pwa/src/api/schema.d.ts":
            continue
        found.extend(in_text(name, path.read_text(encoding="utf-8")))
    return found
