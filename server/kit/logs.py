"""Log lines for machines: one JSON object a line, no personal data, nothing that can forge a line.

Routes are logged as their templates, so door tokens and ids never appear; what still looks like
a phone number, an ID number or a token is masked; control signs are written out (S18, S36, S48).
"""

from __future__ import annotations

import logging
import re
import sys
import time
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram

requests_total = Counter("linli_requests", "Answered requests", ["route", "method", "status"])
request_seconds = Histogram(
    "linli_request_seconds",
    "Time to answer",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)

_MASKS = (
    (re.compile(r"(/(?:q|c|join|i)/)[^\s\"'?#]+"), r"\1*"),
    (re.compile(r"(?i)(bearer\s+)[\w.~+/=-]+"), r"\1*"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), "*jwt*"),
    (re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"), "*id*"),
    (re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"), "*phone*"),
    (re.compile(r"(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{32,}(?![\w-])"), "*token*"),
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LONGEST = 500


def clean(text: str) -> str:
    """Masked, with control and direction signs written out, and bounded."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return _CONTROL.sub(lambda found: f"\\u{ord(found.group()):04x}", text)[:_LONGEST]


def _clean_value(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(str(key)): _clean_value(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_clean_value(inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return clean(str(value))


def clean_event(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """structlog: clean every key and value of a line."""
    return {clean(str(key)): _clean_value(value) for key, value in event.items()}


def frames_only(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """structlog: an exception as its kinds and places; messages may quote rows and are left out."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        chain, seen = [], set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            places = traceback.extract_tb(error.__traceback__)[-8:]
            chain.append(
                {
                    "kind": type(error).__qualname__,
                    "at": [f"{_short(p.filename)}:{p.lineno} {p.name}" for p in places],
                }
            )
            error = error.__cause__ or error.__context__
        event["exception"] = chain
    return event


def _short(filename: str) -> str:
    for mark in ("site-packages/", "/server/"):
        if mark in filename:
            return filename.rsplit(mark, 1)[1]
    return filename.rsplit("/", 1)[-1]


def _with_request(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    try:
        event.setdefault("request_id", g.get("request_id", ""))
    except RuntimeError:
        pass  # outside a request
    return event


def configure(level: str = "warning") -> None:
    """One JSON line per event on standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _with_request,
            frames_only,
            clean_event,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def route() -> str:
    """The request's route as a template; unknown paths are all one."""
    rule = request.url_rule
    return rule.rule if rule is not None else "(none)"


def init_app(app: Flask, level: str = "warning") -> None:
    """Configure the lines, and write one per request at level ``info``."""
    configure(level)
    log = structlog.get_logger()

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        took = time.perf_counter() - g.get("began", time.perf_counter())
        name = route()
        requests_total.labels(name, request.method, str(response.status_code)).inc()
        request_seconds.labels(name).observe(took)
        log.info(
            "request",
            method=request.method,
            route=name,
            status=response.status_code,
            ms=round(took * 1000, 1),
            size=response.content_length,
        )
        return response
