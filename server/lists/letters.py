"""The head hears that a long list waits for their word; who asked hears that it was given. What for is on the page."""

from __future__ import annotations

from server.access.rules import ROLE_PERMISSIONS
from server.accounts import service as accounts
from server.lists.models import ListExport
from server.notifications import service as notifications
from server.notifications.service import Word

HEADS = tuple(role for role, may in ROLE_PERMISSIONS.items() if "lists.approve" in may)
"""Roles whose word a long list needs."""


def asked(row: ListExport) -> None:
    """Somebody wants a list out that is longer than they may take on their own word."""
    word = Word("list.asked", row.area_id, "list", row.id, 1, facts={"by": str(row.user_id)})
    heads = accounts.colleagues(row.area_id, roles_held=HEADS)
    notifications.tell(word, [one.id for one in heads], but=row.user_id)


def agreed(row: ListExport) -> None:
    """Their list is being made."""
    word = Word("list.agreed", row.area_id, "list", row.id, 2)
    notifications.tell(word, [row.user_id], but=row.approved_by)
