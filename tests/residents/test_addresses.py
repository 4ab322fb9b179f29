"""Names with numbers stand in the order in which people count."""

from __future__ import annotations

from server.residents.service import in_order


def test_grids_and_buildings_stand_as_one_counts_them() -> None:
    names = ["第十一网格", "第二网格", "", "第三网格", "第一网格", "第十网格", "第二网格"]
    assert in_order(names) == ["第一网格", "第二网格", "第三网格", "第十网格", "第十一网格"]
    assert in_order(["10号楼", "2号楼", "甲座"]) == ["2号楼", "10号楼", "甲座"]


def test_a_name_that_is_only_numerals_is_still_a_name() -> None:
    assert in_order(["十十", "二十", "零"]) == ["零", "十十", "二十"]
