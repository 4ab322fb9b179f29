"""Security headers on every answer there is, errors and server failures included (S33, S34).

They are set around the whole application, not in it, so that nothing can answer without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, request
from prometheus_client import Counter

from server.kit import open_views
from server.kit.requests import UnfitJson, loads

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REPORTS = "/api/v1/csp-reports"
MAX_REPORT = 16 * 1024

log = structlog.get_logger()
csp_reports = Counter("linli_csp_reports", "Reported breaches of the content policy", ["directive"])

_NOTHING = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "object-src 'none'"
)
_REPORTING = f"report-uri {REPORTS}; report-to csp"
_SCRIPTS = "require-trusted-types-for 'script'; trusted-types linli"
_PAGE = (
    "default-src 'none'; script-src 'self'{wasm}; style-src 'self'; img-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; media-src 'self' blob:; worker-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    f"object-src 'none'; {_SCRIPTS}; {_REPORTING}"
)
_WORKER = (
    "default-src 'none'; script-src 'self'{wasm}; connect-src 'self'; base-uri 'none'; "
    f"frame-ancestors 'none'; object-src 'none'; {_REPORTING}"
)
_WASM = " 'wasm-unsafe-eval'"

SHELL = _PAGE.format(wasm=_WASM)
"""The app's own page: scripts of our origin, and WebAssembly for scanning and hashing."""
PAGE = _PAGE.format(wasm="")
"""A page written by the server."""
WORKER = _WORKER.format(wasm="")
SCAN_WORKER = _WORKER.format(wasm=_WASM)
API = f"{_NOTHING}; {_REPORTING}"

_SCAN_WORKER_FILE = re.compile(r"^/assets/[^/]*worker[^/]*\.js$", re.IGNORECASE)
_ALWAYS = (
    ("Strict-Transport-Security", "max-age=63072000; includeSubDomains"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    ("Origin-Agent-Cluster", "?1"),
    ("Reporting-Endpoints", f'csp="{REPORTS}"'),
    (
        "Permissions-Policy",
        "camera=(self), microphone=(self), accelerometer=(), autoplay=(), bluetooth=(), "
        "browsing-topics=(), display-capture=(), encrypted-media=(), geolocation=(), "
        "gyroscope=(), hid=(), magnetometer=(), midi=(), payment=(), "
        "publickey-credentials-get=(self), screen-wake-lock=(self), serial=(), usb=(), "
        "xr-spatial-tracking=()",
    ),
)
_HIDDEN = frozenset({"server", "x-powered-by"})


def policy_for(path: str, content_type: str, *, shell: bool) -> str:
    """The content policy of one answer."""
    if content_type.startswith("text/html"):
        return SHELL if shell else PAGE
    if path == "/sw.js":
        return WORKER
    if path.startswith("/assets/") and path.endswith(".js"):
        return SCAN_WORKER if _SCAN_WORKER_FILE.match(path) else WORKER
    return API


class SecurityHeaders:
    """WSGI: completes the headers of every answer, and answers what nobody else caught."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            unchanged = status.startswith("304")
            return start_response(status, completed(path, headers, unchanged=unchanged), *exc_info)

        try:
            return self.application(environ, start)
        except Exception as error:  # the last net: a failure outside the error handlers
            log.error("outside the application", kind=type(error).__name__, exc_info=error)
            body = (
                b'{"error":"server.unexpected","message":"\xe7\xb3\xbb\xe7\xbb\x9f\xe5\x87\xba'
                b'\xe4\xba\x86\xe6\x84\x8f\xe5\xa4\x96\xe3\x80\x82","fields":{},"details":{}}'
            )
            start(
                "500 INTERNAL SERVER ERROR",
                [("Content-Type", "application/json"), ("Content-Length", str(len(body)))],
            )
            return [body]


def completed(
    path: str, headers: list[tuple[str, str]], *, unchanged: bool = False
) -> list[tuple[str, str]]:
    """These headers with everything that must be there and nothing that must not.

    ``unchanged`` (304): the browser puts these headers over the ones it kept, and without a body
    there is no content type to choose a content policy by; the kept policy stays the right one.
    """
    kept = [(name, value) for name, value in headers if name.lower() not in _HIDDEN]
    have = {name.lower(): value for name, value in kept}
    shell = have.get("x-linli-page") == "shell"
    kept = [(name, value) for name, value in kept if name.lower() != "x-linli-page"]
    for name, value in _ALWAYS:
        if name.lower() not in have:
            kept.append((name, value))
    if "content-security-policy" not in have and not unchanged:
        kind = have.get("content-type", "")
        kept.append(("Content-Security-Policy", policy_for(path, kind, shell=shell)))
    if "cache-control" not in have:
        kept.append(("Cache-Control", "no-store"))
    return kept


def take_report() -> Response:
    """A browser says that a page tried what the policy forbids; kept as a count and a line."""
    request.max_content_length = MAX_REPORT
    try:
        told = loads(request.get_data(cache=False))
    except UnfitJson:
        return Response(status=400)
    reports = told if isinstance(told, list) else [told]
    for report in reports[:5]:
        inner = report.get("csp-report") or report.get("body") if isinstance(report, dict) else None
        if not isinstance(inner, dict):
            continue
        said = str(inner.get("effective-directive") or inner.get("effectiveDirective") or "")
        directive = said if re.fullmatch(r"[a-z-]{3,40}", said) else "other"
        blocked = str(inner.get("blocked-uri") or inner.get("blockedURL") or "")
        csp_reports.labels(directive).inc()
        # the origin only: a path may hold a door token
        log.warning("csp", directive=directive, blocked=_origin(blocked))
    return Response(status=204)


def _origin(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return "?"
    return f"{parts.scheme}://{parts.hostname}" if parts.hostname else address[:20]


def init_app(app: Flask) -> None:
    """Wrap the application; call it after every other wrapper."""
    open_views.add(
        app, REPORTS, take_report, reason="browsers report without a log-in", method="POST"
    )
    app.wsgi_app = SecurityHeaders(app.wsgi_app)  # type: ignore[method-assign]  # how Flask documents it
