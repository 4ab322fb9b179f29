"""Rosters of real committees differ in order, words, header rows, sheets and what they leave out."""

from __future__ import annotations

from datetime import date
from typing import Any

import openpyxl
import pytest

from server.kit.workbook.limited import read_file
from server.kit.workbook.refusals import Refusal
from server.residents.roster_import.judge import judge
from server.residents.roster_import.verdicts import Outcome, Verdict
from tests.residents import workbooks

AS_OF = date(2021, 11, 20)
HEAD_ID = "149903197603221013"
WIFE_ID = "149901197501111005"
SON_ID = "149904200101251010"


def read(data: bytes) -> Outcome:
    return judge(read_file(data), AS_OF)


def stored(outcome: Outcome) -> list[tuple[str, str | None, int | None]]:
    return [(p.name, p.id_number, v.household) for v in outcome.verdicts for p in v.people]


def verdict(outcome: Outcome, row: int) -> Verdict:
    return next(found for found in outcome.verdicts if found.row == row)


def roster(*rows: list[Any], header: list[str] | None = None) -> Outcome:
    return read(
        workbooks.xlsx(
            {
                "花名册": [
                    header
                    or [
                        "姓名",
                        "身份证号",
                        "住址",
                        "与户主关系",
                        "性别",
                        "出生日期",
                        "联系电话",
                        "备注",
                    ],
                    *rows,
                ]
            }
        )
    )


def one(**cells: Any) -> Verdict:
    """The verdict on one resident of an otherwise plain row."""
    row = {
        "姓名": "葛谷初",
        "身份证号": HEAD_ID,
        "住址": "1号楼1单元101",
        "与户主关系": "户主",
        "联系电话": "15400000001",
    } | cells
    return read(workbooks.xlsx({"表": [list(row), list(row.values())]})).verdicts[0]


def test_columns_may_stand_in_any_order_under_other_words() -> None:
    found = read(
        workbooks.xlsx(
            {
                "Sheet1": [
                    ["某社区"],
                    [],
                    [
                        "手机号码",
                        "证件号码",
                        "家庭成员姓名",
                        "家庭住址\n（详细）",
                        "与户主的关系",
                        "学历",
                    ],
                    [15400000001, HEAD_ID, "葛谷初", "1号楼1单元101", "本人", "小学"],
                    ["15400000002", WIFE_ID, "奚松帆", "1号楼1单元101", "妻子", ""],
                ]
            }
        )
    )
    assert stored(found) == [("葛谷初", HEAD_ID, 0), ("奚松帆", WIFE_ID, 0)]
    assert [person.relation for v in found.verdicts for person in v.people] == ["head", "spouse"]
    assert found.sheets[0].header_row == 3


def test_a_header_over_two_merged_rows_is_read_as_one() -> None:
    rows = [
        ["序号", "姓名", "住址", "", "", "身份证号"],
        ["", "", "楼栋", "单元", "室", ""],
        [1, "葛谷初", "3", "2", "501", HEAD_ID],
    ]
    found = read(
        workbooks.xlsx({"表": rows}, [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 4), (0, 5, 1, 5)])
    )
    assert found.households[0].address == "3号楼2单元501"
    assert stored(found) == [("葛谷初", HEAD_ID, 0)]


def test_a_village_roster_without_buildings_groups_by_its_heads() -> None:
    found = read(
        workbooks.xlsx(
            {
                "一组": [
                    ["村民小组", "姓名", "与户主关系", "性别", "出生年月日", "身份证号码"],
                    ["一组", "葛谷初", "户主", "男", "1976.3.22", HEAD_ID],
                    ["一组", "奚松帆", "妻", "女", "1975.1.11", WIFE_ID],
                    ["一组", "陶柏影", "户主", "男", "1970.7.17", "14990419700717101X"],
                ]
            }
        )
    )
    assert stored(found) == [
        ("葛谷初", HEAD_ID, 0),
        ("奚松帆", WIFE_ID, 0),
        ("陶柏影", "14990419700717101X", 1),
    ]
    assert found.households[0].village_group == "一组"


def test_families_that_share_a_village_address_are_told_apart_by_their_heads() -> None:
    found = roster(
        ["葛谷初", HEAD_ID, "东庄村", "户主"],
        ["奚松帆", WIFE_ID, "东庄村", "配偶"],
        ["陶柏影", "14990419700717101X", "东庄村", "户主"],
    )
    assert [place for _, _, place in stored(found)] == [0, 0, 1]


def test_blank_cells_under_a_head_take_the_household_above() -> None:
    found = roster(["葛谷初", HEAD_ID, "1号楼1单元101", "户主"], ["奚松帆", WIFE_ID, "", "配偶"])
    assert [place for _, _, place in stored(found)] == [0, 0]
    assert "household_from_above" in verdict(found, 3).repairs


def test_a_lone_person_without_address_or_number_is_refused() -> None:
    found = roster(
        ["葛谷初", HEAD_ID, "1号楼1单元101", "户主"], [], ["奚松帆", WIFE_ID, "", "配偶"]
    )
    assert verdict(found, 4).reasons == ["household_missing"]


def test_rows_of_several_sheets_carry_their_sheet_and_meet_each_other() -> None:
    header = ["姓名", "身份证号", "住址"]
    found = read(
        workbooks.xlsx(
            {
                "一号楼": [header, ["葛谷初", HEAD_ID, "1号楼101"]],
                "统计": [["合计", 3]],
                "二号楼": [
                    header,
                    ["奚松帆", WIFE_ID, "2号楼101"],
                    ["葛谷初", HEAD_ID, "2号楼102"],
                ],
            }
        )
    )
    assert found.ignored_sheets == ["统计"]
    assert verdict(found, 3).as_json(with_sheet=True) == {
        "row": 3,
        "sheet": "二号楼",
        "action": "reject",
        "reasons": ["duplicate_other_household"],
        "duplicate_of_row": 2,
        "duplicate_of_sheet": "一号楼",
    }


def test_the_same_household_number_on_two_sheets_with_two_addresses_is_two_households() -> None:
    header = ["户号", "姓名", "身份证号", "住址"]
    found = read(
        workbooks.xlsx(
            {
                "甲": [header, ["001", "葛谷初", HEAD_ID, "1号楼101"]],
                "乙": [header, ["001", "奚松帆", WIFE_ID, "2号楼101"]],
            }
        )
    )
    assert len(found.households) == 2


def test_a_hidden_column_is_read_and_named() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["姓名", "身份证号", "住址"])
    sheet.append(["葛谷初", HEAD_ID, "1号楼101"])
    sheet.column_dimensions["B"].hidden = True
    found = read(workbooks.saved(book))
    assert stored(found) == [("葛谷初", HEAD_ID, 0)]
    assert ("hidden_columns", ["身份证号"]) in found.notices


def test_a_hidden_column_of_an_xls_is_read_and_named() -> None:
    rows = [["姓名", "身份证号", "住址"], ["葛谷初", HEAD_ID, "1号楼101"]]
    found = read(workbooks.xls({"表": rows}, hidden_columns=(1,)))
    assert ("hidden_columns", ["身份证号"]) in found.notices


def test_a_hidden_sheet_is_left_alone_and_named() -> None:
    book = openpyxl.Workbook()
    book.active.append(["姓名", "身份证号", "住址"])
    book.active.append(["葛谷初", HEAD_ID, "1号楼101"])
    other = book.create_sheet("旧底册")
    other.append(["姓名", "身份证号", "住址"])
    other.append(["奚松帆", WIFE_ID, "1号楼102"])
    other.sheet_state = "hidden"
    found = read(workbooks.saved(book))
    assert len(stored(found)) == 1
    assert ("hidden_sheets", ["旧底册"]) in found.notices


def test_a_formula_gives_its_stored_value_with_a_warning() -> None:
    data = workbooks.xlsx(
        {
            "表": [
                ["姓名", "身份证号", "住址", "电话"],
                ["葛谷初", HEAD_ID, "1号楼101", "15400000001"],
            ]
        }
    )
    sheet = workbooks.member(data, "xl/worksheets/sheet1.xml")
    at = sheet.index(b'r="D2"')
    start, end = sheet.rindex(b"<c", 0, at), sheet.index(b"</c>", at) + 4
    changed = sheet[:start] + b'<c r="D2"><f>15400000000+9</f><v>15400000005</v></c>' + sheet[end:]
    found = read(workbooks.rezip(data, {"xl/worksheets/sheet1.xml": changed}))
    assert found.verdicts[0].people[0].phone == "15400000005"
    assert "formula_value" in found.verdicts[0].warnings


def test_a_formula_of_an_xls_gives_its_stored_value_with_a_warning() -> None:
    rows = [["姓名", "身份证号", "住址", "电话"], ["葛谷初", HEAD_ID, "1号楼101", 0]]
    found = read(workbooks.xls({"表": rows}, formulas={(1, 3): 15400000005.0}))
    assert found.verdicts[0].people[0].phone == "15400000005"
    assert "formula_value" in found.verdicts[0].warnings


def test_a_link_to_another_workbook_is_ignored_and_named() -> None:
    data = workbooks.xlsx({"表": [["姓名", "身份证号", "住址"], ["葛谷初", HEAD_ID, "1号楼101"]]})
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    rels = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" '
        b'Target="file:///D:/tables/%E5%8E%BB%E5%B9%B4.xlsx" TargetMode="External"/></Relationships>'
    )
    found = read(
        workbooks.rezip(
            data,
            {
                "xl/externalLinks/externalLink1.xml": link,
                "xl/externalLinks/_rels/externalLink1.xml.rels": rels,
            },
        )
    )
    assert ("external_links", ["去年.xlsx"]) in found.notices
    assert len(stored(found)) == 1


@pytest.mark.parametrize("epoch1904", [False, True])
def test_dates_count_from_the_epoch_the_workbook_names(epoch1904: bool) -> None:
    book = openpyxl.Workbook()
    if epoch1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append(["姓名", "住址", "出生日期"])
    book.active.append(["葛谷初", "1号楼101", date(1976, 3, 22)])
    book.active.append(["奚松帆", "1号楼101", 27840 - 1462 if epoch1904 else 27840])
    found = read(workbooks.saved(book))
    assert [p.birth_date for v in found.verdicts for p in v.people] == [
        date(1976, 3, 22),
        date(1976, 3, 21),
    ]
    assert [v.repairs for v in found.verdicts] == [[], ["date_format"]]


def test_a_vacant_home_is_no_refusal() -> None:
    found = roster(
        ["葛谷初", HEAD_ID, "1号楼101", "户主"], ["", "", "1号楼102", "", "", "", "", "空置"]
    )
    assert verdict(found, 3).reasons == ["vacant_home"]
    assert found.households[1].vacant


def test_a_repeated_header_of_a_printed_page_is_skipped() -> None:
    header = ["姓名", "身份证号", "住址"]
    found = roster(["葛谷初", HEAD_ID, "1号楼101"], header, header=header)
    assert verdict(found, 3).reasons == ["header_again"]


@pytest.mark.parametrize(
    ("written", "phone", "second", "repairs"),
    [
        ("15400000001", "15400000001", None, []),
        (15400000001, "15400000001", None, []),
        ("154 0000 0001", "15400000001", None, ["phone_format"]),
        ("+86 154-0000-0001", "15400000001", None, ["phone_format"]),
        ("15400000001(儿子)", "15400000001", None, ["phone_format"]),
        ("儿子15400000001", "15400000001", None, ["phone_format"]),
        ("１５４０００００００１", "15400000001", None, ["fullwidth"]),
        ("0351-0000000", "03510000000", None, ["phone_format"]),
        ("15400000001 15400000002", "15400000001", "15400000002", ["phone_split"]),
        ("15400000001；15400000002", "15400000001", "15400000002", ["phone_split"]),
        ("1540000", None, None, ["phone_dropped"]),
        ("没有电话", None, None, ["phone_dropped"]),
    ],
)
def test_phones_are_read_as_written_by_people(
    written: Any, phone: str | None, second: str | None, repairs: list[str]
) -> None:
    found = one(联系电话=written)
    person = found.people[0]
    assert (person.phone, person.phone_alt) == (phone, second)
    wanted = set(repairs) | ({"phone_format"} if repairs == ["fullwidth"] else set())
    assert set(found.repairs) - {"birth_from_id", "sex_from_id"} <= wanted
    assert set(repairs) <= set(found.repairs)


@pytest.mark.parametrize(
    ("remark", "status"),
    [
        ("2021年8月去世", "deceased"),
        ("已故", "deceased"),
        ("因病去世", "deceased"),
        ("父亲去世，靠亲戚照看", None),
        ("父母去世", None),
        ("已迁出", "moved_out"),
        ("全家搬走", "moved_out"),
        ("未迁出", None),
        ("儿子迁出", None),
        ("租住", None),
    ],
)
def test_a_remark_speaks_of_this_person_only_when_it_does(remark: str, status: str | None) -> None:
    assert one(备注=remark).people[0].status == status


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("1956.3.7", "1956-03-07"),
        ("1956/3/7", "1956-03-07"),
        ("1956年3月7日", "1956-03-07"),
        ("19560307", "1956-03-07"),
        (19560307, "1956-03-07"),
        ("1956-3-7", "1956-03-07"),
        ("1956-03-07 00:00:00", "1956-03-07"),
        ("56.3.7", "1956-03-07"),
        ("１９５６．３．７", "1956-03-07"),
        ("1956。3。7", "1956-03-07"),
        (20521, "1956-03-07"),
        ("1956-13-07", None),
        ("大约五六年", None),
    ],
)
def test_birth_dates_without_an_id_number(written: Any, read_as: str | None) -> None:
    person = one(身份证号="", 出生日期=written).people[0]
    assert (person.birth_date.isoformat() if person.birth_date else None) == read_as


def test_a_two_digit_year_that_fits_both_centuries_is_not_guessed() -> None:
    found = one(身份证号="", 出生日期="18.3.7")
    assert found.people[0].birth_date is None
    assert "birth_dropped" in found.repairs


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (1.49903197603221e17, "id_precision_lost"),
        ("1.49903E+17", "id_precision_lost"),
        ("149903197603221014", "id_checksum"),
        ("14990319760322101", "id_length"),
        ("149903197602301013", "id_bad_date"),
    ],
)
def test_id_numbers_that_cannot_be_right_are_refused(written: Any, reason: str) -> None:
    assert one(身份证号=written).reasons == [reason]


def test_a_passport_number_is_kept_as_another_document() -> None:
    found = one(身份证号="EA1234567")
    assert found.people[0].other_document == "EA1234567"
    assert "id_other_document" in found.warnings


def test_a_foreign_permanent_resident_number_passes_the_same_check() -> None:
    body = "93315619840207001"
    from server.residents.id_numbers import check_character

    assert one(身份证号=body + check_character(body)).people[0].id_number == body + check_character(
        body
    )


def test_a_file_without_names_is_refused_with_a_sentence() -> None:
    with pytest.raises(Refusal) as caught:
        read(workbooks.xlsx({"表": [["商品", "价格"], ["伞", 3]]}))
    assert caught.value.code == "no_header"
    assert "姓名" in caught.value.sentence


def test_a_header_with_nothing_below_is_refused_with_a_sentence() -> None:
    with pytest.raises(Refusal) as caught:
        read(workbooks.xlsx({"表": [["姓名", "身份证号", "住址"]]}))
    assert caught.value.code == "no_rows"
