"""Homes of a large grid that has another name are found by it a moment later, not in the request that renames it."""

from __future__ import annotations

from datetime import timedelta

from server.areas import grids as tree
from server.kit.jobs import job
from server.residents.grids import service


@job(
    "grids.words",
    every=timedelta(seconds=30),
    zh="网格改名以后，补上各户的查找用词",
    en="After a grid is renamed, its homes are made findable by the new name",
)
def write_words() -> int:
    """The next homes of one grid; how many."""
    row = tree.renamed_lately()
    return 0 if row is None else max(service.write_words(row), 1)
