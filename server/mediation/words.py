"""The official lists of people's mediation: what the statistics for 司法所 are counted by (domain.md 1.4)."""

from __future__ import annotations

from collections.abc import Mapping

DISPUTE_TYPES: Mapping[str, str] = {
    "marriage_family": "婚姻家庭",
    "neighbour": "邻里",
    "housing_land": "房屋宅基地",
    "contract": "合同",
    "business": "生产经营",
    "damages": "损害赔偿",
    "forest_land": "山林土地",
    "expropriation": "征地拆迁",
    "pollution": "环境污染",
    "labour": "劳动争议",
    "consumer": "消费",
    "medical": "医疗",
    "traffic": "道路交通事故",
    "property": "物业",
    "other": "其他",
}
LEVELS: Mapping[str, str] = {"general": "一般", "major": "较大", "critical": "重大"}
SOURCES: Mapping[str, str] = {
    "by_party": "当事人申请",
    "by_committee": "主动调解",
    "transferred": "委托移送",
}
TRANSFERRED_FROM: Mapping[str, str] = {
    "court": "法院",
    "police": "公安",
    "petition_office": "信访",
    "other": "其他",
}
ORIGINS = ("application", "concern", "patrol_finding", "transfer")
"""Where a case came from in this product; ``origin_id`` names the concern or the finding."""
SIDES: Mapping[str, str] = {"applicant": "申请人", "respondent": "被申请人", "third": "第三人"}
RIGHTS_WAYS = ("spoken", "written")
RECORD_KINDS: Mapping[str, str] = {
    "investigation": "调查记录",
    "session": "调解记录",
    "private_talk": "单独谈话",
}
SESSION_RESULTS: Mapping[str, str] = {
    "reached": "达成",
    "not_reached": "未达成",
    "again": "约定再调",
}
FORMS: Mapping[str, str] = {"written": "书面协议", "oral": "口头协议"}
PART_STATES: Mapping[str, str] = {
    "due": "待履行",
    "done": "履行",
    "partly": "部分履行",
    "not": "未履行",
}
FOLLOW_UP_PERFORMED: Mapping[str, str] = {"all": "全部", "partly": "部分", "not": "未"}
SATISFACTIONS: Mapping[str, str] = {
    "satisfied": "满意",
    "fairly": "基本满意",
    "unsatisfied": "不满意",
    "not_asked": "没有问",
}
WAYS_LEFT: Mapping[str, str] = {"arbitration": "仲裁", "administrative": "行政", "court": "诉讼"}
"""The ways that remain when nothing was agreed [人民调解法 26]."""
KEEPS: Mapping[str, str] = {"short": "短期 5 年", "long": "长期 10 年", "permanent": "永久"}
