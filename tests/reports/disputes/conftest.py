"""A committee with a head, two mediators and a worker who is neither."""

from __future__ import annotations

from tests.mediation.conftest import (  # noqa: F401 - the same people
    colleague,
    head,
    mediator,
    quarrel,
    worker,
)
