"""Behind six digits: what the lock keeps from others, and that it never costs an entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.browser import Watched
from tests.e2e.pages.lock import OTHER_PIN, PIN, ChangeDigits, Chip, Lock
from tests.e2e.pages.login import LogIn
from tests.e2e.pages.phone import Household, Me, Records, Screen, Today
from tests.e2e.village import Human, Village, stored_visits

PhoneOf = Callable[..., Watched]
NOTE = "灶台旁边的窗纸破了一角"
FIVE_MINUTES = 5 * 60_000
DAY = 24 * 3600_000


def record(today: Today, name: str, *, says: str = "") -> Today:
    form = today.home(name).record().worries("都没问题").then("不用了")
    return (form.says(says).saved() if says else form).finish()


def without_network(village: Village, page: Page) -> None:
    page.evaluate("() => navigator.serviceWorker.ready")
    village.server.stop()


def nameless_door(page: Page, village: Village) -> Household:
    """A home of one's own while the list is locked: that it is one is all the screen says."""
    expect(page.get_by_role("heading", name="您名单里的一户")).to_be_visible()
    return Household(page, village.origin)


def wrong(lock: Lock, times: int) -> None:
    for _ in range(times):
        lock.press("000001")
        expect(lock.screen.locator("[aria-busy]")).to_have_count(0)


def test_the_digits_are_chosen_twice_alike_and_not_the_easiest(
    village: Village, phone_of: PhoneOf
) -> None:
    page = phone_of(village.volunteer).page()
    page.goto(village.origin + "/today")
    lock = Lock(page).wants_a_choice()
    lock.press("123456").says("太好猜")
    lock.press(PIN).says("再按一遍").press(OTHER_PIN).says("两遍不一样")
    lock.choose().is_gone()
    Today(page, village.origin).shows(village.homes[0].name)
    page.reload()
    lock.asks(village.volunteer.name).press(OTHER_PIN).says("不对。还能试 9 次")
    lock.press(PIN).is_gone()
    Today(page, village.origin).shows(village.homes[0].name)


HELD = """const open = IDBFactory.prototype.open
const gone = new Promise((done) => { window.letGo = done })
IDBFactory.prototype.open = function (...asked) {
  const kept = { get result() { return kept.real.result }, get error() { return kept.real.error } }
  gone.then(() => {
    kept.real = open.apply(this, asked)
    for (const on of ['onsuccess', 'onerror', 'onupgradeneeded']) kept.real[on] = (event) => kept[on]?.(event)
  })
  return kept
}"""
"""A phone whose store takes its time, until `letGo()`."""


def test_the_lock_takes_digits_before_the_store_has_answered(
    village: Village, phone_of: PhoneOf
) -> None:
    page = phone_of(village.volunteer).page()
    Today(page, village.origin).open().shows(village.homes[0].name)
    page.add_init_script(HELD)
    page.reload()
    lock = Lock(page).says("请输入 6 位密码").press(PIN).says("正在开")
    page.evaluate("letGo()")
    lock.is_gone()
    Today(page, village.origin).shows(village.homes[0].name)


def test_left_alone_for_five_minutes_it_locks_and_the_open_form_comes_back(
    village: Village, phone_of: PhoneOf
) -> None:
    page = phone_of(village.volunteer).page()
    today = Today(page, village.origin).open()
    page.clock.install()
    page.clock.resume()
    form = today.home(village.homes[0].name).record().worries("燃气")
    page.get_by_label("住户说了什么？").fill(NOTE)
    page.clock.fast_forward(FIVE_MINUTES - 30_000)
    expect(form.button("燃气")).to_be_visible()
    page.clock.fast_forward(31_000)
    lock = Lock(page).stands()
    expect(page.get_by_text(village.homes[0].name)).to_have_count(0)
    assert NOTE not in page.content()
    lock.press(PIN).is_gone()
    expect(page.get_by_label("住户说了什么？")).to_have_value(NOTE)
    expect(form.button("燃气")).to_have_attribute("aria-pressed", "true")


def test_locked_in_one_tab_it_is_locked_in_the_other(village: Village, phone_of: PhoneOf) -> None:
    phone = phone_of(village.volunteer)
    first = phone.page()
    Today(first, village.origin).open()
    second = phone.context.new_page()
    Today(second, village.origin).open().shows(village.homes[0].name)
    Me(second, village.origin).tab("我")
    Me(second, village.origin).lock_now()
    Lock(second).stands()
    Lock(first).stands()


def test_locked_it_still_hands_in_what_waits(village: Village, phone_of: PhoneOf) -> None:
    page = phone_of(village.volunteer).page()
    today = Today(page, village.origin).open()
    today.shows(village.homes[0].name)
    without_network(village, page)
    record(today, village.homes[0].name)
    page.reload()
    lock = Lock(page).says("您有 1 条待上传")
    village.server.start()
    with page.expect_response(lambda answer: "/sync/push" in answer.url and answer.ok):
        page.reload()
    lock.asks(village.volunteer.name)
    expect(lock.screen.get_by_text("您有 1 条待上传")).to_have_count(0)
    assert [one["household_id"] for one in stored_visits(village)] == [village.homes[0].id]
    Records(page, village.origin).open().received(1)


def test_what_waits_can_be_carried_from_a_locked_phone(
    village: Village, phone_of: PhoneOf, tmp_path: Path
) -> None:
    page = phone_of(village.volunteer).page()
    today = Today(page, village.origin).open()
    today.shows(village.homes[0].name)
    without_network(village, page)
    record(today, village.homes[0].name, says=NOTE)
    page.reload()
    lock = Lock(page).says("您有 1 条待上传")
    lock.screen.get_by_role("link", name="请人捎去").click()
    expect(page.get_by_text(f"{village.volunteer.name}有 1 条待上传")).to_be_visible()
    file = Records(page, village.origin).hand_over(tmp_path)
    assert NOTE not in file.read_text()
    page.get_by_role("link", name="再打开试试").click()
    lock.stands()


def test_ten_wrong_tries_drop_the_keys_and_what_was_recorded_still_arrives(
    village: Village, phone_of: PhoneOf
) -> None:
    phone = phone_of(village.volunteer)
    page = phone.page()
    today = Today(page, village.origin).open()
    today.shows(village.homes[0].name)
    without_network(village, page)
    record(today, village.homes[0].name, says=NOTE)
    page.clock.install()
    page.reload()
    page.clock.resume()
    lock = Lock(page).asks(village.volunteer.name)
    wrong(lock, 4)
    lock.says("还能试 6 次")
    for pause in (30, 60, 300, 900, 900):
        wrong(lock, 1)
        lock.says("请等")
        page.clock.fast_forward(pause * 1000 + 1000)
    wrong(lock, 1)
    lock.says("密码不对满 10 次").says("您记的 1 条没丢")
    village.server.start()
    lock.go_to_log_in()
    LogIn(page, village.origin).enter(village.volunteer.phone, village.volunteer.password)
    Today(page, village.origin).open().shows(village.homes[1].name)
    Records(page, village.origin).open().waiting(0)
    assert [(one["household_id"], one["answers"]["opinion"]) for one in stored_visits(village)] == [
        (village.homes[0].id, NOTE)
    ]


def test_forgotten_digits_are_chosen_anew_after_a_log_in_and_nothing_recorded_is_lost(
    village: Village, phone_of: PhoneOf
) -> None:
    page = phone_of(village.volunteer).page()
    today = Today(page, village.origin).open()
    today.shows(village.homes[0].name)
    without_network(village, page)
    record(today, village.homes[0].name)
    page.reload()
    lock = Lock(page).forgot().says("您记的 1 条都封好了")
    village.server.start()
    lock.go_to_log_in()
    login = LogIn(page, village.origin)
    login.enter(village.volunteer.phone, village.volunteer.password, pin=OTHER_PIN)
    Today(page, village.origin).shows(village.homes[1].name)
    page.reload()
    lock.press(PIN).says("不对")
    lock.press(OTHER_PIN).is_gone()
    Records(page, village.origin).tab("本机记录")
    Records(page, village.origin).waiting(0)
    assert len(stored_visits(village)) == 1


def test_other_digits_are_chosen_without_a_network_and_what_waits_stays(
    village: Village, phone_of: PhoneOf, tmp_path: Path
) -> None:
    page = phone_of(village.volunteer).page()
    today = Today(page, village.origin).open()
    today.shows(village.homes[0].name)
    without_network(village, page)
    record(today, village.homes[0].name)
    Me(page, village.origin).tab("我")
    page.get_by_text("换 6 位密码").click()
    digits = ChangeDigits(page).says("先按现在的 6 位密码")
    digits.press("000001").says("不对。还能试 9 次").press(PIN).says("再定一个新的")
    digits.press("123456").says("太好猜").press(PIN).says("和现在的一样")
    page.screenshot(path=tmp_path / "change.png")
    digits.press(OTHER_PIN).says("新的再按一遍").press(OTHER_PIN)
    expect(page.get_by_text("6 位密码换好了")).to_be_visible()
    page.goto(village.origin + "/today")
    Lock(page).press(PIN).says("不对").press(OTHER_PIN).is_gone()
    Records(page, village.origin).tab("本机记录")
    Records(page, village.origin).waiting(1)


def test_two_people_share_a_phone_and_neither_opens_the_others(
    village: Village, phone_of: PhoneOf
) -> None:
    """F58: A, then B, then A again without a network; nobody's log-in speaks for the other. The phone's own lock,
    which opens for both, is offered to neither."""
    phone = phone_of(village.volunteer)
    page = phone.page()
    Chip(page)
    Today(page, village.origin).open().shows(village.homes[0].name)
    page.reload()
    Lock(page).somebody_else()
    LogIn(page, village.origin).enter(
        village.colleague.phone, village.colleague.password, OTHER_PIN
    )
    expect(page.get_by_text("今天没有安排")).to_be_visible()
    Me(page, village.origin).tab("我")
    expect(page.get_by_text("换 6 位密码")).to_be_visible()
    expect(page.get_by_text("用手机的锁打开")).to_have_count(0)
    Me(page, village.origin).tab("今日")
    without_network(village, page)
    page.reload()
    lock = Lock(page).asks(village.colleague.name)
    lock.switch_to(village.volunteer.name).press(OTHER_PIN).says("不对")
    lock.press(PIN).is_gone()
    today = Today(page, village.origin)
    record(today, village.homes[0].name)
    expect(today.sync_line()).to_contain_text("1 条待上传")
    page.reload()
    lock.switch_to(village.colleague.name)
    lock.says(f"{village.volunteer.name}有 1 条待上传，等本人来传").press(OTHER_PIN).is_gone()
    village.server.start()
    Records(page, village.origin).open(OTHER_PIN).waiting(0)
    assert stored_visits(village) == []
    page.reload()
    lock.switch_to(village.volunteer.name).press(PIN).is_gone()
    expect(page.get_by_text("登录过了时间")).to_be_visible()
    LogIn(page, village.origin).open().enter(village.volunteer.phone, village.volunteer.password)
    Records(page, village.origin).open().waiting(0)
    assert [one["household_id"] for one in stored_visits(village)] == [village.homes[0].id]


def test_after_three_days_without_the_server_the_list_is_locked_and_a_door_still_records(
    village: Village, phone_of: PhoneOf
) -> None:
    """P12; and F42: where the browser promised to keep nothing, a day without contact is said."""
    home = village.homes[2]
    page = phone_of(village.volunteer).page()
    page.add_init_script(
        "if (self.StorageManager) StorageManager.prototype.persist = async () => false"
    )
    Today(page, village.origin).open().shows(home.name)
    without_network(village, page)
    page.clock.install()
    page.reload()
    page.clock.resume()
    page.clock.fast_forward(3 * DAY + 60_000)
    Lock(page).press(PIN).is_gone()
    today = Today(page, village.origin)
    expect(page.get_by_text("名单锁了，联网就开，还能记。")).to_be_visible()
    expect(page.get_by_text("一天没联系居委会了")).to_be_visible()
    today.no_longer_shows(home.name)
    today.scan().short_code(home.short_code)
    door = nameless_door(page, village)
    assert home.name not in page.content()
    today = door.record().worries("都没问题").then("不用了").finish()
    expect(today.sync_line()).to_contain_text("1 条待上传")
    village.server.start()
    Records(page, village.origin).open().waiting(0)
    assert [(one["household_id"], one["evidence"]) for one in stored_visits(village)] == [
        (home.id, "short_code")
    ]
    Today(page, village.origin).open().shows(village.homes[0].name)


def test_a_clock_turned_back_reads_nothing_until_the_server_has_spoken(
    village: Village, phone_of: PhoneOf
) -> None:
    """F51: the lease is not lengthened; the visit is saved all the same."""
    home = village.homes[0]
    page = phone_of(village.volunteer).page()
    Today(page, village.origin).open().shows(home.name)
    without_network(village, page)
    page.clock.install(time="2023-11-25T10:00:00+08:00")
    page.reload()
    page.clock.resume()
    Lock(page).press(PIN).is_gone()
    today = Today(page, village.origin)
    expect(page.get_by_text("名单锁了，联网就开，还能记。")).to_be_visible()
    today.scan().short_code(home.short_code)
    nameless_door(page, village).record().worries("都没问题").then("不用了").finish()
    village.server.start()
    Records(page, village.origin).open().waiting(0)
    assert len(stored_visits(village)) == 1


def canaries(village: Village, who: Human) -> Iterator[tuple[str, bytes]]:
    """What must lie nowhere on the phone in clear, as a browser might write it."""
    words = [NOTE, who.name]
    for home in village.homes:
        words += [home.name, home.address]
    for word in words:
        yield word, word.encode()
        yield word, word.encode("utf-16-le")
        yield word, word.encode("unicode_escape")


def found(profile: Path, village: Village, who: Human) -> list[str]:
    """Which canaries lie in which file of the browser's profile."""
    wanted = list(canaries(village, who))
    hits = []
    for path in profile.rglob("*"):
        if not path.is_file() or path.name.startswith("Singleton"):
            continue
        content = path.read_bytes()
        hits += [f"{word} in {path.relative_to(profile)}" for word, raw in wanted if raw in content]
    return hits


def test_the_profile_on_disk_names_nobody_locked_unlocked_or_logged_out(
    village: Village, phone_of: PhoneOf, tmp_path: Path
) -> None:
    """S37, S38: every byte the browser writes is searched for names, addresses and notes."""
    phone = phone_of(village.volunteer, whole=True)
    page = phone.page()
    today = Today(page, village.origin).open()
    today.shows(village.homes[0].name)
    without_network(village, page)
    today.home(village.homes[1].name).record().worries("取暖").says(NOTE).saved()
    page.goto(village.origin + "/today")
    Lock(page).stands()
    assert found(tmp_path / "phone", village, village.volunteer) == []
    Lock(page).press(PIN).is_gone()
    record(today, village.homes[0].name, says=NOTE)
    assert found(tmp_path / "phone", village, village.volunteer) == []
    me = Me(page, village.origin)
    me.tab("我")
    me.log_out()
    phone.close()
    assert found(tmp_path / "phone", village, village.volunteer) == []


def test_what_is_searched_for_would_be_found_in_clear(
    village: Village, phone_of: PhoneOf, tmp_path: Path
) -> None:
    """The search above can fail: one name stored without a box is seen."""
    phone = phone_of(village.volunteer, whole=True)
    page = phone.page()
    Screen(page, village.origin).page.goto(village.origin + "/login")
    page.evaluate(
        """(name) => new Promise((done) => { const open = indexedDB.open('clear', 1)
          open.onupgradeneeded = () => open.result.createObjectStore('s')
          open.onsuccess = () => { const tx = open.result.transaction('s', 'readwrite', { durability: 'strict' })
            tx.objectStore('s').put(name, 'k'); tx.oncomplete = () => done(null) } })""",
        village.homes[0].name,
    )
    phone.close()
    assert found(tmp_path / "phone", village, village.volunteer)
