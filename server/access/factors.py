"""Where an installation demands a second factor: which log-ins may do nothing until one was shown (S5)."""

from __future__ import annotations

from collections.abc import Iterable

from flask import current_app

from server.access.models import Session
from server.access.rules import IN_THE_FIELD
from server.kit.errors import ApiError


class FactorNeeded(ApiError):
    code, status = "auth.factor_needed", 403
    zh = "这里要求用验证码登录。请先在“我”里开通，再接着办。"
    en = "This installation asks for log-in with a code. Turn it on under “Me” first, then go on."


def demanded() -> bool:
    """Whether this installation demands it."""
    return bool(current_app.config["LINLI"].second_factor == "demanded")


def wanting(session: Session, roles: Iterable[str]) -> bool:
    """Whether this log-in still has to show one: it holds an office and showed a password alone."""
    return demanded() and not session.factor and any(role not in IN_THE_FIELD for role in roles)
