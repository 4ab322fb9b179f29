"""Blueprints of the API: an argument nobody knows is refused, wherever it comes from (S24)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import marshmallow as ma
from flask import Request
from flask_smorest import Blueprint as SmorestBlueprint
from webargs.core import missing
from webargs.flaskparser import FlaskParser

from server.kit.errors import UnsupportedMedia
from server.kit.requests import json_body

F = TypeVar("F", bound=Callable[..., Any])


class StrictParser(FlaskParser):
    """Unknown fields raise in the body, the query and the form alike."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012 - webargs declares it so
        "json": None,  # the schema's own rule, which is RAISE
        "query": ma.RAISE,
        "form": ma.RAISE,
        "files": ma.EXCLUDE,
        "headers": ma.EXCLUDE,
    }

    def _raw_load_json(self, req: Request) -> Any:
        """JSON by our own strict reader; another format is named as such (415)."""
        if not req.is_json:
            if req.get_data(cache=True):
                raise UnsupportedMedia()
            return missing
        return json_body()


class Blueprint(SmorestBlueprint):  # type: ignore[misc]  # flask-smorest ships no types
    """A feature's blueprint."""

    ARGUMENTS_PARSER = StrictParser()

    def register_views_in_doc(self, api: Any, app: Any, spec: Any, **more: Any) -> None:
        """Says what its routes are once somebody asks (:meth:`server.extensions.LinliApi.described`)."""
        api.describe_later(partial(super().register_views_in_doc, api, app, spec, **more))

    if TYPE_CHECKING:  # flask-smorest's decorators, typed

        def __init__(self, name: str, import_name: str, **options: Any) -> None: ...

        def route(self, rule: str, **options: Any) -> Callable[[F], F]: ...

        def arguments(self, schema: Any, **options: Any) -> Callable[[F], F]: ...

        def response(
            self, status_code: int, schema: Any = None, **options: Any
        ) -> Callable[[F], F]: ...

        def alt_response(self, status_code: int, **options: Any) -> Callable[[F], F]: ...

        def paginate(self, *args: Any, **options: Any) -> Callable[[F], F]: ...

        def after_request(self, f: F) -> F: ...

        def doc(self, **options: Any) -> Callable[[F], F]: ...
