"""Upward needs: a lower feature says what happened, a higher one listens.

Events are plain frozen dataclasses declared in the feature that emits them. Listeners
run inside the same transaction, in order of registration.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

E = TypeVar("E")
_listeners: dict[type, list[Callable[[Any], None]]] = {}


def on(kind: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a listener for one kind of event."""

    def register(listener: Callable[[E], None]) -> Callable[[E], None]:
        _listeners.setdefault(kind, []).append(listener)
        return listener

    return register


def emit(event: object) -> None:
    """Tell every listener, inside the present transaction."""
    for listener in _listeners.get(type(event), ()):
        listener(event)
