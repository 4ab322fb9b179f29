"""The printed sheet: what a camera reads from it, what stands on it, and what does not."""

import re
from datetime import datetime

import pypdfium2
import pytest
import zxingcpp

from server.kit.clock import SHANGHAI
from server.residents.door_codes import codes, stickers

PRINTED_AT = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
COMMITTEE = stickers.Committee("云栖里社区居民委员会", "15400000123")
POINTS_TO_MM = 25.4 / 72


def sticker(group: str = "3号楼2单元", door: str = "501", generation: int = 1) -> stickers.Sticker:
    address = f"https://linli.example.cn/q/{codes.new_token()}"
    return stickers.Sticker(address, codes.new_short_code(), generation, group, door)


def printed(
    doors: list[stickers.Sticker], committee: stickers.Committee = COMMITTEE
) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(stickers.sheets(committee, doors, PRINTED_AT))


def words(document: pypdfium2.PdfDocument, page: int = 0) -> str:
    return str(document[page].get_textpage().get_text_bounded())


def codes_seen(
    document: pypdfium2.PdfDocument, page: int, dots_per_inch: int
) -> list[zxingcpp.Barcode]:
    picture = document[page].render(scale=dots_per_inch / 72).to_pil()
    return list(zxingcpp.read_barcodes(picture))


@pytest.mark.parametrize("dots_per_inch", [100, 300])
def test_every_code_of_a_sheet_is_read_from_its_picture(dots_per_inch: int):
    doors = [sticker(door=f"{floor}0{side}") for floor in range(1, 5) for side in (1, 2)]
    seen = codes_seen(printed(doors), 0, dots_per_inch)
    assert sorted(code.text for code in seen) == sorted(door.address for door in doors)


def test_a_code_is_at_least_42_millimetres_wide_at_error_level_q():
    (code,) = codes_seen(printed([sticker()]), 0, 300)
    wide = (code.position.top_right.x - code.position.top_left.x) / 300 * 25.4
    assert wide >= 41.9
    assert code.ec_level == "Q"


def test_four_modules_around_a_code_stay_white():
    document = printed([sticker()])
    picture = document[0].render(scale=300 / 72).to_pil().convert("L")
    (code,) = codes_seen(document, 0, 300)
    module = stickers.CODE_MM / len(stickers.code_matrix(code.text)) / 25.4 * 300
    edge, quiet = 5, int(4 * module) - 5
    left, top = code.position.top_left.x, code.position.top_left.y
    right, bottom = code.position.bottom_right.x, code.position.bottom_right.y
    sides = {
        "left": (left - quiet, top - quiet, left - edge, bottom + quiet),
        "right": (right + edge, top - quiet, right + quiet, bottom + quiet),
        "above": (left - quiet, top - quiet, right + quiet, top - edge),
        "below": (left - quiet, bottom + edge, right + quiet, bottom + quiet),
    }
    for side, box in sides.items():
        assert picture.crop(box).getextrema() == (255, 255), side


def test_the_code_is_drawn_not_pasted_as_a_picture():
    kinds = {item.type for item in printed([sticker()])[0].get_objects()}
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE not in kinds


def test_the_sheet_carries_the_committee_its_phone_and_the_short_code():
    door = sticker()
    text = words(printed([door]))
    assert "云栖里社区" in text and "居民委员会" in text and "15400000123" in text
    assert door.short_code in re.sub(r"\s", "", text)


def test_chinese_text_is_embedded_in_the_file():
    assert b"/FontFile2" in stickers.sheets(COMMITTEE, [sticker()], PRINTED_AT)


def test_two_stickers_differ_only_in_their_codes():
    doors = [sticker(door="101"), sticker(door="102")]
    text = words(printed(doors))
    for door in doors:
        text = text.replace(" ".join((door.short_code[:4], door.short_code[4:])), "CODE")
    on_stickers = [line for line in text.splitlines() if "撕下后留在底纸" not in line]
    assert not any("101" in line or "102" in line for line in on_stickers)


def test_each_unit_begins_a_new_sheet_in_the_order_given():
    doors = [sticker("1号楼1单元", f"{n}01") for n in range(1, 10)] + [sticker("1号楼2单元", "101")]
    document = printed(doors)
    assert len(document) == 3
    assert ["1号楼2单元" in words(document, page) for page in range(3)] == [
        False,
        False,
        True,
    ]
    assert "第 3 张，共 3 张" in words(document, 2)


def test_a_reprinted_door_among_others_shows_its_own_generation():
    text = words(printed([sticker(door="101"), sticker(door="102", generation=2)]))
    assert "101 · 第 1 版" in text and "102 · 第 2 版" in text


@pytest.mark.parametrize(
    "name",
    [
        "云栖里社区居民委员会",
        "黄寨镇上城晋驿新村经济技术开发区第二社区居民委员会",
        "东沟",
        "㛃家墕村村民委员会",
        "居委会",
    ],
)
def test_a_name_of_any_length_stays_inside_its_sticker(name: str):
    document = printed([sticker(), sticker()], stickers.Committee(name, ""))
    page = document[0]
    textpage = page.get_textpage()
    sticker_right, foot, head = (8 + 95) / POINTS_TO_MM, 20 / POINTS_TO_MM, 280 / POINTS_TO_MM
    for number in range(textpage.count_rects()):
        left, bottom, right, top = textpage.get_rect(number)
        if left < sticker_right and bottom > foot and top < head:
            assert right <= sticker_right, textpage.get_text_bounded(left, bottom, right, top)
    assert len(codes_seen(document, 0, 150)) == 2


def test_320_households_come_as_one_file_a_printer_can_take():
    doors = [
        sticker(f"{unit // 2 + 1}号楼{unit % 2 + 1}单元", str(door))
        for unit in range(16)
        for door in range(20)
    ]
    pdf = stickers.sheets(COMMITTEE, doors, PRINTED_AT)
    assert len(pdf) < 2_000_000
