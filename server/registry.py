"""The ordered list of features; reading it is reading what the product can do.

Each feature package may offer ``blp`` and ``more`` blueprints (routes.py), ``models`` and ``sync`` modules and
jobs (upkeep.py); this module imports them in layer order, lowest first.
"""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType

from flask import Flask

from server.extensions import api
from server.kit.blueprint import Blueprint
from server.kit.jobs import runner as _runner  # noqa: F401 - its tables and its own job

FEATURES: tuple[str, ...] = (
    "access",
    "sync",
    "audit",
    "notifications",
    "notifications.push",
    "attachments",
    "areas",
    "accounts",
    "residents",
    "residents.door_codes",
    "residents.roster_import",
    "residents.changes",
    "residents.grids",
    "cadence",
    "pairing",
    "consents",
    "tasks",
    "visits",
    "visits.own_questions",
    "concerns.rulebook",
    "concerns",
    "concerns.asking",
    "duty_reports",
    "assists",
    "patrols",
    "mediation",
    "case_files",
    "reports",
    "find",
    "lists",
    "reports.timeline",
    "reports.disputes",
    "operations",
)

_PARTS = ("models", "service", "sync", "events", "upkeep", "routes")


def _part(feature: str, name: str) -> ModuleType | None:
    full = f"server.{feature}.{name}"
    if importlib.util.find_spec(full) is None:
        return None
    return importlib.import_module(full)


def load(app: Flask) -> None:
    """Import every feature's models, listeners and sync handlers, and register its routes."""
    prefix = "/api/v1"
    for feature in FEATURES:
        if importlib.util.find_spec(f"server.{feature}") is None:
            continue
        modules = {name: _part(feature, name) for name in _PARTS}
        routes = modules["routes"]
        if routes is None:
            continue
        for blueprint in (getattr(routes, "blp", None), *getattr(routes, "more", ())):
            if isinstance(blueprint, Blueprint):
                api.register_blueprint(blueprint, url_prefix=prefix + (blueprint.url_prefix or ""))
        pages = getattr(routes, "pages", None)  # plain Flask blueprint of server-rendered pages
        if pages is not None:
            app.register_blueprint(pages)


def load_models() -> None:
    """Import every feature's tables only (migrations)."""
    for feature in FEATURES:
        if importlib.util.find_spec(f"server.{feature}") is not None:
            _part(feature, "models")
