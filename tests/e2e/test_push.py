"""A phone in a pocket: from the committee's assignment through a push service to the words on its screen."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from server.kit import clock
from server.kit.crypto import keyring
from server.kit.jobs import runner
from tests.e2e.browser import Watched
from tests.e2e.pages.inbox import Inbox
from tests.e2e.pages.lock import unlock
from tests.e2e.pages.phone import Today
from tests.e2e.village import Village
from tests.factories.push_service import Browser, PushService, push_service

PhoneOf = Callable[..., Watched]
CONTACT = "https://linli.example"


@pytest.fixture
def push(village: Village) -> Iterator[PushService]:
    """A push service on this machine, and the village's server allowed to write to it."""
    server = village.server
    server.settings = {"PUSH_LOOPBACK": "1", "PUSH_CONTACT": CONTACT}
    server.stop()
    server.start()
    config = server.app.config["LINLI"]
    server.app.config["LINLI"] = replace(config, push_loopback=True, push_contact=CONTACT)
    with push_service() as service:
        yield service


def stands_for(page: Page, browser: Browser) -> None:
    """The browser's own half of subscribing, which needs a service of the internet, is stood in for."""
    asked = browser.asked()
    made = {
        "endpoint": asked["endpoint"],
        "keys": {"p256dh": asked["p256dh"], "auth": asked["auth"]},
    }
    page.context.add_init_script(
        "{ let made = null; const given = "
        + json.dumps(made)
        + """;
        PushManager.prototype.getSubscription = async () => made;
        PushManager.prototype.subscribe = async (wanted) => {
          made = { toJSON: () => given, unsubscribe: async () => { made = null; return true }, wanted };
          return made;
        } }"""
    )


def wake(village: Village, push: PushService, browser: Browser) -> dict[str, Any]:
    """The job looks the next afternoon; what the push service then hands to the browser."""
    with village.server.app.app_context(), clock.using(clock.SetClock(afternoon())):
        (done,) = runner.run_now(("push.send",))
        assert done.problem is None
        (letter,) = push.letters
        claims = letter.claims(keyring().vapid_public(), push.origin)
        assert claims["sub"] == CONTACT
    return letter.opened(browser)


def afternoon() -> Any:
    """Past every gathering and every night."""
    return clock.now() + timedelta(hours=11)


def deliver(watched: Watched, origin: str, said: dict[str, Any]) -> None:
    """The browser's push service wakes the worker; no page of ours is open."""
    page = watched.context.new_page()
    line: CDPSession = watched.context.new_cdp_session(page)
    found: list[str] = []
    line.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(
            one["registrationId"] for one in told["registrations"] if not one["isDeleted"]
        ),
    )
    line.send("ServiceWorker.enable")
    told = {
        "expression": "new Promise((done) => requestAnimationFrame(done))",
        "awaitPromise": True,
    }
    while not found:  # the browser tells of its workers between two of its frames
        line.send("Runtime.evaluate", told)
    line.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": found[0], "data": json.dumps(said)},
    )


def test_words_that_name_nobody_appear_with_the_app_closed_and_lead_to_the_messages(
    village: Village, phone_of: PhoneOf, push: PushService
) -> None:
    phone = phone_of(village.volunteer, whole=True)
    phone.context.grant_permissions(["notifications"], origin=village.origin)
    page = phone.page()
    browser = push.browser()
    stands_for(page, browser)
    Today(page, village.origin).open().shows(village.homes[0].name)
    page.evaluate("() => navigator.serviceWorker.ready")
    Inbox(page, village.origin).tab("我")
    switch = page.get_by_role("switch", name="有新消息时提醒")
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(switch).to_contain_text("不写是哪家、什么事")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true")

    desk = village.desk
    assert desk is not None
    desk.assign(desk.home("庄雨荷", "5号楼1单元301", "15400000031"), village.volunteer)
    said = wake(village, push, browser)
    assert said == {"title": "邻里守望", "body": "有 4 条新消息", "url": "/inbox"}

    page.goto("about:blank")
    deliver(phone, village.origin, said)
    page.goto(village.origin + "/inbox")
    unlock(page)
    shown = page.evaluate(
        """async () => {
          const registration = await navigator.serviceWorker.getRegistration()
          const all = await registration.getNotifications()
          return all.map((one) => ({ title: one.title, body: one.body, tag: one.tag, url: one.data.url }))
        }"""
    )
    assert shown == [
        {"title": "邻里守望", "body": "有 4 条新消息", "tag": "linli.inbox", "url": "/inbox"}
    ]
    Inbox(page, village.origin).is_here().shows("给您派了")
