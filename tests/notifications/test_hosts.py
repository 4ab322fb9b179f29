"""To which addresses this server writes, and that nothing else gets a byte of it (S61)."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.config import KNOWN_PUSH_HOSTS
from server.kit import clock
from server.kit.crypto import new_keyring
from server.kit.unit_of_work import transaction
from server.notifications.push import hosts, repository, sending
from server.notifications.push.hosts import PushHostRefused, checked, is_public
from tests.factories.phones import make_phone
from tests.factories.push_service import Browser, PushService
from tests.factories.tasks import give_visit, make_named
from tests.notifications.test_push import later, turn_on

FCM = "https://fcm.googleapis.com/fcm/send/abc"


@pytest.mark.parametrize(
    "endpoint",
    [
        FCM,
        "https://fcm.googleapis.com:443/fcm/send/abc",
        "https://FCM.googleapis.com/fcm/send/abc",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/abc",
        "https://wns2-par02p.notify.windows.com/w/?token=abc",
    ],
)
def test_the_known_services_are_written_to(endpoint: str) -> None:
    assert checked(endpoint, KNOWN_PUSH_HOSTS)


REFUSED = [
    "http://fcm.googleapis.com/fcm/send/abc",
    "https://fcm.googleapis.com:8443/fcm/send/abc",
    "https://fcm.googleapis.com@10.0.0.1/",
    "https://somebody@fcm.googleapis.com/",
    "https://somebody" + ":else" + "@fcm.googleapis.com/",
    "https://fcm.googleapis.com.example.org/",
    "https://evil-fcm.googleapis.com/",
    "https://push.apple.com/",
    "https://evilpush.apple.com/",
    "https://push.apple.com.example.org/",
    "https://fcm.googleapis.com./",
    "https://10.0.0.1/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://localhost/",
    "https://metadata.google.internal/",
    "https://169.254.169.254/latest",
    "http://127.0.0.1:8000/api/v1/auth/me",
    "https://fcm.googleapis.com\\@example.org/",
    "https://example.org\\.fcm.googleapis.com/",
    "https://fcm.googleapis.com/abc#x",
    "https://fcm.googleapis.com/a b",
    "https://fcm.googleapis.com:port/",
    "//fcm.googleapis.com/abc",
    "fcm.googleapis.com/abc",
    "file:///etc/passwd",
    "ftp://fcm.googleapis.com/",
    "https://ｆcm.googleapis.com/",
    "https:///abc",
    "https://[fcm.googleapis.com/",
    FCM + "x" * hosts.LONGEST,
    "",
]


@pytest.mark.parametrize("endpoint", REFUSED)
def test_everything_else_is_refused(endpoint: str) -> None:
    with pytest.raises(PushHostRefused):
        checked(endpoint, KNOWN_PUSH_HOSTS)


def test_without_the_list_names_of_anybody_would_be_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "_fits", lambda *_: True)
    taken = []
    for endpoint in REFUSED:
        try:
            checked(endpoint, KNOWN_PUSH_HOSTS)
        except PushHostRefused:
            continue
        taken.append(endpoint)
    assert {"https://10.0.0.1/", "https://localhost/", "https://evilpush.apple.com/"} <= {*taken}


def test_nobody_named_means_nobody_is_written_to(client: FlaskClient) -> None:
    with pytest.raises(PushHostRefused):
        checked(FCM, ())
    person = make_named("柏雪芽")
    assert person.call(client, "GET", "/inbox/push").get_json() == {
        "offered": False, "on": False, "server_key": None,
    }  # fmt: skip
    answer = turn_on(client, person, Browser(FCM))
    assert (answer.status_code, answer.get_json()["error"]) == (409, "push.not_offered")


def test_a_browser_of_another_service_is_refused_and_nothing_is_kept(
    app: Flask, client: FlaskClient, push: PushService
) -> None:
    person = make_named("柏雪芽")
    answer = turn_on(client, person, Browser("https://push.example.org/abc"))
    assert (answer.status_code, answer.get_json()["error"]) == (422, "push.host_refused")
    with transaction(write=False):
        assert repository.of_person(person.user_id) == []


@pytest.mark.parametrize(
    "broken", [{"p256dh": "AAAA"}, {"auth": "AAAA"}, {"p256dh": "不是钥匙"}, {"auth": "!" * 22}]
)
def test_keys_that_are_none_are_refused(
    client: FlaskClient, push: PushService, broken: dict[str, str]
) -> None:
    person = make_named("柏雪芽")
    body = {**push.browser().asked(), **broken}
    answer = person.call(client, "POST", "/inbox/push", json=body)
    assert answer.status_code == 422


def test_a_service_taken_off_the_list_is_written_to_no_more(
    app: Flask, client: FlaskClient, push: PushService, clock_at: clock.SetClock
) -> None:
    worker, person = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    make_phone(person, client)
    assert turn_on(client, person, push.browser()).status_code == 200
    from tests.factories.doors import make_household

    give_visit(worker, make_household(), person)
    app.config["LINLI"] = replace(
        app.config["LINLI"], push_loopback=False, push_hosts=("fcm.googleapis.com",)
    )
    later(clock_at)
    assert push.letters == []
    with transaction(write=False):
        assert repository.of_person(person.user_id) == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("2001:4860:4860::8888", True),
        ("127.0.0.1", False), ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False),  # noqa: S104 - an address to refuse
        ("224.0.0.1", False), ("255.255.255.255", False), ("::1", False), ("fe80::1%eth0", False),
        ("fc00::1", False), ("::ffff:10.0.0.1", False), ("::ffff:127.0.0.1", False),
        ("not an address", False),
    ],
)  # fmt: skip
def test_which_machines_are_of_the_open_internet(address: str, public: bool) -> None:
    assert is_public(address) is public


@contextmanager
def house_listening() -> Iterator[tuple[int, list[bytes]]]:
    """A machine of this house that takes what it is sent."""
    heard: list[bytes] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def take() -> None:
            line, _ = listener.accept()
            with closing(line):
                line.settimeout(5)
                heard.append(line.recv(1024))

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield listener.getsockname()[1], heard
        thread.join(10)


@pytest.mark.parametrize("looked_at", [True, False])
def test_a_name_that_leads_into_this_house_gets_no_byte(
    monkeypatch: pytest.MonkeyPatch, looked_at: bool
) -> None:
    """The second case is the switch: without the look at the machine, the house is spoken to."""
    if not looked_at:
        monkeypatch.setattr(sending, "is_public", lambda _: True)
    keys = {**Browser(FCM).asked()}
    with house_listening() as (port, heard):
        here = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: here)
        told = sending.send(new_keyring(), keys, {"body": "x"}, contact=CONTACT, urgent=False)
    assert told.kind == "later"
    assert bool(heard[0]) is not looked_at


CONTACT = "https://linli.example"


@pytest.mark.parametrize("straight", [True, False])
def test_a_redirect_leads_nowhere(
    push: PushService, monkeypatch: pytest.MonkeyPatch, straight: bool
) -> None:
    """The second case is the switch: a plain session would go where it is led."""
    if not straight:
        import requests

        monkeypatch.setattr(sending, "_session", lambda _loopback: requests.Session())
    push.answers = [(302, {"Location": push.origin + "/elsewhere"})]
    told: Any = sending.send(
        new_keyring(), push.browser().asked(), {"body": "x"}, contact=CONTACT, urgent=False,
        loopback=True,
    )  # fmt: skip
    assert [one.path for one in push.letters] == ["/send/a", *([] if straight else ["/elsewhere"])]
    assert told.kind == ("refused" if straight else "sent")


def test_outside_tests_plain_http_is_not_even_possible(push: PushService) -> None:
    told = sending.send(
        new_keyring(), push.browser().asked(), {"body": "x"}, contact=CONTACT, urgent=False
    )
    assert told.kind == "later"
    assert push.letters == []
