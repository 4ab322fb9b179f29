"""Is it alive, can it work, and how is it doing: /healthz, /readyz, /metrics."""

from __future__ import annotations

import shutil
from pathlib import Path

import structlog
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, Response, current_app, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest, multiprocess
from prometheus_client import REGISTRY as IN_PROCESS
from sqlalchemy import text

from server.kit import open_views
from server.kit.database import db
from server.kit.errors import NotFound

LEAST_SPACE = 200 * 1024 * 1024
"""Bytes that must be free where data lives; below it the server asks for no more work."""

log = structlog.get_logger()


def healthz() -> Response:
    """The process answers."""
    return jsonify(app="linli", status="ok")


def readyz() -> tuple[Response, int]:
    """The database answers at the newest schema and there is room to store."""
    wrong = [name for name, holds in _checks() if not holds]
    if wrong:
        log.warning("not ready", wrong=wrong)
    return jsonify(status="not ready" if wrong else "ok", wrong=wrong), 503 if wrong else 200


def _checks() -> list[tuple[str, bool]]:
    found: list[tuple[str, bool]] = []
    try:
        with db.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            found.append(("database", True))
            current = MigrationContext.configure(connection).get_current_revision()
            found.append(("schema", current == _newest()))
    except Exception as error:  # whatever it is, the server is not ready
        log.warning("database check", exc_info=error)
        found.append(("database", False))
    try:
        free = shutil.disk_usage(current_app.config["LINLI"].data_dir).free
        found.append(("space", free >= LEAST_SPACE))
    except OSError:
        found.append(("space", False))
    return found


def _newest() -> str | None:
    folder: Path = current_app.config["LINLI"].root / "migrations"
    config = AlembicConfig()
    config.set_main_option("script_location", str(folder))
    return ScriptDirectory.from_config(config).get_current_head()


def metrics() -> Response:
    """Figures for Prometheus, to programs on this machine only; a forwarded request is not one."""
    forwarded = {"X-Forwarded-For", "Forwarded", "X-Real-Ip"} & set(request.headers.keys())
    if request.remote_addr not in ("127.0.0.1", "::1") or forwarded:
        raise NotFound()
    registry = IN_PROCESS
    if current_app.config["LINLI"].metrics_dir is not None:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # untyped library
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def init_app(app: Flask) -> None:
    """Register the three."""
    open_views.add(app, "/healthz", healthz, reason="says only that it runs")
    open_views.add(app, "/readyz", readyz, reason="names failed checks, no data")
    open_views.add(app, "/metrics", metrics, reason="counts; answered to this machine only")
