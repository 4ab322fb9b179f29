"""What time alone does to concerns: what is not done goes up, silence ends them, after two years their words are gone."""

from __future__ import annotations

from datetime import timedelta

from server.attachments import service as attachments
from server.concerns import deadlines, later_word, service, silence
from server.concerns.history import step
from server.concerns.lifecycle import Action, Party
from server.concerns.repository import concerns, lines, words
from server.concerns.rulebook import service as rulebook
from server.kit import clock
from server.kit.database import db
from server.kit.jobs import job

AT_ONCE = 100
LOOK_AGAIN = timedelta(minutes=60)
GONE = "—"
"""What stands in place of words that were deleted; states, dates and ratings stay for the counts."""


@job(
    "concerns.told_up",
    every=timedelta(minutes=30),
    zh="过了日子没办的诉求，照表往上报",
    en="Concerns whose last day passed undone are told up, by the table",
)
def tell_up(most: int = AT_ONCE) -> int:
    """Look at what is late, each concern once an hour, and tell whose turn it is; returns how many were looked at."""
    late = concerns.late_and_not_looked_at(clock.now(), LOOK_AGAIN, most)
    days = service.days_for(late)
    tables = {area: rulebook.silence_of(area) for area in days}
    for concern in late:
        silence.go_up(concern, tables[concern.area_id], days[concern.area_id])
    db.session.flush()
    return len(late)


@job(
    "concerns.silence",
    every=timedelta(hours=1),
    zh="满十五天没有人答复的诉求，自动结束",
    en="Concerns nobody answered for fifteen days end",
)
def close_unanswered(most: int = AT_ONCE) -> int:
    """Close what its reporter has not answered for fifteen days; returns how many."""
    silent = concerns.silent_since(clock.now() - deadlines.SILENCE_CLOSES_AFTER, most)
    for concern in silent:
        step(concern, Action.CLOSE_UNANSWERED, Party.SYSTEM)
        concern.closed_at = clock.now()
        concern.closed_by = "no_answer"
    db.session.flush()
    return len(silent)


@job(
    "concerns.later",
    every=timedelta(hours=1),
    zh="办完满四周的诉求，再问一次居民",
    en="Residents are asked once more four weeks after the end",
)
def ask_later(most: int = AT_ONCE) -> int:
    """Ask again about what ended four weeks ago; returns how many."""
    return later_word.ask(most)


@job(
    "concerns.words",
    every=timedelta(days=1),
    zh="结束满两年的诉求，删去内容和照片",
    en="Words and photos of concerns that ended two years ago are deleted",
)
def delete_words(most: int = AT_ONCE) -> int:
    """Delete words, numbers and photos of what ended two years ago; returns how many concerns."""
    old = concerns.ended_before(clock.now() - deadlines.KEPT_FOR, most)
    for concern in old:
        concern.title = concern.description = GONE
        concern.place = concern.contact_name = concern.contact_phone = None
        concern.filled_for = concern.handler = concern.comment = None
        concern.link_index = None
        concern.words_deleted_at = clock.now()
        for line in lines.of(concern, for_resident=False):
            line.note = None
    for word in words.of([concern.id for concern in old]):
        word.comment = None
    attachments.forget("concern", [concern.id for concern in old])
    db.session.flush()
    return len(old)
