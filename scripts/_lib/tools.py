"""Runs the long commands of a build: output to a log, a sign of life, and a known cause for a failure."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts._lib.say import ROOT, Stop

_NETWORK = (
    "temporary failure in name resolution", "failed to establish a new connection",
    "name or service not known", "nodename nor servname", "network is unreachable",
    "connection refused", "connection reset", "connecttimeout", "readtimeout", "read timed out",
    "max retries exceeded", "proxyerror", "certificate verify failed", "self_signed_cert", "unable_to_verify", "sslerror", "getaddrinfo",
    "eai_again", "enotfound", "econnrefused", "econnreset", "etimedout", "err_socket_timeout",
    "from versions: none", "could not resolve", "failed to fetch",
)  # fmt: skip
_SPACE = ("no space left on device", "enospc", "disk quota exceeded")
_TAMPERED = ("do not match the hashes", "integrity checksum failed", "eintegrity")
_LOCK = ("can only install packages when your package.json and package-lock.json",)


def explain(what: str, output: str, *, fetches: bool = True) -> Stop:
    """The failure of a build command as a sentence; unknown causes show the end of its output.

    ``fetches``: whether the command downloads at all, so that a compiler's words are not taken
    for a broken network.
    """
    low = output.lower()
    tail = "\n".join(output.strip().splitlines()[-15:])
    if any(mark in low for mark in _SPACE):
        return Stop(
            f"{what}：磁盘空间不够。请腾出约 2 GB 后再运行一次，会从断开处继续。",
            f"{what}: the disk is full. Free about 2 GB and run it again; it goes on from there.",
            code=4,
        )
    if any(mark in low for mark in _TAMPERED):
        return Stop(
            f"{what}：下载的软件包与锁定的校验值不符，没有安装。请换网络或软件源后再试。",
            f"{what}: a downloaded package does not match its locked hash and was not installed. "
            "Try another network or package source.",
            tail,
            code=5,
        )
    if any(mark in low for mark in _LOCK):
        return Stop(
            f"{what}：package.json 与 package-lock.json 不一致。请在 pwa/ 里运行 npm install。",
            f"{what}: package.json and package-lock.json differ. Run npm install in pwa/.",
            tail,
        )
    if fetches and any(mark in low for mark in _NETWORK):
        return Stop(
            f"{what}：连不上软件源。请检查网络（或 pip/npm 的代理和镜像设置），再运行一次，"
            "会从断开处继续。",
            f"{what}: the package source cannot be reached. Check the network (or pip's and npm's "
            "proxy and mirror settings) and run it again; it goes on from there.",
            tail,
            code=6,
        )
    return Stop(f"{what} 失败，原因见上。", f"{what} failed; the reason is above.", tail)


def _fetches(command: Sequence[str | Path]) -> bool:
    return any(str(part) in ("install", "ci", "apt-get") for part in command)


def run_logged(
    what: str,
    command: Sequence[str | Path],
    *,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
    log: Path | None = None,
) -> None:
    """Run ``command`` with its output in a log; raises :class:`Stop` naming the cause."""
    log = log or ROOT / "var" / "log" / "build.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    began = told = time.monotonic()
    with log.open("w+", encoding="utf-8", errors="replace") as out:
        try:
            child = subprocess.Popen(
                [str(part) for part in command],
                cwd=cwd, env=dict(env or os.environ), stdin=subprocess.DEVNULL,
                stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip
        except OSError as error:
            raise explain(what, str(error)) from error
        while True:
            try:
                code = child.wait(timeout=1)
                break
            except subprocess.TimeoutExpired:
                now = time.monotonic()
                if now - told >= 10:
                    told = now
                    print(f"  … {now - began:.0f} s", file=sys.stderr, flush=True)
            except KeyboardInterrupt:
                child.terminate()
                child.wait()
                raise
        if code:
            out.seek(0)
            raise explain(what, out.read(), fetches=_fetches(command))


def need_space(megabytes: int, where: Path = ROOT) -> None:
    """Refuse early what would run out of disk half-way."""
    free = shutil.disk_usage(where).free // (1024 * 1024)
    if free < megabytes:
        raise Stop(
            f"磁盘只剩 {free} MB，至少需要 {megabytes} MB。请先腾出空间。",
            f"Only {free} MB of disk are left and {megabytes} MB are needed. Free some space first.",
            code=4,
        )
