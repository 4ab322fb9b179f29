"""What waits on a phone stays there through every kind of bad network, and is received once when it is good again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Watched
from tests.e2e.pages.phone import Records, Today
from tests.e2e.proxy import Answer, Ask, Asked, Network, Weather, api, fair, page
from tests.e2e.village import Village, stored_visits

PhoneOf = Callable[..., Watched]
LOG_IN = "<!doctype html><title>Wi-Fi</title><h1>请先登录</h1>"


@pytest.fixture
def phone(village: Village, phone_of: PhoneOf, network: Network) -> Watched:
    """A volunteer's phone with its list, whose app opens without a network."""
    phone = phone_of(village.volunteer)
    Today(phone.page(), village.origin).open().shows(*(one.name for one in village.homes))
    phone.page().evaluate("() => navigator.serviceWorker.ready")
    return phone


def record(village: Village, phone: Watched) -> Records:
    """One visit, with the line as it is now; ends on 本机记录, without starting the page anew."""
    home = Today(phone.page(), village.origin).home(village.homes[0].name)
    home.record().worries("都没问题").then("不用了").finish().tab("本机记录")
    return Records(phone.page(), village.origin)


def received_once(village: Village, network: Network, records: Records) -> None:
    """The weather clears, and the visit is with the committee, once."""
    network.weather = fair
    records.sent_now(1)
    assert [one["household_id"] for one in stored_visits(village)] == [village.homes[0].id]


def only_pushes(weather: Weather) -> Weather:
    def some(asked: Asked, ask: Ask) -> Answer | None:
        return weather(asked, ask) if asked.path.startswith("/api/v1/sync/push") else ask()

    return some


def test_a_log_in_page_of_the_wifi_is_told_and_nothing_counts_as_sent(
    village: Village, phone: Watched, network: Network
) -> None:
    network.weather = lambda _asked, _ask: page(200, LOG_IN)
    records = record(village, phone)
    records.try_now()
    records.tab("今日")
    expect(phone.page().get_by_text("这个网络要先登录")).to_be_visible()
    Today(phone.page(), village.origin).open().shows(village.homes[1].name)
    expect(phone.page().get_by_text("这个网络要先登录")).to_be_visible()
    records.open().waiting(1)
    received_once(village, network, records)


def test_a_redirect_to_another_host_is_not_followed_and_carries_nothing_there(
    village: Village, phone: Watched, network: Network, elsewhere: Network
) -> None:
    there = f"http://127.0.0.1:{elsewhere.port}/login"
    network.weather = lambda asked, ask: page(302, "", ("Location", there)) if api(asked) else ask()
    records = record(village, phone)
    records.try_now()
    records.waiting(1)
    received_once(village, network, records)
    assert elsewhere.seen == []
    assert {urlsplit(url).port for url in phone.foreign} <= {elsewhere.port}
    phone.foreign.clear()  # the browser tells of the redirect it was forbidden to follow


@pytest.mark.parametrize("status", [500, 503])
def test_a_failing_server_costs_neither_the_visit_nor_the_log_in(
    village: Village, phone: Watched, network: Network, status: int
) -> None:
    network.weather = only_pushes(
        lambda _asked, _ask: page(status, "<h1>Bad gateway</h1>", ("Retry-After", "1"))
    )
    records = record(village, phone)
    records.try_now()
    records.waiting(1)
    assert "/login" not in phone.page().url
    received_once(village, network, records)


@pytest.mark.parametrize("kept", [0, -1])
def test_an_answer_cut_on_the_way_is_no_answer_and_the_visit_counts_once(
    village: Village, phone: Watched, network: Network, kept: int
) -> None:
    """The server has the visit already; the phone cannot know and sends it again."""

    def cut(_asked: Asked, ask: Ask) -> Answer:
        answer = ask()
        answer.cut = kept if kept >= 0 else len(answer.body) - 1
        return answer

    network.weather = only_pushes(cut)
    records = record(village, phone)
    records.try_now()
    while not stored_visits(village):
        expect(records.page.locator(".hero h2")).to_be_visible()
    records.waiting(1)
    received_once(village, network, records)


def test_a_line_that_swallows_everything_stops_neither_the_list_nor_the_form(
    village: Village, phone: Watched, network: Network
) -> None:
    over = threading.Event()

    def silence(asked: Asked, ask: Ask) -> Answer | None:
        if api(asked):
            over.wait(120)
        return None if api(asked) else ask()

    network.weather = silence
    Today(phone.page(), village.origin).open().shows(*(one.name for one in village.homes))
    records = record(village, phone)
    records.waiting(1)
    over.set()
    received_once(village, network, records)


def rows_asked(network: Network) -> list[int]:
    """How many rows each pull asked for."""
    queries = [urlsplit(one.path) for one in network.seen if "/sync/pull" in one.path]
    return [int(parse_qs(query.query)["limit"][0]) for query in queries]


def test_a_list_cut_at_nine_tenths_comes_whole_in_smaller_pieces(
    village: Village, phone_of: PhoneOf, network: Network
) -> None:
    cuts = 0

    def cut(asked: Asked, ask: Ask) -> Answer:
        nonlocal cuts
        answer = ask()
        if asked.path.startswith("/api/v1/sync/pull") and cuts < 2:
            cuts += 1
            answer.cut = len(answer.body) * 9 // 10
        return answer

    network.weather = cut
    phone = phone_of(village.volunteer)
    Today(phone.page(), village.origin).open().shows(*(one.name for one in village.homes))
    assert cuts == 2
    assert rows_asked(network)[:4] == [1000, 500, 250, 500]


def test_a_first_list_that_does_not_arrive_is_told_as_missing_also_where_the_browser_thinks_it_is_online(
    village: Village, phone_of: PhoneOf, network: Network
) -> None:
    network.weather = lambda asked, ask: None if "/sync/pull" in asked.path else ask()
    screen = phone_of(village.volunteer).page()
    Today(screen, village.origin).open()
    expect(screen.get_by_text("这台手机上还没有名单")).to_be_visible()
    expect(screen.get_by_text("的名单。有信号时打开就更新")).to_have_count(0)
    network.weather = fair
    Today(screen, village.origin).open().shows(*(one.name for one in village.homes))
    expect(screen.get_by_text("这台手机上还没有名单")).to_have_count(0)


@pytest.fixture
def elsewhere() -> Iterator[Network]:
    """Somebody else's host, which must never hear of us."""
    other = Network(0, 0)
    yield other
    other.close()
