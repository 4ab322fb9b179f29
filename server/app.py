"""Puts the application together: config, keys, database, features, errors, boot checks."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from server import api_page, extensions, registry, shell
from server.access import proof, tokens
from server.access import scope as _scope  # noqa: F401 - installs the guard
from server.config import Config, from_environment
from server.kit import database, error_handlers, headers, health, lines, logs, requests
from server.kit.crypto import load_keyring, new_keyring, save_keyring
from server.kit.endpoint import refuse_undeclared

MAX_BODY = 12 * 1024 * 1024


def create_app(config: Config | None = None) -> Flask:
    """A ready application; refuses to start on weak keys, fault switches or undeclared routes."""
    config = config or from_environment()
    config.data_dir.mkdir(parents=True, exist_ok=True)
    if not config.keys_file.exists():
        save_keyring(new_keyring(), config.keys_file)

    app = Flask("server", static_folder=None)
    app.config.update(
        SQLALCHEMY_DATABASE_URI=config.database_url,
        MAX_CONTENT_LENGTH=MAX_BODY,
        OWN_ORIGINS=config.own_origins,
        PUBLIC_ORIGIN=config.public_origin,
        LINLI=config,
        TESTING=config.testing,
        JSON_AS_ASCII=False,
        API_TITLE="邻里守望 Linli",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        PROPAGATE_EXCEPTIONS=False,
    )
    app.extensions["linli_keyring"] = load_keyring(config.keys_file)
    if config.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # how Flask documents it
            app.wsgi_app, x_for=config.trusted_proxies, x_proto=config.trusted_proxies
        )

    logs.init_app(app, config.log_level)
    requests.init_app(app)
    database.init_app(app)
    lines.init_app(app)
    tokens.init_app(app)
    proof.init_app(app)
    extensions.migrate.init_app(app, database.db, directory="migrations")
    extensions.limiter.init_app(app)
    extensions.api.init_app(app)
    error_handlers.init_app(app)
    registry.load(app)
    health.init_app(app)
    api_page.init_app(app, config)
    headers.init_app(app)
    shell.init_app(app)
    _cli(app)
    refuse_undeclared(app)
    return app


def _cli(app: Flask) -> None:
    from server.cli import linli

    app.cli.add_command(linli)
