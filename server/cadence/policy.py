"""The policy table: whom the rules speak of, how often, by which ways, and where the rule comes from.

The province's defaults stand here as data. An area may be stricter for itself than the level above
it - more often, or by fewer ways - and never laxer. The four restricted categories (sensitivity 3)
have no rule at all: those people are seen by the offices that answer for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from server.cadence.windows import INTERVALS, NEVER, rank

GENERAL, KEY, HIGH = LEVELS = ("general", "key", "high")
MODES = ("door", "phone", "video")
ELDER_SPECIAL, ELDER, ORDINARY = "elder_special", "elder", "ordinary"
OLD_AGE = 60
MINOR_BELOW = 18
SPECIAL_WORDS = frozenset(
    {"living_alone_elder", "empty_nest_elder", "left_behind_elder", "incapacitated_elder"}
)
"""Categories that say by themselves that somebody is an elder in special difficulty."""
SPECIAL_WHEN_OLD = SPECIAL_WORDS | {"severely_disabled", "bereaved_family"}
CHILDREN = frozenset({"left_behind_child", "child_in_difficulty", "orphan", "unattended_child"})
DIFFICULT = frozenset(
    {"dibao", "dibao_margin", "rigid_expense", "low_income", "returned_to_poverty", "floating"}
)
MONITORED = frozenset({"poverty_monitored"})
OTHERS = frozenset({"disabled", "severely_disabled", "bereaved_family", "left_behind_woman"})
RARE = frozenset({"relocated_household", "veteran"})
TARGETS: tuple[str, ...] = (
    ELDER_SPECIAL, "tekun", ELDER, *sorted(CHILDREN), *sorted(SPECIAL_WORDS), *sorted(OTHERS),
    *sorted(DIFFICULT), *sorted(MONITORED), *sorted(RARE), ORDINARY,
)  # fmt: skip

Pair = tuple[str, str]
"""A target and a level."""


@dataclass(frozen=True)
class Rule:
    """One line of the table; ``modes`` are the ways that count."""

    target: str
    level: str
    interval: str
    modes: tuple[str, ...]
    source_zh: str
    source_en: str

    @property
    def name(self) -> str:
        """What a due visit remembers of the rule it came from."""
        return f"{self.target}.{self.level}.{self.interval}"


_MONTHLY = (
    "民发〔2022〕73号：特殊困难老年人每月至少探访一次，上门、电话、视频都算",
    "Ministry notice 民发〔2022〕73号: once a month at least, at the door, by phone or video",
)
_LEVELLED = (
    "外省分级探访的意见：高风险每周、重点每月、一般每季度；本省没有另行规定",
    "Another region's opinion on visits by level: high weekly, key monthly, general quarterly",
)
_TEKUN = (
    "社会救助暂行办法第十五条：照料服务协议；次数没有全国规定，按每月查看，失能的每周",
    "Interim Measures on Social Assistance art. 15; no national number, monthly by default",
)
_CHILD = (
    "未成年人保护法第四十三条：儿童主任定期走访；次数没有全国规定，按每月，监护有风险的每周",
    "Law on the Protection of Minors art. 43; no national number, monthly by default",
)
_MONITORED = (
    "防止返贫监测：帮扶责任人每月走访",
    "Monitoring against poverty: a visit every month",
)
_DIFFICULT = (
    "一个乡镇的制度：困难户、流动人口、空巢户每月走访",
    "A township's system: difficult, floating and empty-nest homes every month",
)
_OPEN = ("没有上级规定，社区自己定", "No rule from above; the community decides")
_ORDINARY = (
    "一个乡镇的制度：普通住户一年走两遍。社区要走，就在这里定",
    "A township's system: ordinary homes twice a year. Set it here if you do so",
)


def _defaults() -> Iterable[Rule]:
    elders: dict[str, str] = {GENERAL: "1m", KEY: "1m", HIGH: "1w"}
    quarterly: dict[str, str] = {GENERAL: "3m", KEY: "1m", HIGH: "1w"}
    lines: list[tuple[Iterable[str], Mapping[str, str], tuple[str, ...], tuple[str, str]]] = [
        ((ELDER_SPECIAL, *sorted(SPECIAL_WORDS)), elders, MODES, _MONTHLY),
        ((ELDER,), quarterly, MODES, _LEVELLED),
        (("tekun",), elders, ("door",), _TEKUN),
        (sorted(CHILDREN), elders, ("door", "video"), _CHILD),
        (sorted(MONITORED), elders, MODES, _MONITORED),
        (sorted(DIFFICULT), elders, MODES, _DIFFICULT),
        (sorted(OTHERS), quarterly, MODES, _LEVELLED),
        (sorted(RARE), {GENERAL: "6m", KEY: "3m", HIGH: "1m"}, MODES, _OPEN),
        ((ORDINARY,), {GENERAL: NEVER}, MODES, _ORDINARY),
    ]
    for targets, by_level, modes, (zh, en) in lines:
        for target in targets:
            for level, interval in by_level.items():
                yield Rule(target, level, interval, modes, zh, en)


PROVINCE: dict[Pair, Rule] = {(rule.target, rule.level): rule for rule in _defaults()}
"""The province's table."""


def as_strict(one: Rule, other: Rule) -> bool:
    """Whether ``one`` asks for at least as much as ``other``."""
    return rank(one.interval) <= rank(other.interval) and set(one.modes) <= set(other.modes)


def stricter_of(above: Rule, own: Rule) -> Rule:
    """What holds where two levels speak: the shorter interval, and only the ways both let count."""
    interval = min(above.interval, own.interval, key=rank)
    modes = tuple(mode for mode in above.modes if mode in own.modes) or above.modes
    told = own if as_strict(own, above) else above
    return replace(told, interval=interval, modes=modes)


def in_force(tables: Iterable[Mapping[Pair, Rule]]) -> dict[Pair, Rule]:
    """The table of an area: the province's, made stricter by each level down to it."""
    table = dict(PROVINCE)
    for own in tables:
        for pair, rule in own.items():
            table[pair] = stricter_of(table[pair], rule)
    return table


def age_on(born: date | None, day: date) -> int | None:
    """Full years; None when the birthday is not known."""
    if born is None:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def is_special(categories: Iterable[str], age: int | None) -> bool:
    """Whether somebody is an elder in special difficulty (a derived set, domain.md 1.1)."""
    held = set(categories)
    if held & SPECIAL_WORDS:
        return True
    return age is not None and age >= OLD_AGE and bool(held & SPECIAL_WHEN_OLD)


def targets_of(categories: Iterable[str], age: int | None) -> tuple[str, ...]:
    """Which lines of the table speak of a person; a category without a line (restricted) gives none."""
    held = {category for category in categories if (category, GENERAL) in PROVINCE}
    if not held:
        return ()
    if is_special(held, age):
        held.add(ELDER_SPECIAL)
    elif age is not None and age >= OLD_AGE:
        held.add(ELDER)
    return tuple(target for target in TARGETS if target in held)


def rule_of(
    table: Mapping[Pair, Rule], categories: Iterable[str], age: int | None, level: str
) -> Rule | None:
    """The strictest line that speaks of a person at a level; None when none does."""
    found = [table[target, level] for target in targets_of(categories, age)]
    found = [rule for rule in found if rule.interval != NEVER]
    return min(found, key=lambda rule: (rank(rule.interval), len(rule.modes)), default=None)


def choices() -> tuple[str, ...]:
    """Intervals an area may set."""
    return INTERVALS
