"""Screen 04c: an elder's check in at most nine taps, kept without a network, and never shown back to who recorded it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from server.kit import clock
from tests.e2e.browser import Watched, kill
from tests.e2e.pages.assigning import HomeVisits
from tests.e2e.pages.lock import go
from tests.e2e.pages.login import LogIn
from tests.e2e.pages.phone import ElderCheck, Records, Today
from tests.e2e.village import Home, Village, stored_visits

PhoneOf = Callable[..., Watched]
HEADS = ("健康", "精神", "安全", "卫生", "居住")
IDS = ("health", "mind", "safety", "hygiene", "living")
COUNT = "addEventListener('click', (e) => { if (e.isTrusted) window.taps = (window.taps ?? 0) + 1 }, true)"
TRACE = re.compile(
    b"eating.{0,8}medicine|"
    + b".{0,16}".join(w.encode("utf-16-le") for w in ("eating", "medicine")),
    re.DOTALL,
)
"""Two signs that stand side by side in a recorded check and nowhere in the app's own words."""


def make_elder(village: Village, home: Home) -> Home:
    """Somebody of eighty lives there; the committee's register says so."""
    assert village.desk is not None
    (one,) = village.desk.call("GET", f"/households/{home.id}")["residents"]
    born = f"{clock.today().year - 80}-01-01"
    village.desk.call("PATCH", f"/residents/{one['id']}", birth_date=born, version=one["version"])
    return home


@pytest.fixture
def elder(village: Village) -> Home:
    return make_elder(village, village.homes[0])


def opened(page: Page, village: Village, home: Home) -> ElderCheck:
    """The form from the home's card, with the taps on it counted from there."""
    page.add_init_script(COUNT)
    at = Today(page, village.origin).open().home(home.name)
    at.record()
    page.evaluate("window.taps = 0")
    return ElderCheck(page, village.origin).stands()


def taps(page: Page) -> int:
    counted: int = page.evaluate("window.taps")
    return counted


def state(village: Village) -> list[tuple[str | None, list[str]]]:
    (one,) = stored_visits(village)
    assert (one["form"], one["form_version"]) == ("F2", 1)
    said = [one["answers"][head] for head in IDS]
    return [(head and head["state"], head and head["signs"]) for head in said]


def test_all_is_well_in_three_taps(village: Village, elder: Home, phone_of: PhoneOf) -> None:
    page = phone_of(village.volunteer).page()
    form = opened(page, village, elder)
    form.nothing_is_answered(*HEADS)
    form.all_well().then("不用了").finish()
    assert taps(page) == 3
    Records(page, village.origin).open().received(1)
    assert state(village) == [("well", [])] * 5


def test_all_five_to_be_kept_an_eye_on_in_seven_taps(
    village: Village, elder: Home, phone_of: PhoneOf
) -> None:
    page = phone_of(village.volunteer).page()
    form = opened(page, village, elder)
    for head in HEADS:
        form.watch(head)
    form.then("请居委会来办").finish()
    assert taps(page) == 7
    Records(page, village.origin).open().received(1)
    assert state(village) == [("watch", [])] * 5


def test_three_that_also_say_which_are_nine_taps_offline_through_a_killed_page_to_the_committee(
    village: Village, elder: Home, phone_of: PhoneOf, open_browser: PhoneOf, tmp_path: Path
) -> None:
    phone = phone_of(village.volunteer)
    page = phone.page()
    Today(page, village.origin).open().shows(elder.name)
    page.evaluate("() => navigator.serviceWorker.ready")
    village.server.stop()
    phone.context.set_offline(True)
    form = opened(page, village, elder)
    form.all_well()
    form.watch("健康", "吃得少")
    form.watch("安全", "水暖").is_kept()
    counted, where = taps(page), page.url
    kill(page)
    phone.close()

    phone = open_browser("phone")
    phone.context.set_offline(True)
    page = phone.page()
    page.add_init_script(COUNT)
    go(page, where)
    form = ElderCheck(page, village.origin).stands()
    form.is_well("精神").is_watched("健康", "吃得少").is_watched("安全", "水暖")
    page.evaluate("window.taps = 0")
    form.watch("卫生", "家里").then("请居委会来办").finish()
    assert counted + taps(page) == 9

    village.server.start()
    phone.context.set_offline(False)
    Records(page, village.origin).open().received(1)
    desk = open_browser("desk", desk=True)
    LogIn(desk.page(), village.origin).open().enter(village.worker.phone, village.worker.password)
    seen = HomeVisits(desk.page(), village.origin).open(elder.id)
    seen.shows("要留意 3 样")
    seen.answer("健康状况", "要留意：吃得少").answer("精神状态", "好").answer(
        "安全情况", "要留意：水暖"
    )
    seen.answer("卫生状况", "要留意：家里").answer("居住环境", "好")
    paper = seen.on_paper()
    for words in ("老年人探访记录表", elder.name, "要留意：吃得少", "走访人签字", "（盖章处）"):
        assert words in paper


def traces(profile: Path) -> list[str]:
    """The files of a browser's profile in which a recorded sign lies in clear."""
    return [
        str(path.relative_to(profile))
        for path in profile.rglob("*")
        if path.is_file()
        and not path.name.startswith("Singleton")
        and TRACE.search(path.read_bytes())
    ]


def test_what_was_seen_is_not_shown_again_and_lies_nowhere_in_clear_and_a_correction_stands_beside_it(
    village: Village, elder: Home, phone_of: PhoneOf, open_browser: PhoneOf, tmp_path: Path
) -> None:
    phone = phone_of(village.volunteer)
    page = phone.page()
    form = opened(page, village, elder).all_well()
    form.watch("健康", "吃得少", "药没按时吃").says("早上去的").then("不用了")
    expect(page.get_by_text("只有居委会看得到，记好后不再显示。")).to_be_visible()
    assert traces(tmp_path / "phone") == []
    form.finish()
    records = Records(page, village.origin).open()
    records.received(1)
    for where in ("/today", f"/h/{elder.id}", "/records"):
        go(page, village.origin + where)
        expect(page.get_by_text("要留意")).to_have_count(0)
        expect(page.get_by_text("吃得少")).to_have_count(0)
    records.entry(elder.name).first.click()
    records.button("改一下再传").click()
    form = ElderCheck(page, village.origin).stands()
    form.nothing_is_answered(*HEADS)
    form.watch("安全", "燃气").says("又想起来一句").finish()
    assert traces(tmp_path / "phone") == []
    Records(page, village.origin).open().received(2)
    (told,) = [one for one in stored_visits(village) if one["version"] == 2]
    assert told["answers"]["opinion"] == "又想起来一句"
    assert told["answers"]["health"] == {"state": "watch", "signs": ["eating", "medicine"]}

    desk = open_browser("desk", desk=True)
    LogIn(desk.page(), village.origin).open().enter(village.worker.phone, village.worker.password)
    seen = HomeVisits(desk.page(), village.origin).open(elder.id)
    seen.shows("改过 1 次").answer("安全情况", "要留意：燃气")
    seen.answer("健康状况", "要留意：吃得少、药没按时吃").answer("住户说的", "又想起来一句")
    seen.earlier(1, "安全情况", "好").earlier(1, "住户说的", "早上去的")
    expect(seen.page.locator("button.visit")).to_have_count(1)


def test_a_sign_stored_without_a_box_would_be_found(
    village: Village, phone_of: PhoneOf, tmp_path: Path
) -> None:
    """The search above can fail."""
    phone = phone_of(village.volunteer)
    page = phone.page()
    page.goto(village.origin + "/login")
    page.evaluate(
        """() => new Promise((done) => { const open = indexedDB.open('clear', 1)
        open.onupgradeneeded = () => open.result.createObjectStore('visit')
        open.onsuccess = () => { const t = open.result.transaction('visit', 'readwrite', { durability: 'strict' })
          t.objectStore('visit').put({ health: { state: 'watch', signs: ['eating', 'medicine'] } }, 1); t.oncomplete = () => done() } })"""
    )
    phone.close()
    assert traces(tmp_path / "phone")


def test_where_nobody_old_lives_the_usual_form_opens(
    village: Village, elder: Home, phone_of: PhoneOf
) -> None:
    page = phone_of(village.volunteer).page()
    Today(page, village.origin).open().home(village.homes[2].name).record().worries("都没问题")
    expect(page.get_by_text("今天看着")).to_have_count(0)
