"""A new release reaches phones and desks: never under a form, never half, never with somebody else's page in it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, expect

from tests.e2e.browser import Watched, until
from tests.e2e.builds import next_build, without_hashes
from tests.e2e.live import ROOT
from tests.e2e.pages.lock import go, unlock
from tests.e2e.pages.phone import Me, Records, Today
from tests.e2e.pages.questions import wait_for_engine
from tests.e2e.village import Village

DIST = ROOT / "pwa" / "dist"
LOG_IN_PAGE = "<!doctype html><title>Wi-Fi</title><h1>请先登录</h1>"
PhoneOf = Callable[..., Watched]
SOON = 10_000
"""Milliseconds within which a worker that is at nothing makes room."""


class Releases:
    """What the server serves: a link that every release points anew."""

    def __init__(self, village: Village, folder: Path) -> None:
        self.village, self.folder = village, folder
        self.link = folder / "current"
        self.link.symlink_to(DIST)
        village.server.settings["PWA_DIST"] = str(self.link)
        self.again()

    def again(self, **settings: str) -> None:
        self.village.server.settings.update(settings)
        self.village.server.stop()
        self.village.server.start()

    def next(self, version: str) -> Path:
        return next_build(DIST, self.folder / version, version)

    def publish(self, build: Path) -> None:
        fresh = self.folder / "fresh"
        fresh.symlink_to(build)
        fresh.replace(self.link)


@pytest.fixture
def releases(village: Village, tmp_path: Path) -> Releases:
    folder = tmp_path / "releases"
    folder.mkdir()
    return Releases(village, folder)


def controlled(page: Page) -> None:
    page.evaluate("() => navigator.serviceWorker.ready")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")


def look_for_a_new_version(page: Page) -> None:
    """What the browser does by itself when the app comes to the front; resolves when the worker was read."""
    page.evaluate(
        "async () => { await (await navigator.serviceWorker.ready).update().catch(() => 0) }"
    )


def installed(page: Page) -> None:
    until(page, "async () => (await navigator.serviceWorker.getRegistration()).waiting !== null")


def taken_over(page: Page) -> None:
    """The new version is in charge, as after a start in another tab; this page is still the old one's.

    Chromium gives the worker before five minutes to end what it is at; here it is ended, as a phone that
    needs the memory does.
    """
    page.evaluate(
        """async () => {
            navigator.serviceWorker.addEventListener('controllerchange', () => { window.takenOver = true }, { once: true })
            const { waiting } = await navigator.serviceWorker.getRegistration()
            waiting.postMessage({ type: 'linli.skip_waiting' })
        }"""
    )
    try:
        page.wait_for_function("() => window.takenOver", timeout=SOON)
    except Error:
        line = page.context.new_cdp_session(page)
        line.send("ServiceWorker.enable")
        line.send("ServiceWorker.stopAllWorkers")
        page.wait_for_function("() => window.takenOver")


def taken_over_by_another(page: Page) -> None:
    """The new version takes charge without this page having asked for it."""
    page.evaluate(
        """async () => {
            const { waiting } = await navigator.serviceWorker.getRegistration()
            waiting.postMessage({ type: 'linli.skip_waiting' })
        }"""
    )


def settled(page: Page) -> None:
    """No version is on its way any more."""
    until(page, "async () => (await navigator.serviceWorker.getRegistration()).installing === null")


def start(page: Page, address: str) -> None:
    """A start. Each version on its way may open the page anew in the middle of it; three are on their way at most."""
    for _ in range(2):
        with suppress(Error):
            return go(page, address)
    return go(page, address)


def shows_version(page: Page, origin: str, version: str) -> None:
    start(page, origin + "/me")
    expect(page.get_by_text(f"邻里守望 {version}")).to_be_visible()


def test_a_form_is_not_disturbed_by_a_new_version_and_the_next_start_has_it(
    village: Village, phone_of: PhoneOf, releases: Releases
) -> None:
    phone = phone_of(village.volunteer, new=True)
    page = phone.page()
    form = Today(page, village.origin).open().home(village.homes[0].name).record()
    controlled(page)
    form.worries("取暖").says("暖气片又凉了").saved()
    releases.publish(releases.next("0.2.0"))
    look_for_a_new_version(page)
    installed(page)
    expect(page.get_by_text("有新版本")).to_have_count(0)
    expect(page.get_by_label("住户说了什么？")).to_have_value("暖气片又凉了")
    form.then("不用了").finish()
    shows_version(page, village.origin, "0.2.0")
    records = Records(page, village.origin).open()
    records.received(1)


def test_the_newest_of_three_versions_is_there_within_two_starts_also_without_a_network(
    village: Village, phone_of: PhoneOf, releases: Releases
) -> None:
    phone = phone_of(village.volunteer, new=True)
    page = phone.page()
    Today(page, village.origin).open().shows(village.homes[0].name)
    controlled(page)
    for version in ("0.2.0", "0.3.0"):
        releases.publish(releases.next(version))
        start(page, village.origin + "/today")
        look_for_a_new_version(page)
        settled(page)
    start(page, village.origin + "/today")
    shows_version(page, village.origin, "0.3.0")
    controlled(page)
    village.server.stop()
    phone.context.set_offline(True)
    shows_version(page, village.origin, "0.3.0")
    Today(page, village.origin).open().shows(village.homes[0].name)


def test_a_start_that_fell_into_the_change_of_versions_begins_again_as_the_new_one(
    village: Village, phone_of: PhoneOf, releases: Releases
) -> None:
    phone = phone_of(village.volunteer, new=True)
    page = phone.page()
    Me(page, village.origin).open()
    controlled(page)
    releases.publish(releases.next("0.2.0"))
    look_for_a_new_version(page)
    installed(page)
    with page.expect_navigation():
        taken_over_by_another(page)
    unlock(page)
    expect(page.get_by_text("邻里守望 0.2.0")).to_be_visible()


def test_a_page_of_the_version_before_still_finds_its_parts_when_the_new_one_has_taken_over(
    village: Village, phone_of: PhoneOf, releases: Releases
) -> None:
    phone = phone_of(village.volunteer, new=True)
    page = phone.page()
    Today(page, village.origin).open().shows(village.homes[0].name)
    controlled(page)
    releases.publish(releases.next("0.2.0"))
    look_for_a_new_version(page)
    installed(page)
    Records(page, village.origin).tab("本机记录")  # from here on the start is over
    taken_over(page)
    village.server.stop()
    phone.context.set_offline(True)
    Me(page, village.origin).tab("我")
    expect(page.get_by_text("邻里守望 0.1.0")).to_be_visible()
    page.get_by_role("link", name="帮助").click()
    expect(page.get_by_label("想问什么？")).to_be_visible()


def _engines(page: Page) -> list[str]:
    kept = "async () => (await (await caches.open('linli-questions')).keys()).map((one) => one.url)"
    return [str(url).rsplit("/", 1)[1] for url in page.evaluate(kept)]


def test_a_phone_that_keeps_what_questions_need_has_the_new_one_with_the_new_version(
    village: Village, phone_of: PhoneOf, releases: Releases
) -> None:
    phone = phone_of(village.volunteer, new=True)
    page = phone.page()
    Today(page, village.origin).open().shows(village.homes[0].name)
    controlled(page)
    page.evaluate(
        "async () => (await navigator.serviceWorker.ready).active.postMessage({ type: 'linli.keep_questions' })"
    )
    wait_for_engine(page)
    (old,) = _engines(page)
    build = releases.next("0.2.0")
    releases.publish(build)
    Today(page, village.origin).open()
    look_for_a_new_version(page)
    installed(page)
    assert len(_engines(page)) == 2
    page.close()  # the app is put away; the next start is the new version's
    page = phone.context.new_page()
    shows_version(page, village.origin, "0.2.0")
    controlled(page)
    until(page, "async () => (await (await caches.open('linli-questions')).keys()).length === 1")
    (new,) = _engines(page)
    assert new != old
    assert (build / "assets" / new).is_file()


def _with_a_log_in_page(build: Path, name: str) -> Path:
    for file in build.glob(name):
        file.write_text(LOG_IN_PAGE)
    return build


@pytest.mark.parametrize("name", ["sw.js", "assets/visits-*.js", "index.html"])
def test_a_log_in_page_in_place_of_a_file_leaves_the_version_that_works(
    village: Village, phone_of: PhoneOf, releases: Releases, name: str
) -> None:
    phone = phone_of(village.volunteer, new=True)
    page = phone.page()
    Today(page, village.origin).open().shows(village.homes[0].name)
    controlled(page)
    releases.publish(_with_a_log_in_page(releases.next("0.2.0"), name))
    look_for_a_new_version(page)
    settled(page)
    phone.forgiven = ("integrity", "sw.js", "MIME type", "bad-precaching-response")
    village.server.stop()
    phone.context.set_offline(True)
    shows_version(page, village.origin, "0.1.0")
    Today(page, village.origin).open().shows(village.homes[0].name)


def test_without_the_hashes_the_log_in_page_would_be_kept(
    village: Village, phone_of: PhoneOf, releases: Releases
) -> None:
    phone = phone_of(village.volunteer, new=True)
    page = phone.page()
    Today(page, village.origin).open().shows(village.homes[0].name)
    controlled(page)
    broken = _with_a_log_in_page(releases.next("0.2.0"), "assets/visits-*.js")
    releases.publish(without_hashes(broken))
    look_for_a_new_version(page)
    installed(page)


def test_with_the_worker_switched_off_a_phone_gives_it_up_and_keeps_what_was_recorded(
    village: Village, phone_of: PhoneOf, releases: Releases
) -> None:
    phone = phone_of(village.volunteer, new=True)
    page = phone.page()
    home = Today(page, village.origin).open().home(village.homes[0].name)
    controlled(page)
    village.server.stop()
    home.not_met("没见到人")
    releases.again(WORKER_OFF="1")
    Records(page, village.origin).open()
    until(
        page,
        "async () => !(await navigator.serviceWorker.getRegistration()) && !(await caches.keys()).length",
    )
    records = Records(page, village.origin).open()
    records.waiting(0)
    records.received(1)


@pytest.mark.parametrize("new", [True, False], ids=["first visit", "worker in charge"])
def test_a_desk_open_across_a_release_opens_its_next_page(
    village: Village, open_browser: PhoneOf, releases: Releases, new: bool
) -> None:
    """A worker in charge would give the page of the version whose parts are gone once more."""
    from tests.e2e.pages.login import LogIn

    desk = open_browser("desk", new=new, desk=True)
    desk.forgiven = ("MIME type",)  # the style sheet of the release that is gone
    page = desk.page()
    LogIn(page, village.origin).open().enter(village.worker.phone, village.worker.password)
    side = page.get_by_role("navigation").first
    expect(side.get_by_role("link", name="花名册")).to_be_visible()
    releases.publish(releases.next("0.2.0"))
    side.get_by_role("link", name="花名册").click()
    expect(page.get_by_role("heading", level=1, name="花名册")).to_be_visible()
    assert "/assets/" in page.content()


def test_a_desk_page_that_is_nowhere_is_told_and_does_not_start_anew_for_ever(
    village: Village, open_browser: PhoneOf, releases: Releases
) -> None:
    from tests.e2e.pages.login import LogIn

    desk = open_browser("desk", new=True, desk=True)
    desk.forgiven = ("MIME type",)  # the style sheet of the release that is gone
    page = desk.page()
    LogIn(page, village.origin).open().enter(village.worker.phone, village.worker.password)
    side = page.get_by_role("navigation").first
    expect(side.get_by_role("link", name="花名册")).to_be_visible()
    broken = releases.next("0.2.0")
    for file in (broken / "assets").glob("desk-RosterList-*.js"):
        file.unlink()
    releases.publish(broken)
    side.get_by_role("link", name="花名册").click()
    expect(page.get_by_role("button", name="再打开一次")).to_be_visible()
