"""The conditions behind ``visible_to``: rows of my areas, rows of my households."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, false, or_, select, true

from server.access.actor import Actor
from server.access.models import HouseholdAccess
from server.access.scope import SCOPE
from server.kit import clock

COMMITTEE_CODE_LENGTH = 12


def under(column: Any, code: str) -> ColumnElement[bool]:
    """The area itself or anything below it; an equality for a committee, a range above it."""
    if len(code) >= COMMITTEE_CODE_LENGTH:
        return column == code  # type: ignore[no-any-return]  # a column compared is a condition
    upper = code[:-1] + chr(ord(code[-1]) + 1)
    return (column >= code) & (column < upper)  # type: ignore[no-any-return]  # a column compared is a condition


def in_areas(column: Any, codes: tuple[str, ...]) -> ColumnElement[bool]:
    """Any of the areas or below them; no areas, no rows."""
    if not codes:
        return false()
    return or_(*(under(column, code) for code in codes))


def area_rows(model: Any, actor: Actor, permission: str) -> Select[Any]:
    """Rows of the areas in which the actor holds the permission."""
    condition = (
        true() if actor.system_reason else in_areas(model.area_id, actor.areas_for(permission))
    )
    return select(model).where(condition).execution_options(**{SCOPE: f"areas:{permission}"})


def rows_by_id(model: Any, actor: Actor, permission: str, ids: Iterable[Any]) -> Select[Any]:
    """Rows of the areas in which the actor holds the permission, asked for by their ids.

    The area is looked at in each of them and in no index: a planner that prefers the area's index reads
    forty thousand rows of a committee for fifty ids.
    """
    held = (
        true()
        if actor.system_reason
        else in_areas(model.area_id.concat(""), actor.areas_for(permission))
    )
    return (
        select(model)
        .where(model.id.in_(list(ids)), held)
        .execution_options(**{SCOPE: f"areas:{permission}"})
    )


def rows_of_named(model: Any, actor: Actor, permission: str, codes: Iterable[str]) -> Select[Any]:
    """Rows of these areas, of which those where the actor lacks the permission are left out.

    Each area is an equality: a planner that weighs a range over many committees may leave the fitting index.
    """
    held = ("",) if actor.system_reason else actor.areas_for(permission)
    named = [code for code in codes if any(code.startswith(area) for area in held)]
    return (
        select(model)
        .where(model.area_id.in_(named))
        .execution_options(**{SCOPE: f"areas:{permission}"})
    )


def assigned(household_id: Any, actor: Actor) -> ColumnElement[bool]:
    """Whether the household is assigned to the actor now (``household_access`` and nothing else)."""
    now = clock.now()
    return exists(
        select(HouseholdAccess.id).where(
            HouseholdAccess.user_id == actor.user_id,
            HouseholdAccess.household_id == household_id,
            HouseholdAccess.starts_at <= now,
            or_(HouseholdAccess.ends_at.is_(None), HouseholdAccess.ends_at > now),
        )
    )
