"""The invented place and the people who log in there. No such place, person or number exists."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "zhulian-zhiyuan-7"  # noqa: S105 - of invented people, printed at the start
"""One password for everybody here; real people always choose their own."""

DIVISIONS = (
    ("1499", "样例市", "14", 2, "city"),
    ("149901", "样例区", "1499", 3, "district"),
    ("149901001", "测试街道", "149901", 4, "street"),
    ("149901001001", "云栖里社区居委会", "149901001", 5, "resident_committee"),
    ("149901001002", "晴岚社区居委会", "149901001", 5, "resident_committee"),
)
STREET = "149901001"
COMMITTEE = "149901001001"
SIBLING = "149901001002"
COMMITTEE_PHONE = "0000-1540000"


@dataclass(frozen=True)
class DemoPerson:
    """Who logs in, as what."""

    name: str
    phone: str
    role: str
    word: str
    area_id: str = COMMITTEE


PEOPLE = (
    DemoPerson("康望晴", "15400000001", "committee_head", "居委会主任 · committee head"),
    DemoPerson("齐松砚", "15400000002", "committee", "居委会 · committee"),
    DemoPerson("水竹笺", "15400000003", "committee", "居委会 · committee"),
    DemoPerson("荀竹砚", "15400000011", "volunteer", "志愿者 · volunteer"),
    DemoPerson("谷听雨", "15400000012", "volunteer", "志愿者 · volunteer"),
    DemoPerson("易小满", "15400000013", "volunteer", "志愿者 · volunteer"),
    DemoPerson("麦晴川", "15400000014", "volunteer", "志愿者 · volunteer"),
    DemoPerson("桑朝露", "15400000015", "building_head", "楼栋长 · building head"),
    DemoPerson("池茉莉", "15400000016", "mediator", "调解员 · mediator"),
    DemoPerson("阮青竹", "15400000017", "child_director", "儿童主任 · children's director"),
    DemoPerson("闻墨林", "15400000021", "sysadmin", "系统管理员 · administrator", "1499"),
    DemoPerson("桂远山", "15400000022", "township_office", "测试街道 · street office", STREET),
    DemoPerson("路云杉", "15400000031", "committee", "晴岚社区 · next committee", SIBLING),
)


def named(name: str) -> DemoPerson:
    return next(person for person in PEOPLE if person.name == name)


@dataclass
class Seeded:
    """Who has which id, for the steps that follow."""

    ids: dict[str, str]

    def of(self, name: str) -> str:
        return self.ids[name]
