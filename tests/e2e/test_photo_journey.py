"""A photo taken without a network, cut half-way, its page killed: it goes on where it was and the committee sees it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Request, expect

from server.attachments.models import Attachment, Upload
from server.kit.database import db
from server.kit.unit_of_work import transaction
from tests.e2e.browser import Watched, kill
from tests.e2e.pages.home_visits import HomeVisits
from tests.e2e.pages.login import LogIn
from tests.e2e.pages.phone import Records, Today
from tests.e2e.village import Village

PhoneOf = Callable[..., Watched]
PIECE = 256 * 1024
SLOW = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 200 * 1024}
WITHIN = 60


def noise(path: Path) -> Path:
    """A picture that stays large: grain does not compress."""
    Image.effect_noise((1600, 1600), 100).convert("RGB").save(path, "JPEG", quality=95)
    return path


def here(village: Village) -> tuple[int, int] | None:
    """How much of the one photo the server has, of how much."""
    with village.server.app.app_context(), transaction(write=False):
        row = db.session.query(Upload).execution_options(linli_scope="system: test").one_or_none()
        return None if row is None else (row.offset, row.size)


def photos(village: Village) -> list[uuid.UUID]:
    with village.server.app.app_context(), transaction(write=False):
        rows = db.session.query(Attachment).execution_options(linli_scope="system: test").all()
        return [row.id for row in rows]


def until_half(village: Village) -> None:
    """Wait until a part of the photo is durable; the line is slow, so most of it is not."""
    until = time.monotonic() + WITHIN
    while time.monotonic() < until:
        at = here(village)
        if at is not None and at[0] > 0:
            assert at[1] - at[0] > PIECE, "the picture is too small for this journey"
            return
        time.sleep(0.02)
    raise AssertionError("no piece arrived")


def test_a_photo_cut_half_way_goes_on_where_it_was_and_the_committee_sees_it(
    village: Village, phone_of: PhoneOf, open_browser: PhoneOf, tmp_path: Path
) -> None:
    home = village.homes[0]
    phone = phone_of(village.volunteer)
    page = phone.page()
    today = Today(page, village.origin).open()
    today.shows(home.name)
    page.evaluate("() => navigator.serviceWorker.ready")
    desk = open_browser("desk", desk=True)
    LogIn(desk.page(), village.origin).open().enter(village.worker.phone, village.worker.password)
    seen = HomeVisits(desk.page(), village.origin).open(home.id).empty()

    phone.context.set_offline(True)
    form = today.home(home.name).record()
    form.photo(str(noise(tmp_path / "stairs.jpg")))
    form.worries("取暖").then("请居委会来办").saved()
    form.finish()

    phone.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    phone.context.set_offline(False)
    phone.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    until_half(village)
    seen.shows("照片、录音待传", village.volunteer.name)
    kill(page)
    phone.close()
    village.server.stop()  # and with it the end of the piece that was under way
    at = here(village)
    village.server.start()
    assert at is not None, "it was through before the page died"
    assert 0 < at[0] < at[1]

    phone = open_browser("phone")
    sent: list[tuple[str, int, int]] = []

    def watch(request: Request) -> None:
        if "/attachments/uploads" in request.url:
            headers = request.headers
            body = request.post_data_buffer if request.method == "PATCH" else None
            sent.append((request.method, int(headers.get("upload-offset", "-1")), len(body or b"")))

    phone.context.on("request", watch)
    Records(phone.page(), village.origin).open()
    expect(desk.page().locator("main img").first).to_be_visible(timeout=60_000)
    assert desk.page().locator("main img").first.evaluate("(image) => image.naturalWidth") == 1600
    expect(desk.page().locator("main")).not_to_contain_text("照片、录音待传")
    assert len(photos(village)) == 1
    assert {one[0] for one in sent} == {"HEAD", "PATCH"}, "it was begun anew"
    pieces = [one for one in sent if one[0] == "PATCH"]
    assert pieces[0][1] == at[0], "it did not go on where it was"
    starts = [start for _, start, _ in pieces]
    assert starts == sorted(set(starts)), "something was sent twice"
    Records(phone.page(), village.origin).open()
    expect(phone.page().get_by_text("在路上，不耽误走访算数")).to_have_count(0)
