"""What a form is made of: heads, questions, choices, and the words of each in both languages."""

from __future__ import annotations

from dataclasses import dataclass

WELL, WATCH = "well", "watch"
STATES = (WELL, WATCH)


@dataclass(frozen=True)
class Words:
    """The same in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Choice:
    """One answer that can be chosen."""

    id: str
    words: Words


@dataclass(frozen=True)
class Head:
    """One of the things to look at: well, to keep an eye on, or not asked; and the signs seen.

    ``paper`` is its name on the paper form. What was seen of a person is always ``sensitive``.
    """

    id: str
    words: Words
    hint: Words
    paper: Words
    signs: tuple[Choice, ...]
    sensitive: bool = True


@dataclass(frozen=True)
class Question:
    """One question with choices, of which ``many`` may be taken.

    Without choices it is answered in words. ``open``: other answers than the listed ones are taken
    too. ``sensitive``: once recorded it is never shown again to who recorded it. ``required``: its
    form is not finished at the door without it; ``aside``: offered among what is rarely needed.
    """

    id: str
    words: Words
    choices: tuple[Choice, ...]
    many: bool = False
    open: bool = False
    sensitive: bool = False
    required: bool = False
    aside: bool = False


@dataclass(frozen=True)
class Form:
    """One version of one form.

    ``only``: the permission without which nobody records or reads it. ``consent``: the purpose to
    which somebody must have agreed before it is filled in; the form then names child and consent.
    """

    id: str
    version: int
    words: Words
    questions: tuple[Question, ...]
    heads: tuple[Head, ...] = ()
    only: str | None = None
    consent: str | None = None

    def __hash__(self) -> int:
        """By its name: every question of it would be looked through for each visit of a batch."""
        return hash((self.id, self.version))

    @property
    def sensitive(self) -> frozenset[str]:
        """Answers that are for the committee alone once they are recorded."""
        heads = {one.id for one in self.heads if one.sensitive}
        return frozenset(heads | {one.id for one in self.questions if one.sensitive})
