"""A phone without a network hands its visits over as a sealed file; the committee has them, counted once."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.accessibility import findings, sideways
from tests.e2e.browser import Watched
from tests.e2e.pages.carried import TakeIn
from tests.e2e.pages.home_visits import HomeVisits
from tests.e2e.pages.lock import unlock
from tests.e2e.pages.login import LogIn
from tests.e2e.pages.phone import Records, Today
from tests.e2e.village import Village, stored_visits

PhoneOf = Callable[..., Watched]


def two_visits_without_network(village: Village, phone: Watched) -> Records:
    """Two homes visited in the stairwell; the records screen."""
    page = phone.page()
    today = Today(page, village.origin).open()
    today.shows(village.homes[1].name)
    page.evaluate("() => navigator.serviceWorker.ready")
    phone.context.set_offline(True)
    for home in village.homes[:2]:
        Today(page, village.origin).open().home(home.name).record().worries("都没问题").then(
            "不用了"
        ).finish()
    records = Records(page, village.origin).open()
    records.waiting(2)
    return records


def test_a_file_brought_to_the_desk_shows_the_visits_and_the_phone_later_learns_it_once(
    village: Village, phone_of: PhoneOf, open_browser: PhoneOf, tmp_path: Path
) -> None:
    phone = phone_of(village.volunteer)
    records = two_visits_without_network(village, phone)
    file = records.hand_over(tmp_path)
    records.waiting(2)
    expect(records.entry(village.homes[0].name)).to_contain_text("请人捎了 今天")
    text = file.read_text()
    assert file.name.startswith("linli-")
    assert not any(home.name in text or home.id in text for home in village.homes)

    desk = open_browser("desk", desk=True)
    LogIn(desk.page(), village.origin).open().enter(village.worker.phone, village.worker.password)
    broken = tmp_path / "broken.txt"
    sealed = json.loads(text)["sealed"]
    broken.write_text(text.replace(sealed, sealed[:-8]))
    foreign = tmp_path / "notes.txt"
    foreign.write_text("买菜：白菜两棵")
    page = TakeIn(desk.page(), village.origin).open().put(file, broken, foreign)
    page.says(file, "收下 2 条").says(broken, "没有收").says(foreign, "没有收")
    assert findings(desk.page()) == []
    assert sideways(desk.page()) == []
    page.put(file).says(file, "早就有的 2 条")
    seen = HomeVisits(desk.page(), village.origin).open(village.homes[0].id)
    seen.shows(village.volunteer.name)

    phone.context.set_offline(False)
    records.try_now()
    records.waiting(0)
    records.received(2)
    stored = stored_visits(village)
    assert sorted(one["household_id"] for one in stored) == sorted(h.id for h in village.homes[:2])


def test_a_neighbours_phone_carries_the_file_without_seeing_into_it(
    village: Village, phone_of: PhoneOf, tmp_path: Path
) -> None:
    first = phone_of(village.volunteer, "first")
    file = two_visits_without_network(village, first).hand_over(tmp_path)
    second = phone_of(village.colleague, "second")
    page = second.page()
    records = Records(page, village.origin).open()
    records.waiting(0)
    page.evaluate("() => navigator.serviceWorker.ready")
    second.context.set_offline(True)
    page.reload()
    unlock(page)
    records.carry(file)
    records.carries(1, 2)
    expect(page.get_by_text(village.volunteer.name)).to_have_count(0)
    assert findings(page) == []
    second.context.set_offline(False)
    records.carries_nothing()
    assert len(stored_visits(village)) == 2

    first.context.set_offline(False)
    own = Records(first.page(), village.origin).open()
    own.waiting(0)
    own.received(2)
    assert len(stored_visits(village)) == 2


def test_a_file_shared_from_another_app_is_kept_for_carrying(
    village: Village, phone_of: PhoneOf, tmp_path: Path
) -> None:
    file = two_visits_without_network(village, phone_of(village.volunteer, "first")).hand_over(
        tmp_path
    )
    second = phone_of(village.colleague, "second")
    page = second.page()
    Records(page, village.origin).open().waiting(0)
    page.evaluate("() => navigator.serviceWorker.ready")
    page.reload()
    second.context.set_offline(True)
    shared = base64.b64encode(file.read_bytes()).decode()
    landed = page.evaluate(
        """async ({shared, name}) => {
          const bytes = Uint8Array.from(atob(shared), c => c.charCodeAt(0))
          const form = new FormData()
          form.append('file', new File([bytes], name, {type: 'text/plain'}))
          const sent = {method: 'POST', body: form, redirect: 'manual'}
          return (await fetch('/records/carried', sent)).type
        }""",
        {"shared": shared, "name": file.name},
    )
    assert landed == "opaqueredirect"
    Records(page, village.origin).open().carries(1, 2)


def test_a_phone_whose_list_will_not_open_still_hands_over_what_waits(
    village: Village, phone_of: PhoneOf, tmp_path: Path
) -> None:
    phone = phone_of(village.volunteer)
    two_visits_without_network(village, phone)
    page = phone.page()
    page.goto(village.origin + "/handover")
    expect(page.get_by_text(f"{village.volunteer.name}有 2 条待上传")).to_be_visible()
    file = Records(page, village.origin).hand_over(tmp_path)
    assert json.loads(file.read_text())["count"] == 2
    assert findings(page) == []


def test_a_phone_with_nothing_to_send_offers_no_hand_over(
    village: Village, phone_of: PhoneOf
) -> None:
    page = phone_of(village.volunteer).page()
    Records(page, village.origin).open().waiting(0)
    page.goto(village.origin + "/handover")
    expect(page.get_by_text("这台手机上没有要传的。")).to_be_visible()
    expect(page.get_by_role("button", name="请人捎去")).to_have_count(0)
    assert findings(page) == []


BROKEN = r"""async () => {
  const {name, version} = (await indexedDB.databases()).find((one) => /^linli-.+-\d+$/.test(one.name))
  await new Promise((resolve, reject) => {
    const asked = indexedDB.open(name, version + 1)
    asked.onupgradeneeded = () => asked.result.deleteObjectStore('states')
    asked.onsuccess = () => { asked.result.close(); resolve() }
    asked.onerror = () => reject(asked.error)
  })
}"""


def test_a_phone_that_cannot_even_count_does_not_say_that_nothing_waits(
    village: Village, phone_of: PhoneOf
) -> None:
    phone = phone_of(village.volunteer)
    two_visits_without_network(village, phone)
    page = phone.page()
    page.goto(village.origin + "/handover")
    expect(page.get_by_text(f"{village.volunteer.name}有 2 条待上传")).to_be_visible()
    page.evaluate(BROKEN)
    page.goto(village.origin + "/handover")
    expect(page.get_by_text("这会儿数不出有几条")).to_be_visible()
    expect(page.get_by_role("button", name="请人捎去")).to_be_visible()
    assert findings(page) == []
