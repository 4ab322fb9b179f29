"""First half of scripts/start: what must hold before the environment exists, then builds it."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import NoReturn

from scripts._lib import ports, pwa
from scripts._lib.environment import PYTHON, clean_environment, python_environment
from scripts._lib.say import ROOT, Stop, fail, step


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """The command line; HOST, PORT, DATA_DIR and DATABASE_URL come from the environment."""
    parser = argparse.ArgumentParser(
        prog="scripts/start",
        description="准备并启动邻里守望 · prepares and starts Linli. Ctrl-C stops it.",
        epilog="环境变量 environment: HOST (127.0.0.1) PORT (8000) DATA_DIR (var/) "
        "DATABASE_URL (SQLite in DATA_DIR) PUBLIC_ORIGIN WORKERS",
    )
    parser.add_argument(
        "--empty",
        action="store_true",
        help="不放演示社区，打印首位管理员的一次性链接 · no invented community; "
        "prints the one-time link of the first administrator",
    )
    parser.add_argument(
        "--lan",
        action="store_true",
        help="让同一网络里的手机可用（HTTPS，本地证书）· for phones on the same network",
    )
    parser.add_argument(
        "--build-only", action="store_true", help="只准备，不启动 · prepare, do not start"
    )
    return parser.parse_args(given)


def port_wanted() -> int:
    given = os.environ.get("PORT") or "8000"
    if not (given.isascii() and given.isdigit()) or not 0 < int(given) < 65536:
        raise Stop(
            f"PORT={given} 不是端口号（1-65535）。",
            f"PORT={given} is not a port number (1-65535).",
        )
    return int(given)


def data_dir() -> Path:
    """Where data and keys live; refuses a place that cannot be written."""
    path = Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Stop(
            f"不能写入数据目录 {path}（{error.strerror}）。请检查 DATA_DIR。",
            f"The data directory {path} cannot be written ({error.strerror}). Check DATA_DIR.",
        ) from error
    return path


def serve(host: str, port: int, place: Path) -> NoReturn:
    """Become the second half, in the environment that was just made ready."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(
        PYTHON,
        [str(PYTHON), "-P", "-m", "scripts._lib.serve", *sys.argv[1:]],
        clean_environment(HOST=host, PORT=str(port), DATA_DIR=str(place), PYTHONPATH=str(ROOT)),
    )


def main() -> int:
    options = arguments()
    host = os.environ.get("HOST") or ("0.0.0.0" if options.lan else "127.0.0.1")  # noqa: S104 - --lan asks for it
    port = port_wanted()
    place = data_dir()
    if not options.build_only:
        ports.need_port(host, port)
    python_environment("run")
    pwa.packages()
    pwa.build()
    if options.build_only:
        step("准备好了 · ready")
        return 0
    serve(host, port, place)


if __name__ == "__main__":
    sys.exit(fail(main))
