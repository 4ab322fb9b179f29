"""The Flask extensions the application is put together from."""

from __future__ import annotations

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from flask_smorest import Api

from server.kit.schemas import ErrorSchema


class LinliApi(Api):  # type: ignore[misc]  # flask-smorest ships no types
    """flask-smorest with our error shape; its own handlers would add a second one."""

    ERROR_SCHEMA = ErrorSchema

    def _register_error_handlers(self) -> None:
        """Errors are answered by kit/error_handlers.py alone."""


api = LinliApi()
migrate = Migrate(render_as_batch=True, compare_type=True)
limiter = Limiter(
    get_remote_address, default_limits=[], storage_uri="memory://", headers_enabled=True
)
