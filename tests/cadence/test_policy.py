"""The policy table: the province's lines, stricter below and never laxer, nothing for restricted people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.cadence import policy
from server.cadence.levels import suggest
from server.cadence.policy import HIGH, KEY, LEVELS, MODES, PROVINCE, Rule
from server.cadence.windows import INTERVALS, rank
from server.residents.care_categories import CATEGORIES, RESTRICTED

OPEN_CATEGORIES = sorted(c.id for c in CATEGORIES if c.id not in RESTRICTED)
RULES = st.builds(
    lambda pair, every, modes: Rule(*pair, every, tuple(m for m in MODES if m in modes), "a", "a"),
    st.sampled_from(sorted(PROVINCE)),
    st.sampled_from(INTERVALS),
    st.sets(st.sampled_from(MODES), min_size=1),
)


def test_every_category_but_the_restricted_has_a_line_at_every_level() -> None:
    for category in OPEN_CATEGORIES:
        assert {level for target, level in PROVINCE if target == category} == set(LEVELS)


@pytest.mark.parametrize("category", sorted(RESTRICTED))
def test_restricted_people_have_no_cadence_whatever_else_is_known(category: str) -> None:
    assert not [pair for pair in PROVINCE if pair[0] == category]
    assert policy.targets_of([category], 85) == ()
    assert policy.rule_of(PROVINCE, [category], 85, HIGH) is None


@given(st.lists(RULES, max_size=4))
def test_no_level_below_ever_loosens_what_stands_above(rules: list[Rule]) -> None:
    tables = [{(rule.target, rule.level): rule} for rule in rules]
    for depth in range(len(tables) + 1):
        above, below = policy.in_force(tables[:depth]), policy.in_force(tables)
        for pair, rule in below.items():
            assert rank(rule.interval) <= rank(above[pair].interval)
            assert set(rule.modes) <= set(above[pair].modes)
            assert rule.modes


@given(st.sets(st.sampled_from(OPEN_CATEGORIES), min_size=1), st.integers(0, 100))
def test_more_categories_and_a_higher_level_never_mean_fewer_visits(
    held: set[str], age: int
) -> None:
    ranks = []
    for level in LEVELS:
        rule = policy.rule_of(PROVINCE, held, age, level)
        assert rule is not None
        ranks.append(rank(rule.interval))
        for one in held:
            alone = policy.rule_of(PROVINCE, [one], age, level)
            assert alone is not None
            assert rank(rule.interval) <= rank(alone.interval)
    assert ranks == sorted(ranks, reverse=True)


def test_an_elder_in_special_difficulty_is_seen_every_month() -> None:
    rule = policy.rule_of(PROVINCE, ["severely_disabled"], 66, "general")
    assert rule is not None
    assert (rule.target, rule.interval) == ("elder_special", "1m")
    younger = policy.rule_of(PROVINCE, ["severely_disabled"], 40, "general")
    assert younger is not None
    assert younger.interval == "3m"


def test_a_birthday_makes_somebody_older_on_the_day() -> None:
    assert policy.age_on(date(1966, 11, 24), date(2026, 11, 23)) == 59
    assert policy.age_on(date(1966, 11, 23), date(2026, 11, 23)) == 60


def test_fewer_ways_are_stricter_and_other_ways_are_not() -> None:
    above = PROVINCE["tekun", "general"]
    assert not policy.as_strict(replace(above, modes=("phone",)), above)
    assert policy.as_strict(replace(above, interval="1w"), above)


@pytest.mark.parametrize(
    ("held", "age", "level", "reason"),
    [
        ({"living_alone_elder"}, 80, HIGH, "very_old_alone"),
        ({"living_alone_elder"}, 79, "general", None),
        ({"incapacitated_elder"}, 70, KEY, "incapacitated"),
        ({"tekun"}, 50, KEY, "supported_at_home"),
        ({"tekun", "incapacitated_elder"}, 70, HIGH, "supported_and_incapacitated"),
        ({"orphan"}, 9, KEY, "child"),
        ({"veteran"}, 60, "general", None),
    ],
)
def test_a_level_is_suggested_with_its_reason(
    held: set[str], age: int, level: str, reason: str | None
) -> None:
    found = suggest(held, age)
    assert found.level == level
    assert (found.reasons[0] if found.reasons else None) == reason
