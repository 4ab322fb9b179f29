"""Turns every failure into the one error shape; no stack, SQL, path or version leaves (S47)."""

from __future__ import annotations

import secrets
from typing import Any

import structlog
from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from server.kit import locale
from server.kit.errors import (
    ApiError,
    Invalid,
    Malformed,
    MethodNotAllowed,
    NotFound,
    SlowDown,
    TooLarge,
    Unexpected,
    UnsupportedMedia,
)
from server.kit.passing import said_no

log = structlog.get_logger()

_HTTP: dict[int, type[ApiError]] = {
    400: Malformed,
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
    415: UnsupportedMedia,
    422: Invalid,
    429: SlowDown,
}


def respond(error: ApiError) -> Response:
    """An ApiError as a JSON answer."""
    answer = jsonify(error.as_json(locale.current()))
    answer.status_code = error.status
    if error.retry_after is not None:
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _flatten(messages: Any, path: str = "") -> dict[str, str]:
    """webargs' nested messages as ``field.path -> sentence``."""
    if isinstance(messages, dict):
        flat: dict[str, str] = {}
        for key, value in messages.items():
            inner = (
                path
                if key in ("json", "query", "form", "files", "headers", "_schema")
                else f"{path}.{key}".strip(".")
            )
            flat.update(_flatten(value, inner))
        return flat
    if isinstance(messages, list):
        return {path or "body": "；".join(str(m) for m in messages)}
    return {path or "body": str(messages)}


def init_app(app: Flask) -> None:
    """Register the handlers."""

    @app.before_request
    def name_request() -> None:
        g.request_id = secrets.token_hex(6)

    @app.errorhandler(ApiError)
    def on_api_error(error: ApiError) -> Response:
        return respond(error)

    @app.errorhandler(HTTPException)
    def on_http_error(error: HTTPException) -> Response:
        if error.code is not None and 300 <= error.code < 400:
            return error.get_response()  # type: ignore[return-value]  # werkzeug's response, which Flask sends as it is
        kind = _HTTP.get(error.code or 500, Malformed if (error.code or 500) < 500 else Unexpected)
        known: ApiError
        if kind is Invalid:
            data: dict[str, Any] = getattr(error, "data", None) or {}
            known = Invalid(fields=_flatten(data.get("messages", {})))
        elif kind is Unexpected:
            known = Unexpected(details={"request_id": g.get("request_id", "")})
        else:
            known = kind()
        answer = respond(known)
        if error.code is not None:
            answer.status_code = error.code
        if error.code == 405:
            adapter = request.routing_exception
            allowed = getattr(adapter, "valid_methods", None) or getattr(
                error, "valid_methods", None
            )
            if allowed:
                answer.headers["Allow"] = ", ".join(sorted(allowed))
        return answer

    @app.errorhandler(Exception)
    def on_unexpected(error: Exception) -> Response:
        request_id = g.get("request_id", "")
        passing = said_no(error)
        if passing is not None:
            log.warning("database_said_no", request_id=request_id, kind=passing.code)
            return respond(passing)
        log.error(
            "unexpected",
            request_id=request_id,
            kind=type(error).__name__,
            exc_info=error,
        )
        return respond(Unexpected(details={"request_id": request_id}))
