"""A committee with a head, two mediators, a worker who is neither, and a quarrel on its way."""

from __future__ import annotations

from tests.mediation.conftest import (  # noqa: F401 - the same people
    colleague,
    head,
    mediator,
    quarrel,
    worker,
)
