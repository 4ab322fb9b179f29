"""The committee prints its doors; what a camera reads from the paper opens the committee's page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import zxingcpp
from playwright.sync_api import Download

from tests.e2e.browser import Watched
from tests.e2e.live import PLAIN, LiveServer
from tests.e2e.pages.desk import DoorCodes
from tests.e2e.village import Village, make_village

Open = Callable[..., Watched]


def read(sheet: Download, folder: Path) -> list[str]:
    """What a camera reads from the printed sheets, page by page."""
    file = folder / sheet.suggested_filename
    sheet.save_as(file)
    document = pypdfium2.PdfDocument(file)
    return [
        code.text
        for page in document
        for code in zxingcpp.read_barcodes(page.render(scale=150 / 72).to_pil())
    ]


def with_homes(server: LiveServer) -> Village:
    village = make_village(server)
    assert village.desk is not None
    village.homes = [
        village.desk.home("蒲霜笺", "3号楼2单元501", "15400000021"),
        village.desk.home("葛谷初", "3号楼2单元502", "15400000023"),
        village.desk.home("荀竹砚", "1号楼1单元102", "15400000024"),
    ]
    return village


def test_printed_doors_open_a_reprint_replaces_and_a_stolen_code_is_dead(
    server: LiveServer, phone_of: Open, tmp_path: Path
) -> None:
    village = with_homes(server)
    desk = phone_of(village.worker, "desk", desk=True)
    codes = DoorCodes(desk.page(), village.origin).open()
    first = codes.print_missing(3)
    assert "蒲" not in first.suggested_filename and "501" not in first.suggested_filename
    doors = read(first, tmp_path)
    assert len(doors) == 3 and all(door.startswith(village.origin + "/q/") for door in doors)
    assert all("提交诉求" in PLAIN.get(door).text for door in doors)

    again = read(codes.reprint_unit("3号楼2单元", 2), tmp_path)
    assert len(again) == 2 and not set(again) & set(doors)
    assert all("提交诉求" in PLAIN.get(door).text for door in [*doors, *again]), (
        "old codes still open"
    )

    codes.doors_of("3号楼2单元").taken("501")
    alive = ["提交诉求" in PLAIN.get(door).text for door in [*doors, *again]]
    assert sorted(alive) == [False, False, True, True, True]
