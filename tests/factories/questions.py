"""Sheets of questions as a committee fills them in, and the verbs around them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
from flask.testing import FlaskClient

from tests.factories.areas import COMMITTEE
from tests.factories.people import Person

SURVEY = (
    "type", "name", "label::中文 (zh)", "label::English (en)", "hint::中文", "required", "relevant",
    "constraint", "constraint_message::中文", "constraint_message::English", "calculation",
)  # fmt: skip
CHOICES = ("list_name", "name", "label::中文", "label::English")
YES_NO = (("yn", "yes", "有", "Yes"), ("yn", "no", "没有", "No"))
ANIMALS = (("animals", "dog", "狗", "Dog"), ("animals", "hen", "鸡", "Hens"))


def row(kind: str, name: str = "", zh: str = "", en: str = "", **more: str) -> dict[str, str]:
    """One row of the survey; the other columns by the beginning of their names."""
    columns = {"required": 5, "relevant": 6, "constraint": 7, "message": 8, "calculation": 10, "hint": 4}  # fmt: skip
    said = dict(zip(SURVEY, (kind, name, zh, en), strict=False))
    return {**said, **{SURVEY[columns[column]]: value for column, value in more.items()}}


WELL = (
    row("begin_group", "water", "水井", "Well"),
    row("select_one yn", "well", "院里有水井吗？", "Is there a well?", required="yes"),
    row(
        "integer", "depth", "井有几米深？", "How deep, in metres?", required="yes",
        relevant="${well} = 'yes'", constraint=". > 0 and . < 200", message="井深填 1 到 199 米",
    ),
    row("end_group"),
    row("select_multiple animals", "animals", "养了什么？", "Which animals?"),
    row("text", "said", "还说了什么？", "What else was said?"),
    row("calculate", "buckets", calculation="${depth} * 3"),
    row("note", "thanks", "谢谢，井深合 ${buckets} 桶绳", "Thanks"),
)  # fmt: skip
ANSWERS: dict[str, Any] = {"well": "yes", "depth": 12, "animals": ["dog", "hen"], "buckets": "36"}


def sheet(
    survey: Sequence[dict[str, str]] = WELL,
    choices: Sequence[Sequence[str]] = (*YES_NO, *ANIMALS),
    *,
    title: str = "水井和牲口",
    columns: Sequence[str] = SURVEY,
) -> bytes:
    """The workbook."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "survey"
    page.append(list(columns))
    for one in survey:
        page.append([one.get(column, "") for column in columns])
    listed = book.create_sheet("choices")
    listed.append(list(CHOICES))
    for choice in choices:
        listed.append(list(choice))
    settings = book.create_sheet("settings")
    settings.append(["form_title"])
    settings.append([title])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def send(client: FlaskClient, head: Person, data: bytes, area_id: str = COMMITTEE) -> Any:
    """The answer to an upload."""
    file = (io.BytesIO(data), "问题.xlsx")
    return head.call(
        client, "POST", "/visit-questions/", data={"area_id": area_id, "file": file},
        content_type="multipart/form-data",
    )  # fmt: skip


def asked(client: FlaskClient, head: Person, data: bytes | None = None, **more: Any) -> Any:
    """A version that was uploaded and confirmed."""
    sent = send(client, head, sheet() if data is None else data)
    assert sent.status_code == 200, sent.get_data(as_text=True)
    made = sent.get_json()
    assert made["id"], made["problems"]
    answer = head.call(
        client, "POST", f"/visit-questions/{made['id']}/confirm", json={"cost_seen": True, **more}
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()
