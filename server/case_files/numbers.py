"""Gives the numbers ``(YYYY)×人调字第NNN号``: one after another within a committee and a year, without a gap.

The counter's row is held first, so that of sixteen who ask at once each waits for the one before; a
transaction that does not end well takes its number back with it. A void number is never given again.
"""

from __future__ import annotations

import uuid

from server.areas import service as areas
from server.case_files import repository
from server.case_files.models import CaseFolder
from server.kit import clock
from server.kit.database import db
from server.kit.errors import ApiError

_ENDINGS = ("村民委员会", "居民委员会", "居委会", "村委会", "社区")


class NoNumber(ApiError):
    code, status = "case_files.no_number", 409
    zh = "这一卷还没有编号，没有什么可作废的。"
    en = "This file has no number yet; there is nothing to make void."


def short_word(area_id: str) -> str:
    """The word between the year and 人调字: the committee's own, else its name without what every committee is called."""
    known = repository.word(area_id)
    if known:
        return known
    name = areas.names_of([area_id]).get(area_id, "")
    for ending in _ENDINGS:
        shorter = name.removesuffix(ending)
        name = shorter or name
    return name[:20]


def committee_name(area_id: str) -> str:
    """云栖里社区人民调解委员会."""
    name = areas.names_of([area_id]).get(area_id, "")
    for ending in _ENDINGS[:-1]:
        shorter = name.removesuffix(ending)
        name = shorter or name
    return f"{name}人民调解委员会"


def give(area_id: str, case_id: uuid.UUID) -> CaseFolder:
    """The case's file with its number; asked again, the same one."""
    year = clock.today().year
    last = repository.hold_counter(area_id, year)
    known = repository.folder(case_id)
    if known is not None:
        return known
    row = CaseFolder(
        area_id=area_id, case_id=case_id, year=year, nth=last + 1, word=short_word(area_id)
    )
    repository.count(area_id, year, row.nth)
    db.session.add(row)
    db.session.flush()
    return row


def make_void(case_id: uuid.UUID) -> CaseFolder:
    """The number is kept and never used again; the case gets another when it is asked for. Raises NoNumber."""
    row = repository.folder(case_id)
    if row is None:
        raise NoNumber()
    row.void_on = clock.today()
    db.session.flush()
    return row
