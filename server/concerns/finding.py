"""Concerns for the box that searches everywhere: by the code a resident reads out, or by their words.

The words rest sealed, so they are opened and looked through here, for the newest only; an index of
them, also a blinded one, would tell who holds the database which words are common. Names and numbers
of reporters are not looked through: whoever asks to stay unnamed could be guessed at.
"""

from __future__ import annotations

from collections.abc import Sequence

from server.access.actor import Actor
from server.concerns.models import Concern
from server.concerns.query_code import read_code
from server.concerns.repository import concerns
from server.concerns.residents_side import code_index
from server.residents.search_words import Term, plain

LOOKED_THROUGH = 400


def found(
    actor: Actor, area_id: str, query: str, terms: Sequence[Term], most: int
) -> list[Concern]:
    """The concern with this code, else the newest whose title, place or words hold every word."""
    code = read_code(query)
    if code is not None and (known := concerns.with_code(actor, area_id, code_index(code))):
        return known
    hits: list[Concern] = []
    for concern in concerns.newest(actor, area_id, LOOKED_THROUGH):
        words = plain(f"{concern.title}{concern.place or ''}{concern.description}")
        if all(term.prefix in words for term in terms):
            hits.append(concern)
            if len(hits) == most:
                break
    return hits
