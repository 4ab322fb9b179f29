"""Which of the two languages the reader of an answer wants."""

from __future__ import annotations

from flask import g, has_request_context, request

LOCALES = ("zh-CN", "en")


def current() -> str:
    """``zh-CN`` unless the session or the browser asks for English."""
    if not has_request_context():
        return "zh-CN"
    chosen = g.get("locale")
    if chosen in LOCALES:
        return str(chosen)
    return request.accept_languages.best_match(LOCALES) or "zh-CN"
