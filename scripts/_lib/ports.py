"""Whether the wanted address is free, before anything is built for it."""

from __future__ import annotations

import errno
import json
import socket
import urllib.request

from scripts._lib.say import Stop


def need_port(host: str, port: int) -> None:
    """Raise :class:`Stop` when the server could not listen on ``host:port``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise _told(host, port, error) from error


def _told(host: str, port: int, error: OSError) -> Stop:
    if error.errno == errno.EACCES:
        return Stop(
            f"没有权限使用端口 {port}。请换一个大于 1023 的端口：PORT=8000 scripts/start",
            f"Port {port} may not be used by this user. Take one above 1023: PORT=8000 scripts/start",
            code=7,
        )
    if error.errno == errno.EADDRINUSE:
        who = "邻里守望已在那里运行" if _is_linli(host, port) else "有别的程序在用"
        other = "Linli is already running there" if "邻里" in who else "another program uses it"
        return Stop(
            f"端口 {port} 被占用（{who}）。请先停掉它，或换一个端口：PORT={port + 1} scripts/start",
            f"Port {port} is in use ({other}). Stop that program, or take another port: "
            f"PORT={port + 1} scripts/start",
            code=7,
        )
    return Stop(
        f"不能在 {host}:{port} 上监听（{error.strerror}）。请检查 HOST 和 PORT。",
        f"Cannot listen on {host}:{port} ({error.strerror}). Check HOST and PORT.",
        code=7,
    )


def _is_linli(host: str, port: int) -> bool:
    near = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    try:
        with urllib.request.urlopen(f"http://{near}:{port}/healthz", timeout=2) as answer:
            return bool(json.load(answer).get("app") == "linli")
    except (OSError, ValueError, AttributeError):
        return False


def own_addresses() -> list[str]:
    """This machine's addresses in the local network, the one with the default route first."""
    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing; asks the routing table
            found.append(probe.getsockname()[0])
        except OSError:
            pass
    try:
        for *_, address in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET):
            found.append(str(address[0]))
    except OSError:
        pass
    return list(dict.fromkeys(a for a in found if not a.startswith("127.")))
