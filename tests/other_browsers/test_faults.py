"""F1, F9, F36 and F43 in an engine that is not Chromium's: no network, a portal, the phone killed, its database lost."""

from __future__ import annotations

import os
import random
import sys

from tests.e2e.proxy import Network, fair, page
from tests.e2e.village import Village, stored_visits
from tests.other_browsers.phone import Phone

AT_ONCE = 2_000
"""Milliseconds within which the app stands without a network (F1)."""
KILLS = int(os.environ.get("LINLI_KILLS", "20"))
EARLIEST, LATEST = -120, 80
"""Milliseconds around the tap within which the phone is killed."""
LOG_IN = "<!doctype html><title>Wi-Fi</title><h1>请先登录</h1>"
LOST = """const uses = new WeakMap()
let lost = 0
const transaction = IDBDatabase.prototype.transaction
IDBDatabase.prototype.transaction = function (...what) {
  uses.set(this, (uses.get(this) ?? 0) + 1)
  if (uses.get(this) === 3) {
    if (++lost % 2) this.close()
    else throw new DOMException('Connection to Indexed Database server lost.', 'UnknownError')
  }
  return transaction.apply(this, what)
}
window.timesLost = () => lost"""
"""Every connection at its third use: in turn the engine's own refusal of a connection that is closed, and what an iPhone says. WebKit's process of
databases itself cannot be killed here: WebDriver takes it for the end of the page and answers no more."""


def tell(figure: str) -> None:
    """What was measured, for whoever runs the command."""
    sys.stdout.write(f"\n  {figure}\n")


def away(village: Village, phone: Phone) -> None:
    village.server.stop()
    phone.offline(True)


def back(village: Village, phone: Phone) -> None:
    village.server.start()
    phone.offline(False)


def said(village: Village) -> list[str]:
    """What the committee holds, every answer of it."""
    kept = stored_visits(village)
    for one in kept:
        assert one["answers"]["hazards"], one
        assert one["next_action"] == "refer", one
    return [str(one["answers"]["opinion"]) for one in kept]


def test_without_a_network_the_app_opens_at_once_and_what_is_recorded_then_is_sent_once(
    village: Village, phone: Phone
) -> None:
    away(village, phone)
    phone.die()
    phone.offline(True)
    opened = phone.open("/today")
    tell(f"stood after {opened:.0f} ms without a network")
    phone.lists(village.homes[0])
    phone.begin(village.homes[0])
    phone.answer("暖气又不太热了")
    phone.finish()
    phone.says("1 条待上传")
    phone.records()
    phone.waits(1)
    back(village, phone)
    phone.waits(0)
    phone.received(1)
    assert said(village) == ["暖气又不太热了"]
    assert opened < AT_ONCE


def test_a_network_that_goes_in_the_middle_of_a_form_costs_no_answer(
    village: Village, phone: Phone
) -> None:
    phone.begin(village.homes[0])
    phone.answer("楼道灯")
    away(village, phone)
    phone.answer("楼道灯不亮")
    phone.finish()
    phone.records()
    phone.waits(1)
    back(village, phone)
    phone.waits(0)
    phone.received(1)
    assert said(village) == ["楼道灯不亮"]


def test_a_log_in_page_of_the_wifi_is_told_and_nothing_counts_as_sent(
    network: Network, village: Village, phone: Phone
) -> None:
    network.weather = lambda _asked, _ask: page(200, LOG_IN)
    phone.begin(village.homes[0])
    phone.answer("暖气又不太热了")
    phone.finish()
    phone.records()
    phone.try_now()
    phone.open("/today")
    phone.says("这个网络要先登录")
    phone.open("/records")
    phone.waits(1)
    network.weather = fair
    phone.try_now()
    phone.waits(0)
    phone.received(1)
    assert said(village) == ["暖气又不太热了"]


def test_killed_at_any_moment_of_saving_a_visit_is_there_whole_or_the_form_is(
    village: Village, phone: Phone
) -> None:
    home, chance = village.homes[0], random.Random(36)
    away(village, phone)
    kept: list[str] = []
    for number in range(KILLS):
        words = f"第{number}次来"
        phone.begin(home)
        phone.answer(words)
        phone.begin(home)
        phone.tap_finish_and_wait(chance.randrange(EARLIEST, LATEST))
        phone.die()
        phone.offline(True)
        phone.open("/records")
        now = phone.waiting()
        if now == len(kept):
            phone.begin(home)
            assert phone.answers() == (True, words)
        else:
            kept.append(words)
        assert now == len(kept)
    tell(f"killed {KILLS} times while saving: {len(kept)} complete, {KILLS - len(kept)} restored")
    back(village, phone)
    phone.open("/records")
    phone.waits(0)
    assert sorted(said(village)) == sorted(kept)


def test_a_database_that_is_lost_again_and_again_under_a_form_costs_no_answer(
    village: Village, phone: Phone
) -> None:
    phone.begin(village.homes[0])
    phone.run(LOST)
    phone.answer("灶台漏气")
    assert phone.answers() == (True, "灶台漏气")
    phone.finish()
    phone.records()
    phone.waits(0)
    phone.received(1)
    lost = int(phone.run("return window.timesLost()"))
    tell(f"lost its database {lost} times")
    assert lost > 2
    assert said(village) == ["灶台漏气"]
