"""Serves the built PWA and the contract beside the API.

Hashed assets are cached for ever; the shell and the worker never are (sync.md P15).
"""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, request, send_from_directory

from server.access.permissions import public
from server.extensions import api
from server.kit.endpoint import endpoint
from server.kit.errors import NotFound

pages = Blueprint("shell", __name__)


def _dist() -> Path:
    dist: Path = current_app.config["LINLI"].pwa_dist
    return dist


def _file(name: str, *, immutable: bool) -> Response:
    answer = _packed(name) or send_from_directory(_dist(), name)
    answer.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if immutable else "no-cache"
    )
    if name in ("sw.js", "sw-off.js"):
        answer.headers["Service-Worker-Allowed"] = "/"
    if name == "index.html":
        answer.headers["X-Linli-Page"] = "shell"  # kit/headers.py picks the content policy by it
    return answer


def _packed(name: str) -> Response | None:
    """The copy the build compressed, for a browser that takes it."""
    for coding, ending in (("br", ".br"), ("gzip", ".gz")):
        if request.accept_encodings.quality(coding) > 0 and (_dist() / (name + ending)).is_file():
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            answer = send_from_directory(_dist(), name + ending, mimetype=kind)
            answer.headers["Content-Encoding"] = coding
            answer.headers["Vary"] = "Accept-Encoding"
            return answer
    return None


@pages.get("/api/v1/openapi.json")
@endpoint(access=public("the contract holds no data"))
def contract(_actor: Any) -> Response:
    return jsonify(api.described())


@pages.get("/assets/<path:name>")
@endpoint(access=public("the program itself"))
def asset(_actor: Any, name: str) -> Response:
    return _file(f"assets/{name}", immutable=True)


@pages.get("/")
@pages.get("/<path:name>")
@endpoint(access=public("the program itself"))
def shell(_actor: Any, name: str = "") -> Response:
    if name.startswith("api/"):
        raise NotFound()
    if name == "sw.js" and current_app.config["LINLI"].worker_off:
        return _file("sw-off.js", immutable=False)
    if name and (_dist() / name).is_file():
        return _file(name, immutable=False)
    if "." in name.rsplit("/", 1)[-1]:
        raise NotFound()  # a missing file must never look like a page (faults.md F11)
    return _file("index.html", immutable=False)


def init_app(app: Flask) -> None:
    """Register last, so that every other route comes first."""
    app.register_blueprint(pages)
