"""Hands a folder of pictures to the scan screen's decoder in headless Chromium, one JSON line a picture.

The page that does it is built apart from the app (``pwa/tools/decode.html``), from the same decoder files.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import mimetypes
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from scripts._lib import browser, pwa
from scripts._lib.environment import (
    PYTHON,
    VENV,
    clean_environment,
    one_builder,
    python_environment,
)
from scripts._lib.say import Stop, fail, timed
from scripts._lib.tools import run_logged

TOOLS = pwa.PWA / "dist-tools"
STAMP = TOOLS / ".built-from"
PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".avif"})
CHROMIUM = [
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip


def build_tools() -> Path:
    """The folder with the decoder's page, built when the sources changed."""
    wanted = hashlib.sha256(pwa.sources().encode()).hexdigest()
    if STAMP.is_file() and STAMP.read_text() == wanted:
        return TOOLS
    with one_builder():
        what = "构建识码页 · building the decoder's page"
        with timed(what):
            run_logged(
                what,
                [pwa.NODE, "node_modules/vite/bin/vite.js", "build", "--mode", "tools"],
                cwd=pwa.PWA,
                env=clean_environment(NODE_ENV="production"),
            )
        STAMP.write_text(wanted)
    return TOOLS


def pictures_in(folder: Path) -> list[Path]:
    """The pictures of a folder and its subfolders, in the order of their names."""
    if not folder.is_dir():
        raise Stop(f"没有这个文件夹：{folder}", f"No such folder: {folder}", code=2)
    return sorted(
        path for path in folder.rglob("*") if path.suffix.lower() in PICTURES and path.is_file()
    )


class _Files(BaseHTTPRequestHandler):
    """Serves the built page and the pictures by their number, to this machine only."""

    pictures: list[Path]

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path.startswith("/picture/"):
            self._send(self.pictures[int(path.rsplit("/", 1)[1])])
            return
        file = (TOOLS / path.lstrip("/")).resolve()
        if file.is_file() and TOOLS.resolve() in file.parents:
            self._send(file)
        else:
            self.send_error(404)

    def _send(self, file: Path) -> None:
        body = file.read_bytes()
        self.send_response(200)
        kind = {".js": "text/javascript", ".wasm": "application/wasm"}.get(file.suffix)
        self.send_header("Content-Type", kind or mimetypes.guess_type(file.name)[0] or "image/png")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The lines on the terminal are the answers, nothing else."""


def decode(folder: Path, executable: str) -> int:
    from playwright.sync_api import sync_playwright  # only in the development environment

    pictures = pictures_in(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Files", (_Files,), {"pictures": pictures}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with sync_playwright() as play:
            root = hasattr(os, "geteuid") and os.geteuid() == 0
            chromium = play.chromium.launch(
                executable_path=executable, args=CHROMIUM + (["--no-sandbox"] if root else [])
            )
            page = chromium.new_page()
            page.goto(f"http://127.0.0.1:{server.server_port}/tools/decode.html")
            page.wait_for_function("'decodePicture' in window")
            for number, picture in enumerate(pictures):
                line: dict[str, object] = {"file": str(picture.relative_to(folder))}
                found = page.evaluate(
                    "url => decodePicture(url).catch(why => ({texts: [], ms: 0, problem: String(why)}))",
                    f"/picture/{number}",
                )
                line |= {"texts": found["texts"], "ms": round(found["ms"], 2)}
                if "problem" in found:
                    line["problem"] = found["problem"]
                print(json.dumps(line, ensure_ascii=False), flush=True)
            chromium.close()
    finally:
        server.shutdown()
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/decode_qr", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    folder = parser.parse_args().folder
    pictures_in(folder)
    if Path(sys.prefix).resolve() != VENV.resolve():
        python_environment("dev")
        pwa.packages()
        build_tools()
        os.environ["CHROMIUM"] = browser.find_or_install()
        command = [str(PYTHON), "-P", "-m", "scripts._lib.decode_qr", str(folder)]
        os.execv(PYTHON, command)
    return decode(folder, os.environ.get("CHROMIUM") or browser.find_or_install())


if __name__ == "__main__":
    sys.exit(fail(main))
