"""Installs the PWA's packages and builds it, each only when something changed."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path

from scripts._lib.environment import VENV, clean_environment, one_builder, python_environment
from scripts._lib.say import ROOT, Stop, fail, timed
from scripts._lib.tools import need_space, run_logged

PWA = ROOT / "pwa"
DIST = PWA / "dist"
NODE = VENV / "bin" / "node"
NPM = VENV / "bin" / "npm"
_STAMP = PWA / "node_modules" / ".linli-build"
_NOT_SOURCE = frozenset({"node_modules", "dist", "dist-tools", "coverage"})


def missing_packages(wanted: Path, installed: Path) -> list[str]:
    """Packages of the lock file that are not installed at their locked version.

    npm writes ``installed`` at the very end, so an interrupted install has none.
    Packages for other platforms are optional and may be absent.
    """
    lock = json.loads(wanted.read_text())["packages"]
    try:
        have = json.loads(installed.read_text())["packages"]
    except (OSError, ValueError, KeyError):
        have = {}
    missing = []
    for name, entry in lock.items():
        if not name or entry.get("link"):
            continue
        found = have.get(name)
        if found is None:
            if not entry.get("optional"):
                missing.append(name)
        elif found.get("version") != entry.get("version"):
            missing.append(name)
    return missing


def packages() -> None:
    """``npm ci`` when node_modules is not what the lock file says."""
    lock, have = PWA / "package-lock.json", PWA / "node_modules" / ".package-lock.json"
    if not missing_packages(lock, have):
        return
    with one_builder():
        if not missing_packages(lock, have):
            return
        need_space(700)
        what = "安装前端软件包 · installing the PWA's packages (npm ci)"
        with timed(what):
            run_logged(
                what,
                [NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
                cwd=PWA,
                env=clean_environment(),
            )
        left = missing_packages(lock, have)
        if left:
            raise Stop(
                f"前端软件包没有装全（{left[0]} 等 {len(left)} 个）。请再运行一次。",
                f"{len(left)} of the PWA's packages are missing ({left[0]} …). Run it again.",
            )


def sources() -> str:
    """One hash over everything the build reads."""
    total = hashlib.sha256()
    for path in sorted(PWA.rglob("*")):
        parts = path.relative_to(PWA).parts
        if parts[0] in _NOT_SOURCE or path.name.endswith(".test.ts") or not path.is_file():
            continue
        total.update("/".join(parts).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def build() -> None:
    """``vite build`` when the sources changed since the last build that succeeded."""
    wanted = sources()
    if _built(wanted):
        return
    with one_builder():
        if _built(wanted):
            return
        _STAMP.unlink(missing_ok=True)
        what = "构建前端 · building the PWA"
        with timed(what):
            run_logged(
                what,
                [NODE, "node_modules/vite/bin/vite.js", "build"],
                cwd=PWA,
                env=clean_environment(NODE_ENV="production", npm_package_version=version()),
            )
        for needed in ("index.html", "sw.js"):
            if not (DIST / needed).is_file():
                raise Stop(
                    f"前端构建不完整（缺 {needed}）。请再运行一次。",
                    f"The build is incomplete ({needed} is missing). Run it again.",
                )
        _STAMP.write_text(wanted)


def version() -> str:
    """The app's version as package.json has it."""
    return str(json.loads((PWA / "package.json").read_text())["version"])


def _built(wanted: str) -> bool:
    try:
        return _STAMP.read_text() == wanted and (DIST / "index.html").is_file()
    except OSError:
        return False


def forget() -> None:
    """Throw the build away (the next start makes it again)."""
    _STAMP.unlink(missing_ok=True)
    shutil.rmtree(DIST, ignore_errors=True)


def main() -> int:
    python_environment("run")
    packages()
    build()
    return 0


if __name__ == "__main__":
    sys.exit(fail(main))
