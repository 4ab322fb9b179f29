"""C1 to C5 in Chromium at 360 × 740 with the processor slowed six times, beside a floor page.

The floor is a page without a framework that lists as many rows from IndexedDB and stores a record
durably; its worker keeps it for the start without a network. Both are measured in the same run.
"""

from __future__ import annotations

import os
import shutil
import statistics
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Playwright, sync_playwright
from sqlalchemy import insert

from server.access.models import HouseholdAccess
from server.kit import clock
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from server.sync.changes import record_change
from server.tasks.models import Task
from tests.bench import ground as grounds
from tests.e2e.browser import Watched, open_profile, sign_in
from tests.e2e.live import LiveServer, make_template
from tests.e2e.village import make_village
from tests.factories.areas import COMMITTEE

HOUSEHOLDS, RATE, ROUNDS = 300, 6, 5
SEEN = """(selector) => new Promise((done) => {
  const look = () => document.querySelector(selector)
    ? requestAnimationFrame(() => done(performance.now())) : setTimeout(look, 4)
  look()
})"""

FLOOR_PAGE = """<!doctype html><meta name=viewport content="width=device-width"><title>floor</title>
<ul id=list></ul><button id=save>save</button><p id=said></p><script>
const open = () => new Promise((ok) => { const r = indexedDB.open('floor', 1)
  r.onupgradeneeded = () => r.result.createObjectStore('row', {keyPath: 'id'})
  r.onsuccess = () => ok(r.result) })
const put = (db, rows) => new Promise((ok) => {
  const t = db.transaction('row', 'readwrite', {durability: 'strict'})
  rows.forEach((row) => t.objectStore('row').put(row)); t.oncomplete = ok })
const all = (db) => new Promise((ok) => {
  const r = db.transaction('row').objectStore('row').getAll(); r.onsuccess = () => ok(r.result) })
;(async () => {
  const db = await open()
  let rows = await all(db)
  if (!rows.length) { rows = Array.from({length: ROWS}, (_, id) => ({id, name: '荀竹砚', text: '楼道'.repeat(200)}))
    await put(db, rows) }
  list.innerHTML = rows.slice(0, 60).map((r) => `<li class=hh>${r.name} ${r.id}</li>`).join('')
  save.onclick = async () => { await put(db, [{id: Math.random(), text: '楼道'.repeat(200)}])
    said.textContent = 'saved' }
  if (navigator.serviceWorker) navigator.serviceWorker.register('/sw.js')
})()
</script>"""
FLOOR_WORKER = """self.addEventListener('install', (e) => e.waitUntil(caches.open('1').then((c) => c.addAll(['/'])).then(() => skipWaiting())))
self.addEventListener('activate', (e) => e.waitUntil(clients.claim()))
self.addEventListener('fetch', (e) => e.respondWith(caches.match(e.request).then((r) => r || fetch(e.request))))"""


@contextmanager
def floor_page() -> Iterator[str]:
    """The floor on a port of its own."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            worker = self.path == "/sw.js"
            body = (
                FLOOR_WORKER if worker else FLOOR_PAGE.replace("ROWS", str(HOUSEHOLDS))
            ).encode()
            self.send_response(200)
            self.send_header(
                "Content-Type", "text/javascript" if worker else "text/html; charset=utf-8"
            )
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()


def slowed(page: Page, *, network: bool = False) -> Any:
    """The page on a slow phone, and with ``network`` on a slow line."""
    line = page.context.new_cdp_session(page)
    line.send("Emulation.setCPUThrottlingRate", {"rate": RATE})
    line.send("Network.enable")
    if network:
        line.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 90_000},
        )  # fmt: skip
    return line


def seen(page: Page, selector: str) -> float:
    """Milliseconds of the page's own clock until this is on the screen."""
    return float(page.evaluate(SEEN, selector))


def first_visit(play: Playwright, chromium: str, folder: Path, origin: str) -> dict[str, Any]:
    """C1 and C2: nothing of ours on the phone yet."""
    starts, weights = [], []
    for n in range(3):
        watched = open_profile(play, chromium, folder / f"cold{n}", origin)
        page = watched.page()
        line = slowed(page, network=True)
        sizes: list[float] = []
        line.on(
            "Network.loadingFinished", lambda e, sizes=sizes: sizes.append(e["encodedDataLength"])
        )
        page.goto(origin + "/login", wait_until="commit")
        starts.append(seen(page, "form input"))
        weights.append((sum(sizes) / 1000, len(sizes)))
        watched.close()
    return {
        "cold_ms": statistics.median(starts),
        "kb": statistics.median(w[0] for w in weights),
        "requests": max(w[1] for w in weights),
        "with_precache_kb": precached() / 1000,
    }


def precached() -> int:
    """Bytes of the whole build as it is sent, without the scanner's WebAssembly."""
    dist = Path(__file__).resolve().parents[2] / "pwa" / "dist"
    whole = [p for p in dist.rglob("*") if p.is_file() and p.suffix not in (".gz", ".br", ".wasm")]
    return sum(
        min(p.stat().st_size, z.stat().st_size if (z := Path(f"{p}.gz")).exists() else 10**9)
        for p in whole
    )


def fill(live: LiveServer, user_id: uuid.UUID) -> list[uuid.UUID]:
    """Households and visits of today for one volunteer."""
    now, today = clock.now(), clock.today()
    with live.app.app_context():
        homes = grounds.add_households(HOUSEHOLDS)
        stamp = {"created_at": now, "updated_at": now, "area_id": COMMITTEE}
        tasks = [
            {"id": new_id(), "kind": "home_visit", "household_id": home, "state": "assigned",
             "assignee_id": user_id, "due_from": today, "due_to": today + timedelta(days=3), **stamp}
            for home in homes[:60]
        ]  # fmt: skip
        access = [
            {"id": new_id(), "user_id": user_id, "household_id": home, "cause": "pairing",
             "cause_id": home, "starts_at": now, "notified_start": True, "notified_end": False, **stamp}
            for home in homes
        ]  # fmt: skip
        with transaction(write=True):
            from server.sync import repository

            grounds.db.session.execute(insert(HouseholdAccess), access)
            grounds.db.session.execute(insert(Task), tasks)
            for row in tasks:
                record_change(
                    COMMITTEE, "task", row["id"],  # type: ignore[arg-type]  # numbers of the same run
                    household_id=row["household_id"], audience_user=user_id,  # type: ignore[arg-type]  # numbers of the same run
                )  # fmt: skip
            repository.bump_scope(user_id, None)
        grounds.db.session.remove()
    return homes


def offline_start(watched: Watched, address: str, row: str) -> list[float]:
    """C3: milliseconds from opening without a network to a list that answers."""
    ms = []
    watched.context.set_offline(True)
    for _ in range(ROUNDS):
        page = watched.context.new_page()
        slowed(page)
        page.goto(address, wait_until="commit")
        ms.append(seen(page, row))
        page.close()
    watched.context.set_offline(False)
    return ms


def tap_to_saved(page: Page, tap: Any, words: str) -> float:
    """C5: from the tap to the words that say it is on the phone."""
    page.evaluate(
        """(words) => { window.__t = null; window.__done = null
          document.addEventListener('click', () => { window.__t ??= performance.now() }, {capture: true, once: true})
          const look = () => document.body.innerText.includes(words) && window.__t
            ? (window.__done = performance.now() - window.__t) : setTimeout(look, 2); look() }""",
        words,
    )
    tap()
    return float(
        page.evaluate(
            "() => new Promise((ok) => { const l = () => window.__done ? ok(window.__done) : setTimeout(l, 5); l() })"
        )
    )


def visits(page: Page, origin: str, homes: list[uuid.UUID]) -> tuple[list[float], list[float]]:
    """C4's second half (address to household open) and C5, at several doors."""
    opened, saved = [], []
    for home in homes[:ROUNDS]:
        start = time.perf_counter()
        page.goto(f"{origin}/h/{home}", wait_until="commit")
        page.get_by_role("button", name="没见到", exact=True).wait_for()
        opened.append((time.perf_counter() - start) * 1e3)
        page.get_by_role("button", name="没见到", exact=True).click()
        choice = page.get_by_role("button", name="没见到人", exact=True)
        choice.wait_for()
        saved.append(tap_to_saved(page, choice.click, "存在本机"))
    return opened, saved


def measure(folder: Path) -> dict[str, dict[str, str]]:
    """The rows of the table."""
    chromium = next(
        found
        for name in (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
        if name and (found := shutil.which(name))
    )
    live = LiveServer(folder / "server", make_template(folder / "template"))
    live.start()
    try:
        with sync_playwright() as play, floor_page() as floor_origin:
            cold = first_visit(play, chromium, folder, live.origin)
            village = make_village(live)
            homes = fill(live, village.volunteer.id)
            phone = open_profile(play, chromium, folder / "phone", live.origin)
            sign_in(phone, village.volunteer.phone, village.volunteer.password)
            page = phone.page()
            page.goto(live.origin + "/today")
            page.locator("a.hh").first.wait_for(timeout=60_000)
            page.evaluate("() => navigator.serviceWorker.ready.then(() => 1)")
            page.locator("a.hh").nth(50).wait_for(timeout=60_000)
            page.wait_for_load_state("networkidle")  # the rest of the list and the precache
            line = slowed(page)
            opened, saved = visits(page, live.origin, homes)
            line.send("HeapProfiler.collectGarbage")
            heap = line.send("Runtime.getHeapUsage")["usedSize"] / 1e6
            start = offline_start(phone, live.origin + "/today", "a.hh")
            phone.close()

            base = open_profile(play, chromium, folder / "floor", floor_origin)
            plain = base.page()
            plain.goto(floor_origin)
            plain.evaluate("() => navigator.serviceWorker.ready.then(() => 1)")
            plain.wait_for_load_state("networkidle")
            floor_start = offline_start(base, floor_origin + "/", "li.hh")
            slowed(plain)
            plain.goto(floor_origin)
            floor_saved = []
            for _ in range(ROUNDS):
                plain.evaluate("() => { said.textContent = '' }")
                floor_saved.append(tap_to_saved(plain, plain.locator("#save").click, "saved"))
            base.close()
    finally:
        live.stop()
    middle = statistics.median
    c3, c5, c4 = middle(start), middle(saved), middle(opened)
    return {
        "C1 first visit, compressed": _row(
            f"{cold['kb']:.0f} kB, {cold['requests']} requests", cold["kb"] <= 150 and cold["requests"] <= 20,
            "≤ 150 kB, 20", "2,310 kB, 193", f"with precache {cold['with_precache_kb']:.0f} kB (≤ 600)"),
        "C2 cold start, 150 ms 1.6 Mbit/s": _row(
            f"{cold['cold_ms'] / 1e3:.1f} s", cold["cold_ms"] <= 3500, "≤ 3.5 s", "21.5 s", "log-in ready to type"),
        f"C3 offline start, {HOUSEHOLDS} households": _row(
            f"{c3 / 1e3:.2f} s", c3 <= 1200, "≤ 1.2 s", "11.5 s",
            f"floor {middle(floor_start) / 1e3:.2f} s {c3 / middle(floor_start):.1f}× (≤ 2×), worst {max(start) / 1e3:.2f} s"),
        "C4 address of a door to household open": _row(
            f"{c4 / 1e3:.2f} s", c4 <= 1000, "≤ 1.0 s", "", "a whole page start in it; the camera not"),
        "C5 tap to saved": _row(
            f"{c5:.0f} ms", c5 <= 200, "≤ 200 ms", "222 ms",
            f"floor {middle(floor_saved):.0f} ms {c5 / middle(floor_saved):.1f}× (≤ 1.5×)"),
        "   heap": _row(f"{heap:.1f} MB", heap <= 10, "≤ 10 MB", "15.7 MB", f"{HOUSEHOLDS} households"),
    }  # fmt: skip


def _row(ours: str, met: bool, target: str, peer: str, note: str) -> dict[str, str]:
    return {"ours": ours, "target": f"{target} {'✓' if met else '✗'}", "peer": peer, "note": note}
