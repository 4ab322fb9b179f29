"""What the division tree asks of the features above it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class AreaToClose:
    """A division is to close: whoever still keeps something in it says how much, by its word."""

    code: str
    still: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class GridChanged:
    """A grid has another name, or (``name`` None) is no more: closed, or part of another one."""

    area_id: str
    grid: str
    name: str | None
