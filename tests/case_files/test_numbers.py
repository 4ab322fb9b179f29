"""Numbers follow one another without a gap, whoever asks at once, and a void one is never given again."""

from __future__ import annotations

import threading
import uuid

import pytest
from flask import Flask

from server.case_files import numbers, repository
from server.kit import clock
from server.kit.database import db
from server.kit.unit_of_work import transaction
from tests.factories.areas import COMMITTEE, SIBLING

AT_ONCE = 16


def give(area_id: str = COMMITTEE, case_id: uuid.UUID | None = None) -> str:
    with transaction(write=True):
        return numbers.give(area_id, case_id or uuid.uuid4()).number


def test_a_number_is_the_year_the_word_and_the_next_one(app: Flask) -> None:
    with transaction(write=True):
        repository.keep_word(COMMITTEE, "云栖里")
    year = clock.today().year
    assert [give(), give()] == [f"({year})云栖里人调字第001号", f"({year})云栖里人调字第002号"]


def test_without_a_word_of_its_own_the_committees_name_stands_there(app: Flask) -> None:
    with transaction(write=False):
        word = numbers.short_word(COMMITTEE)
        name = numbers.committee_name(COMMITTEE)
    assert word
    assert not word.endswith(("居委会", "村委会", "社区"))
    assert name.endswith("人民调解委员会")
    assert "居委会" not in name


def test_each_committee_counts_for_itself(app: Flask) -> None:
    assert give()[-4:-1] == give(SIBLING)[-4:-1] == "001"


def test_a_case_keeps_its_number_however_often_it_is_asked(app: Flask) -> None:
    case = uuid.uuid4()
    assert give(case_id=case) == give(case_id=case)
    assert give()[-4:-1] == "002"


def test_what_was_not_committed_leaves_no_gap(app: Flask) -> None:
    give()
    with pytest.raises(ZeroDivisionError), transaction(write=True):
        numbers.give(COMMITTEE, uuid.uuid4())
        raise ZeroDivisionError
    assert give()[-4:-1] == "002"


def test_a_void_number_stays_taken_and_the_case_gets_another(app: Flask) -> None:
    case = uuid.uuid4()
    first = give(case_id=case)
    with transaction(write=True):
        numbers.make_void(case)
    with pytest.raises(numbers.NoNumber), transaction(write=True):
        numbers.make_void(case)
    assert (first[-4:-1], give(case_id=case)[-4:-1], give()[-4:-1]) == ("001", "002", "003")


def test_a_number_on_paper_does_not_change_with_the_word(app: Flask) -> None:
    case = uuid.uuid4()
    before = give(case_id=case)
    with transaction(write=True):
        repository.keep_word(COMMITTEE, "新字")
    assert give(case_id=case) == before
    assert "新字" in give()


def test_sixteen_at_once_get_sixteen_consecutive_numbers(app: Flask) -> None:
    given: list[str] = []
    faults: list[BaseException] = []
    start = threading.Barrier(AT_ONCE)

    def ask() -> None:
        with app.app_context():
            start.wait()
            try:
                given.append(give())
            except BaseException as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=ask) for _ in range(AT_ONCE)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not faults
    assert sorted(int(one[-4:-1]) for one in given) == list(range(1, AT_ONCE + 1))
