"""Makes .venv: the locked packages, installed once, healed when an earlier run was cut off.

A stamp is written after success only, so whatever was interrupted is simply done again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

from scripts._lib.say import ROOT, Stop, fail, step, timed
from scripts._lib.tools import need_space, run_logged

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {
    "run": ("requirements.txt", "requirements-build.txt"),
    "dev": ("requirements-dev.txt",),
}
"""What each kind of environment installs; ``dev`` holds everything of ``run``."""
_COVERED = {
    "run": ("requirements.txt", "requirements-build.txt"),
    "dev": ("requirements-dev.txt", "requirements.txt", "requirements-build.txt"),
}


def digest(*files: Path) -> str:
    """One hash over the names and contents of files."""
    total = hashlib.sha256()
    for file in files:
        total.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


@contextlib.contextmanager
def one_builder() -> Iterator[None]:
    """Two commands started together build one after the other, not over each other."""
    try:
        import fcntl
    except ImportError:  # not POSIX: nothing to lock with
        yield
        return
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / ".build.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            step("另一个命令正在准备环境，等它完成 · waiting for another command's build")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _works(code: str = "import sys; sys.exit(sys.version_info[:2] < (3, 11))") -> bool:
    if not PYTHON.exists():
        return False
    try:
        answer = subprocess.run([PYTHON, "-c", code], check=False, capture_output=True)
    except OSError:  # half a file
        return False
    return answer.returncode == 0


def _stamp(kind: str) -> Path:
    return VENV / f".linli-{kind}.json"


def _busy() -> Path:
    """Stands while packages are installed; found later, the install was killed half-way."""
    return VENV / ".linli-installing"


def _wanted(kind: str) -> dict[str, str]:
    return {name: digest(ROOT / name) for name in _COVERED[kind]}


def _fresh(kind: str) -> bool:
    """Whether ``kind`` (or the larger ``dev``) was installed from exactly these lock files."""
    wanted = _wanted(kind)
    for candidate in {kind, "dev"}:
        try:
            have = json.loads(_stamp(candidate).read_text())
        except (OSError, ValueError):
            continue
        if all(have.get(name) == value for name, value in wanted.items()):
            return True
    return False


def _make_venv() -> None:
    cut_off = _busy().exists()
    if not cut_off and _works("import pip, sys; sys.exit(sys.version_info[:2] < (3, 11))"):
        return
    if VENV.exists():
        step("环境不完整，重新建立 · the environment is incomplete, making it anew")
        shutil.rmtree(VENV)
    need_space(1500)
    with timed("建立 Python 环境 · making the Python environment (.venv)"):
        try:
            venv.EnvBuilder(with_pip=True, symlinks=True).create(VENV)
        except (subprocess.CalledProcessError, OSError) as error:
            shutil.rmtree(VENV, ignore_errors=True)
            raise Stop(
                f"建不了 Python 环境（{error}）。Debian/Ubuntu 请先运行：sudo apt install python3-venv",
                "The Python environment could not be made. "
                "On Debian/Ubuntu run: sudo apt install python3-venv",
            ) from error


def python_environment(kind: str) -> None:
    """Make ``.venv`` hold exactly what ``kind`` needs; instant when nothing changed."""
    if _fresh(kind) and _works():
        return
    with one_builder():
        if _fresh(kind) and _works():
            return
        _make_venv()
        need_space(1200 if kind == "dev" else 800)
        what = "安装 Python 软件包 · installing Python packages"
        with timed(f"{what} ({', '.join(LOCKS[kind])})"):
            files = [part for name in LOCKS[kind] for part in ("-r", name)]
            _busy().touch()
            try:
                run_logged(
                    what,
                    [PYTHON, "-m", "pip", "install", "--require-hashes", "--no-input",
                     "--disable-pip-version-check", *files],
                    cwd=ROOT, env=clean_environment(),
                )  # fmt: skip
            except Stop:  # told, and nothing is half done: pip downloads all before it installs
                _busy().unlink()
                raise
        _stamp(kind).write_text(json.dumps(_wanted(kind), indent=1))
        _busy().unlink()


def clean_environment(**more: str) -> dict[str, str]:
    """The caller's environment with ``.venv/bin`` (Python, Node) first and nothing of ours leaking in."""
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LINLI_PYTHON")
    }
    env["PATH"] = f"{VENV / 'bin'}{os.pathsep}{env.get('PATH', os.defpath)}"
    env["VIRTUAL_ENV"] = str(VENV)
    env.setdefault("PYTHONUTF8", "1")
    env.setdefault("NODE_USE_SYSTEM_CA", "1")  # behind an office's own certificate authority
    env.update(more)
    return env


def main() -> int:
    python_environment(sys.argv[1] if len(sys.argv) > 1 else "run")
    return 0


if __name__ == "__main__":
    sys.exit(fail(main))
