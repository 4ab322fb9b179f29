"""A list leaves as a workbook with the paper's headings: only what the person sees, marked, counted, harmless, gone after a day."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from server.access.models import Session
from server.audit.models import AuditEntry
from server.kit import clock
from server.kit.database import db
from server.kit.unit_of_work import transaction
from server.lists import jobs, service, upkeep, workbook
from server.lists.models import ListExport
from server.residents import editing
from server.residents.care_categories import RESTRICTED
from server.residents.models import RestrictedFact
from server.residents.repository import residents
from tests.factories.areas import COMMITTEE, SIBLING
from tests.factories.care import make_in_care, work_out
from tests.factories.doors import make_household
from tests.factories.people import Person
from tests.factories.tasks import make_named

pytestmark = pytest.mark.usefixtures("clock_at")
PHONE, ID_NUMBER = "15400007788", "14992119500101001X"
WORDS = {"purpose": "报街道核对", "receiver": "测试街道办"}
BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@pytest.fixture
def head(app: Flask) -> Person:
    return make_named("康望晴", "committee_head")


@pytest.fixture
def home(head: Person) -> uuid.UUID:
    """A home with one person under care, with numbers, and with every restricted fact there is."""
    with transaction(write=True):
        made = editing.create_household(head.actor, area_id=COMMITTEE, address="3号楼2单元501室")
        editing.add_resident(
            head.actor, made["id"], name="荀墨竹", relation="head", phone=PHONE,
            id_number=ID_NUMBER, care_categories=["living_alone_elder"], remark="=1+1",
        )  # fmt: skip
        person = db.session.scalars(residents.all_rows("a test")).one()
        for category in sorted(RESTRICTED):
            db.session.add(
                RestrictedFact(area_id=COMMITTEE, resident_id=person.id, category=category, starts_on=clock.today())
            )  # fmt: skip
    found: uuid.UUID = made["id"]
    return found


def ask(client: FlaskClient, by: Person, paper: str = "roster", **more: Any) -> Any:
    body = {"paper": paper, "area_id": COMMITTEE, "filters": {}, **WORDS, **more}
    answer = by.call(client, "POST", "/lists/exports", json=body)
    if answer.status_code == 201:
        jobs.wait(uuid.UUID(answer.get_json()["id"]))
    return answer


def taken(client: FlaskClient, by: Person, paper: str = "roster", **more: Any) -> bytes:
    """The finished file."""
    answer = ask(client, by, paper, **more)
    assert answer.status_code == 201, answer.text
    export_id = answer.get_json()["id"]
    told = by.call(client, "GET", f"/lists/exports/{export_id}").get_json()
    assert told["state"] == "ready", told
    assert told["rows_done"] == told["rows_total"] > 0
    file = by.call(client, "POST", f"/lists/exports/{export_id}/file", json={})
    assert file.status_code == 200, file.text
    content: bytes = file.data
    return content


def cells(content: bytes) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_index(0).to_python()


def of_person(content: bytes) -> dict[str, Any]:
    """The first row under the headings, by heading."""
    rows = cells(content)
    return dict(zip(rows[2], rows[3], strict=True))


def assert_harmless(content: bytes) -> None:
    """Nothing in the file is a formula, and nothing becomes one when it is saved as CSV."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    seen = 0
    for sheet in book:
        for row in sheet.iter_rows():
            for one in row:
                assert one.data_type != "f", one.coordinate
                if isinstance(one.value, str):
                    seen += 1
                    assert not one.value.lstrip(" \u3000").startswith(BEGINNINGS), one.value
    assert seen > 5


def test_the_roster_has_the_papers_headings_and_masked_numbers(
    client: FlaskClient, head: Person, home: uuid.UUID
) -> None:
    row = of_person(taken(client, head))
    assert (row["姓名"], row["与户主关系"], row["性别"]) == ("荀墨竹", "户主", "男")
    assert row["楼栋门牌"] == "3号楼2单元501室"
    assert row["联系电话"] == "154****7788"
    assert row["公民身份号码"] == "14************001X"
    assert row["重点人群类别"] == "独居老人"


def test_no_whole_number_and_no_restricted_word_is_in_the_file(
    client: FlaskClient, head: Person, home: uuid.UUID
) -> None:
    said = str(cells(taken(client, head)))
    for secret in (PHONE, ID_NUMBER, "社区矫正", "戒毒", "精神障碍", "刑满"):
        assert secret not in said


def test_every_page_says_who_took_it_when_why_and_for_whom(
    client: FlaskClient, head: Person, home: uuid.UUID
) -> None:
    content = taken(client, head)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    for said in ("康望晴", "2026-11-23 09:00", "报街道核对", "测试街道办"):
        assert said in cells(content)[1][0]
        assert said in sheet.oddFooter.left.text
    assert cells(content)[0][0].endswith("居民花名册")
    assert "（盖章处）" in str(cells(content)[-1])


@pytest.mark.parametrize("begin", BEGINNINGS)
def test_text_that_would_be_a_formula_is_only_text(begin: str) -> None:
    assert workbook.harmless(f'{begin}HYPERLINK("x")') == f'\'{begin}HYPERLINK("x")'
    assert workbook.harmless(f"  {begin}1").startswith("'")


def test_a_remark_that_looks_like_a_formula_leaves_as_text(
    client: FlaskClient, head: Person, home: uuid.UUID
) -> None:
    content = taken(client, head)
    assert_harmless(content)
    assert of_person(content)["备注"] == "'=1+1"


def test_without_the_apostrophe_the_file_is_seen_to_be_dangerous(
    client: FlaskClient, head: Person, home: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "harmless", lambda text: text)
    with pytest.raises(AssertionError, match="1\\+1"):
        assert_harmless(taken(client, head))


def test_the_list_of_coverage_says_who_was_reached(client: FlaskClient, head: Person) -> None:
    door = make_household()
    make_in_care(door, "living_alone_elder")
    work_out(door)
    content = taken(client, head, "coverage", filters={"figure": "coverage"})
    row = of_person(content)
    assert (row["姓名"], row["是否走到"]) == ("桑雾竹", "否")
    assert_harmless(content)


def test_only_the_filtered_rows_leave(client: FlaskClient, head: Person, home: uuid.UUID) -> None:
    with transaction(write=True):
        editing.add_resident(head.actor, home, name="荀听雨", relation="son")
    assert "荀听雨" in str(cells(taken(client, head)))
    only = cells(taken(client, head, filters={"category": "living_alone_elder"}))
    assert "荀墨竹" in str(only)
    assert "荀听雨" not in str(only)
    assert ask(client, head, filters={"query": "没有这个人"}).get_json()["error"] == "lists.nothing"
    assert ask(client, head, filters={"colour": "red"}).status_code == 422
    assert ask(client, head, filters={"area_id": SIBLING}).status_code == 201


def test_an_area_in_the_filters_does_not_widen_them(
    client: FlaskClient, head: Person, home: uuid.UUID
) -> None:
    assert "荀墨竹" in str(cells(taken(client, head, filters={"area_id": SIBLING})))
    assert ask(client, head, area_id=SIBLING).status_code == 404


def test_an_old_log_in_gives_the_password_again(
    client: FlaskClient, head: Person, home: uuid.UUID
) -> None:
    export_id = ask(client, head).get_json()["id"]
    with transaction(write=True):
        db.session.get_one(Session, head.session.id).strong_at = clock.now() - timedelta(hours=2)
    for answer in (
        ask(client, head),
        head.call(client, "POST", f"/lists/exports/{export_id}/file", json={}),
    ):
        assert (answer.status_code, answer.get_json()["error"]) == (401, "auth.step_up")


def test_a_purpose_and_a_receiver_are_asked_for(client: FlaskClient, head: Person) -> None:
    for missing in ("purpose", "receiver"):
        assert ask(client, head, **{missing: " "}).status_code == 422


def test_the_audit_says_what_left_and_that_it_was_fetched(
    client: FlaskClient, head: Person, home: uuid.UUID
) -> None:
    taken(client, head)
    with transaction(write=False):
        rows = db.session.query(AuditEntry).filter(AuditEntry.action.like("list.%")).all()
        said = {row.action: row.why for row in rows}
    assert set(said) == {"list.export", "list.take"}
    assert said["list.export"] == "居民花名册 1行：报街道核对；给测试街道办"


def test_the_twenty_first_list_of_a_day_waits_until_tomorrow(
    client: FlaskClient, head: Person, home: uuid.UUID, clock_at: clock.SetClock
) -> None:
    with transaction(write=True):
        for _ in range(20):
            assert service.ratelimit.spend(head.user_id.hex, service.A_DAY) is None
    assert ask(client, head).status_code == 429
    clock_at.move(timedelta(days=1))
    with transaction(write=True):
        db.session.get_one(Session, head.session.id).strong_at = clock.now()
    assert ask(client, head).status_code in (201, 401)


def test_many_lists_of_an_installation_raise_the_alarm(
    client: FlaskClient, head: Person, home: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, int]] = []
    monkeypatch.setattr(service.ratelimit, "alarm", lambda what, most: told.append((what, most)))
    ask(client, head)
    assert told == [("list.export", service.ALARM_AFTER)]


def test_a_long_list_waits_for_the_heads_word(
    client: FlaskClient, head: Person, home: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "ALONE", 0)
    clerk = make_named("齐松砚", "committee")
    asked = ask(client, clerk).get_json()
    assert asked["state"] == "asked"
    path = f"/lists/exports/{asked['id']}"
    assert clerk.call(client, "POST", f"{path}/file", json={}).get_json()["error"] == (
        "lists.not_ready"
    )
    assert clerk.call(client, "POST", f"{path}/approve", json={}).status_code == 403
    (waiting,) = head.call(client, "GET", "/lists/exports").get_json()["waiting"]
    assert (waiting["id"], waiting["who"], waiting["purpose"]) == (
        asked["id"],
        "齐松砚",
        "报街道核对",
    )
    assert head.call(client, "POST", f"{path}/approve", json={}).status_code == 200
    jobs.wait(uuid.UUID(asked["id"]))
    told = clerk.call(client, "GET", path).get_json()
    assert (told["state"], told["approved_by"]) == ("ready", "康望晴")
    assert head.call(client, "POST", f"{path}/file", json={}).status_code == 404
    assert clerk.call(client, "POST", f"{path}/file", json={}).status_code == 200


def test_the_head_hears_that_a_list_waits_and_who_asked_hears_the_answer_but_nobody_what_for(
    client: FlaskClient, head: Person, home: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "ALONE", 0)
    clerk, other = make_named("齐松砚", "committee"), make_named("桑远山", "committee")
    asked = ask(client, clerk).get_json()

    def heard(person: Person) -> list[tuple[str, dict[str, str]]]:
        rows = person.call(client, "GET", "/inbox").get_json()["rows"]
        return [(row["code"], row["facts"]) for row in rows if row["thing_id"] == asked["id"]]

    assert heard(head) == [("list.asked", {"by": str(clerk.user_id)})]
    assert heard(clerk) == heard(other) == []
    head.call(client, "POST", f"/lists/exports/{asked['id']}/approve", json={})
    jobs.wait(uuid.UUID(asked["id"]))
    assert heard(clerk) == [("list.agreed", {})]


def test_a_grid_worker_takes_nothing_out(client: FlaskClient, home: uuid.UUID) -> None:
    assert ask(client, make_named("某人", "grid_worker")).status_code == 403


def test_who_lost_the_role_meanwhile_gets_no_file(
    client: FlaskClient, head: Person, home: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_acting", lambda _: make_named("某人", "volunteer").actor)
    export_id = ask(client, head).get_json()["id"]
    assert head.call(client, "GET", f"/lists/exports/{export_id}").get_json()["state"] == "stopped"


def test_the_file_rests_sealed_and_is_gone_after_a_day(
    app: Flask, client: FlaskClient, head: Person, home: uuid.UUID, clock_at: clock.SetClock
) -> None:
    taken(client, head)
    with transaction(write=False):
        row = db.session.query(ListExport).execution_options(linli_scope="test").one()
        name, export_id = row.file, row.id
    assert name is not None
    kept: Path = app.config["LINLI"].data_dir / "exports" / name[:2] / name
    assert not kept.read_bytes().startswith(b"PK")
    clock_at.move(timedelta(hours=25))
    with transaction(write=True):
        assert upkeep.forget() == 1
    assert not kept.exists()
    with transaction(write=True):
        db.session.get_one(Session, head.session.id).strong_at = clock.now()
    with transaction(write=False), pytest.raises(service.FileGone):
        service.take(head.actor, export_id)


def test_a_list_whose_process_ended_is_said_to_have_stopped(
    client: FlaskClient, head: Person, home: uuid.UUID, monkeypatch: pytest.MonkeyPatch,
    clock_at: clock.SetClock,
) -> None:  # fmt: skip
    monkeypatch.setattr(jobs, "start", lambda _: None)
    export_id = ask(client, head).get_json()["id"]
    clock_at.move(timedelta(minutes=5))
    with transaction(write=True):
        assert upkeep.forget() == 0
    clock_at.move(timedelta(minutes=6))
    with transaction(write=True):
        assert upkeep.forget() == 1
    with transaction(write=False):
        assert service.status(head.actor, uuid.UUID(export_id))["state"] == "stopped"


def test_a_sheet_to_print_names_the_committee_its_pages_and_the_place_of_the_seal(
    client: FlaskClient, head: Person, home: uuid.UUID
) -> None:
    with transaction(write=True):
        for number in range(45):
            editing.add_resident(head.actor, home, name=f"荀雨{'竹' * (number % 9 + 1)}")
    content = taken(client, head, form="pdf")
    assert content.startswith(b"%PDF")
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content)]
    assert len(pages) > 1
    for number, said in enumerate(pages, 1):
        assert f"第 {number} 页，共 {len(pages)} 页" in said
        assert "居民花名册" in said
        assert "公民身份号码" in said
        assert "康望晴 2026-11-23 09:00 导出" in said
    assert "（盖章处）" in pages[-1]
    assert "荀墨竹" in pages[0]
    assert ID_NUMBER not in "".join(pages)


def test_a_list_too_long_for_paper_says_so(
    client: FlaskClient, head: Person, home: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_ON_PAPER", 0)
    said = ask(client, head, form="pdf").get_json()
    assert (said["error"], said["details"]["rows"]) == ("lists.too_many", 1)
