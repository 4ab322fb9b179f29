"""Whatever stands in the cells, every row gets one verdict and nobody is stored twice."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from server.kit.workbook import csvtext
from server.kit.workbook.grids import Sheet, Workbook, pack_workbook, unpack_workbook
from server.kit.workbook.refusals import Refusal
from server.residents.roster_import import dates, phones
from server.residents.roster_import.codes import REJECTS, REPAIRS, SKIPS, WARNINGS
from server.residents.roster_import.judge import judge

AS_OF = date(2021, 11, 20)
HEADER = [
    "序号",
    "住址",
    "户编号",
    "姓名",
    "与户主关系",
    "性别",
    "出生日期",
    "身份证号",
    "电话",
    "类别",
    "备注",
]
words = st.sampled_from(
    [
        "葛谷初",
        "奚松帆",
        "张 梅",
        "葛谷初、奚松帆",
        "户主",
        "配偶",
        "男",
        "女",
        "1976.3.22",
        "149903197603221013",
        "149901197501111005",
        "15400000001",
        "１５４００００００02",
        "低保",
        "无",
        "合计",
        "1号楼1单元101",
        "001",
        "已故",
        "149903760322101",
        "空置",
        "",
    ]
)
cells = st.one_of(
    words,
    st.text(max_size=12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(10**19), 10**19),
    st.dates(),
    st.booleans(),
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(cells, max_size=13), min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 11), st.integers(0, 9)), max_size=4),
)
def test_every_row_gets_exactly_one_verdict_of_known_words(
    rows: list[list[object]], spans: list[tuple[int, int, int]]
) -> None:
    merges = [(top, left, top + height, left) for top, left, height in spans]
    book = Workbook("xlsx", [Sheet("表", [list(HEADER), *rows], merges=merges)])  # type: ignore[list-item]  # cells of every kind on purpose
    why = "no_rows"
    try:
        verdicts = judge(unpack_workbook(pack_workbook(book)), AS_OF).verdicts
    except Refusal as refusal:
        verdicts, rows, why = [], [], refusal.code
    assert why == "no_rows"
    assert [verdict.row for verdict in verdicts] == list(range(2, len(rows) + 2))
    numbers = [p.id_number for v in verdicts for p in v.people if p.id_number]
    assert len(numbers) == len(set(numbers))
    for verdict in verdicts:
        assert set(verdict.repairs) <= set(REPAIRS)
        assert set(verdict.warnings) <= set(WARNINGS)
        assert set(verdict.reasons) <= set(REJECTS if verdict.action == "reject" else SKIPS)
        assert bool(verdict.people) == (verdict.action in {"accept", "repair"})
        assert (verdict.action == "repair") == bool(verdict.repairs)
        assert {change.code for change in verdict.changes} == set(verdict.repairs)
        assert verdict.as_json()


@given(
    st.dates(date(1900, 1, 1), date(2021, 1, 1)),
    st.sampled_from(
        [
            "{y}.{m}.{d}",
            "{y}年{m}月{d}日",
            "{y}/{m:02d}/{d:02d}",
            "{y}{m:02d}{d:02d}",
            "{y}-{m:02d}-{d:02d}",
        ]
    ),
)
def test_a_date_in_any_form_is_the_same_date(day: date, form: str) -> None:
    assert dates.read(form.format(y=day.year, m=day.month, d=day.day), False, set()).value == day


@given(st.text(max_size=60))
def test_a_phone_cell_gives_valid_numbers_or_none(text: str) -> None:
    found = phones.read(text, set())
    assert all(phones.valid(number) for number in (found.first, found.second) if number)
    assert found.first or not found.second


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=2, max_size=200))
def test_text_of_either_encoding_is_read_back(text: str) -> None:
    assert csvtext.decode(text.encode("utf-8")).lstrip("\ufeff") == text.lstrip("\ufeff")
    try:
        text.encode("gb18030").decode("utf-8")
    except UnicodeDecodeError:
        assert csvtext.decode(text.encode("gb18030")) == text
