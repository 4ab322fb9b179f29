"""Second half of scripts/start, inside the environment: database, certificates, server, farewell."""

from __future__ import annotations

import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from scripts._lib import lan, ports
from scripts._lib.environment import PYTHON, VENV
from scripts._lib.say import ROOT, Stop, fail, step
from scripts._lib.start import arguments

READY_WITHIN = 60


def workers() -> int:
    """Server processes: one a core, at least two so that one slow answer stops nobody."""
    given = os.environ.get("WORKERS", "")
    return int(given) if given.isdigit() and int(given) else max(2, min(4, os.cpu_count() or 2))


def command(host: str, port: int, tls: lan.Certificates | None) -> list[str]:
    """The server program. Bodies are read before a worker thread is taken, so slow phones hold none."""
    parts = [
        str(VENV / "bin" / "granian"), "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers()), "--blocking-threads", os.environ.get("THREADS", "1"),
        "--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "5",
        "--log-level", "warning", "--backlog", "1024",
    ]  # fmt: skip
    if tls:
        parts += ["--ssl-certificate", str(tls.certificate), "--ssl-keyfile", str(tls.key)]
        parts += ["--ssl-protocol-min", "tls1.2"]
    return [*parts, "server.wsgi:app"]


def _metrics_dir(place: Path) -> Path:
    """An empty folder in which the workers keep their counts; old counts are of old workers."""
    folder = place / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def wait_ready(child: subprocess.Popen[bytes], url: str) -> None:
    """Until /healthz answers; a server that dies first is a failure told at once."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # our own, on this machine
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        if child.poll() is not None:
            raise Stop(
                "服务器没有启动成功，原因见上。",
                "The server did not start; the reason is above.",
                code=child.returncode or 1,
            )
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2, context=context) as answer:
                if json.load(answer).get("app") == "linli":
                    return
        except (OSError, ValueError):
            pass
        time.sleep(0.1)
    raise Stop(
        f"服务器 {READY_WITHIN} 秒内没有应答。", f"No answer from the server in {READY_WITHIN} s."
    )


def main() -> int:
    options = arguments()
    host, port = os.environ["HOST"], int(os.environ["PORT"])
    env = dict(os.environ)
    tls = None
    addresses = ports.own_addresses()
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host  # noqa: S104 - compared
    scheme = "https" if options.lan else "http"
    public = f"{scheme}://{shown}:{port}"
    if options.lan:
        if not addresses:
            raise Stop(
                "这台电脑没有连到局域网，--lan 无法使用。请先连上 Wi-Fi 或网线。",
                "This computer is on no local network; connect it first to use --lan.",
            )
        tls = lan.certificates(Path(os.environ["DATA_DIR"]) / "lan", addresses)
        public = f"https://{addresses[0]}:{port}"
    env.setdefault("PUBLIC_ORIGIN", public)
    own = [public, f"{scheme}://localhost:{port}", f"{scheme}://127.0.0.1:{port}"]
    own += [f"{scheme}://{address}:{port}" for address in addresses]
    env["OWN_ORIGINS"] = ",".join(dict.fromkeys([*env.get("OWN_ORIGINS", "").split(","), *own]))

    prepare = [PYTHON, "-P", "-m", "scripts._lib.prepare", *(["--empty"] if options.empty else [])]
    answer = subprocess.run(prepare, cwd=ROOT, env=env, check=False)
    if answer.returncode:
        return answer.returncode

    env["PROMETHEUS_MULTIPROC_DIR"] = str(_metrics_dir(Path(os.environ["DATA_DIR"])))
    child = subprocess.Popen(command(host, port, tls), cwd=ROOT, env=env)

    def forward(number: int, _frame: object) -> None:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)

    signal.signal(signal.SIGTERM, forward)
    signal.signal(signal.SIGINT, forward)
    try:
        wait_ready(child, f"{scheme}://{'127.0.0.1' if shown == 'localhost' else shown}:{port}")
    except Stop:
        if child.poll() is None:
            child.terminate()
            child.wait(15)
        raise
    print(f"\n邻里守望 · Linli   {public}\n", flush=True)
    if tls:
        gives = lan.hand_out(tls.authority, host, port + 1)
        link = f"http://{addresses[0]}:{gives}/linli-ca.crt"
        print(lan.qr_text(link), link, lan.STEPS.format(url=public), sep="\n", flush=True)
    step("Ctrl-C 停止 · Ctrl-C stops it")
    code = child.wait()
    step("已停止 · stopped")
    return 0 if code in (0, -signal.SIGTERM, -signal.SIGINT, 143, 130) else code


if __name__ == "__main__":
    sys.exit(fail(main))
