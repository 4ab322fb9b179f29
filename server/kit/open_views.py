"""Views of the kit itself, open to everybody, that need neither a person nor the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask

from server.kit.endpoint import EndpointSpec


@dataclass(frozen=True)
class Everybody:
    """An access policy that asks nothing; the reason is part of the declaration."""

    reason: str
    name: str = "public"

    def enter(self) -> None:
        return None


def add(
    app: Flask, rule: str, view: Callable[[], Any], *, reason: str, method: str = "GET"
) -> None:
    """Register a view outside every transaction; it is declared like all others."""
    spec = EndpointSpec(Everybody(reason), "none", None, csrf=False)
    view.__endpoint__ = spec  # type: ignore[attr-defined]  # read by the boot check
    app.add_url_rule(rule, f"kit.{view.__name__}", view, methods=[method])
