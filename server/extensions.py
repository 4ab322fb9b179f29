"""The Flask extensions the application is put together from."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from flask_smorest import Api

from server.kit.schemas import ErrorSchema


class LinliApi(Api):  # type: ignore[misc]  # flask-smorest ships no types
    """flask-smorest with our error shape; its own handlers would add a second one.

    The description of the routes takes longer than all the rest of a start and hardly anybody reads it:
    blueprints hand in theirs as a call, and :meth:`described` makes them.
    """

    ERROR_SCHEMA = ErrorSchema

    def init_app(self, app: Flask, **more: Any) -> None:
        self._later: list[Callable[[], None]] = []
        self._describing = Lock()
        super().init_app(app, **more)

    def describe_later(self, describe: Callable[[], None]) -> None:
        """Takes in what a blueprint will say of its routes."""
        self._later.append(describe)

    def described(self) -> dict[str, Any]:
        """The OpenAPI document of the application that was made last."""
        with self._describing:
            while self._later:
                self._later.pop(0)()
            document: dict[str, Any] = self.spec.to_dict()
            return document

    def _register_error_handlers(self) -> None:
        """Errors are answered by kit/error_handlers.py alone."""


api = LinliApi()
migrate = Migrate(render_as_batch=True, compare_type=True)
limiter = Limiter(
    get_remote_address, default_limits=[], storage_uri="memory://", headers_enabled=True
)
