"""C1-C5: what a volunteer feels on a cheap phone - 360x740, the processor slowed six times, in real Chromium.

The slow-down does not reach WebCrypto, so what encryption costs is reported by the browser's own share.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, expect, sync_playwright

from tests.e2e.browser import Watched, open_profile, sign_in
from tests.e2e.door_video import frame
from tests.e2e.live import LiveServer, make_template
from tests.e2e.village import Home, Village, make_village, print_doors

SLOWER = 6
HOUSEHOLDS = 300
LATENCY_MS = 150
BYTES_PER_SECOND = 1_600_000 // 8
FIRST_ROW = "a.hh"


@dataclass
class Traffic:
    """What one page load brought over the network."""

    requests: int = 0
    total: int = 0
    script: int = 0
    kinds: dict[str, str] = field(default_factory=dict)


@dataclass
class Figures:
    """All client figures; milliseconds and bytes."""

    values: dict[str, Any] = field(default_factory=dict)

    def spread(self, name: str, samples: list[float]) -> None:
        """Median and 95th percentile of a list of milliseconds."""
        ordered = sorted(samples)
        self.values[f"{name}_median_ms"] = round(statistics.median(ordered))
        self.values[f"{name}_p95_ms"] = round(ordered[max(0, round(len(ordered) * 0.95) - 1)])
        self.values[f"{name}_runs"] = len(ordered)


def slowed(page: Page) -> CDPSession:
    """The page on a processor six times slower."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return session


def counted(session: CDPSession) -> Traffic:
    """Counts bytes as they come over the wire, compressed."""
    seen = Traffic()

    def answered(event: dict[str, Any]) -> None:
        seen.kinds[event["requestId"]] = event["type"]

    def finished(event: dict[str, Any]) -> None:
        seen.requests += 1
        seen.total += int(event["encodedDataLength"])
        if seen.kinds.get(event["requestId"]) == "Script":
            seen.script += int(event["encodedDataLength"])

    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")
    return seen


def populate(server: LiveServer, count: int) -> Village:
    """A volunteer with this many homes, each with a visit."""
    village = make_village(server)
    desk = village.desk
    assert desk is not None
    village.homes = [
        desk.home(
            f"蒲霜{i:03d}",
            f"{i // 40 + 1}号楼{i // 20 % 2 + 1}单元{i % 20 + 101}",
            f"1540001{i:04d}",
        )
        for i in range(count)
    ]
    for start in range(0, count, 100):
        part = village.homes[start : start + 100]
        answer = desk.call("POST", "/tasks/assign", rows=[_row(home, village) for home in part])
        assert all(result["ok"] for result in answer["results"])
    print_doors(village)
    return village


def _row(home: Home, village: Village) -> dict[str, Any]:
    return {
        "household_id": home.id,
        "assignee_id": str(village.volunteer.id),
        "due_to": "2026-12-31",
    }


@contextmanager
def phone(play: Any, chromium: str, folder: Path, village: Village) -> Iterator[Watched]:
    """A phone on which the volunteer has just logged in."""
    watched = open_profile(play, chromium, folder, village.origin)
    sign_in(watched, village.volunteer.phone, village.volunteer.password)
    try:
        yield watched
    finally:
        watched.close()


def open_today(page: Page, origin: str) -> float:
    """Milliseconds from asking for the page until the first row can be tapped."""
    began = time.perf_counter()
    page.goto(f"{origin}/today", wait_until="commit")
    page.locator(FIRST_ROW).first.wait_for(state="visible")
    return (time.perf_counter() - began) * 1000


def first_visit(watched: Watched, origin: str, figures: Figures) -> None:
    """C1 and, on the slow network, C2."""
    page = watched.context.new_page()
    session = slowed(page)
    traffic = counted(session)
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False, "latency": LATENCY_MS,
            "downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND // 2,
        },
    )  # fmt: skip
    figures.values["C2_cold_start_ms"] = round(open_today(page, origin))
    figures.values["C1_first_bytes"] = traffic.total
    figures.values["C1_first_requests"] = traffic.requests
    figures.values["C1_script_bytes"] = traffic.script
    page.wait_for_function("navigator.serviceWorker.controller !== null", timeout=60_000)
    page.close()


def precache_bytes(dist: Path) -> int:
    """Compressed bytes of everything a phone precaches, without the scanner's wasm."""
    worker = (dist / "sw.js").read_text()
    total = 0
    for file in sorted(dist.rglob("*")):
        name = file.relative_to(dist).as_posix()
        if file.suffix in (".gz", ".br", ".wasm") or f'"{name}"' not in worker:
            continue
        packed = file.with_name(file.name + ".br")
        total += (packed if packed.is_file() else file).stat().st_size
    return total


def offline_start(watched: Watched, origin: str, figures: Figures, runs: int) -> None:
    """C3: without a network, from nothing to a list of 300 homes that answers."""
    watched.context.set_offline(True)
    samples: list[float] = []
    for _ in range(runs):
        page = watched.context.new_page()
        slowed(page)
        samples.append(open_today(page, origin))
        page.close()
    figures.spread("C3_offline_start", samples)
    watched.context.set_offline(False)


_WATCH_SAVED = """() => {
  window.__saved = new Promise((done) => {
    let from = 0
    document.addEventListener('click', () => { from = performance.now() }, { capture: true, once: true })
    new MutationObserver((_, watcher) => {
      if (from && document.querySelector('dialog[open]')?.textContent?.includes('存在本机')) {
        watcher.disconnect(); done(performance.now() - from)
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
  })
}"""


def tap_to_saved(watched: Watched, village: Village, figures: Figures, runs: int) -> None:
    """C5: from the tap on an outcome to the words that it is saved, which wait for the disk."""
    page = watched.context.new_page()
    slowed(page)
    samples: list[float] = []
    for home in village.homes[:runs]:
        page.goto(f"{village.origin}/h/{home.id}")
        page.get_by_role("button", name="没见到", exact=True).click()
        tile = page.get_by_role("button", name="没见到人", exact=True)
        tile.wait_for()
        page.evaluate(_WATCH_SAVED)
        tile.click()
        samples.append(float(page.evaluate("() => window.__saved")))
    figures.spread("C5_tap_to_saved", samples)
    page.close()


def scan_to_home(
    watched: Watched, village: Village, figures: Figures, folder: Path, runs: int
) -> None:
    """C4: from a picture of a door's code to that household's page."""
    page = watched.context.new_page()
    slowed(page)
    samples: list[float] = []
    for home in village.homes[-runs:]:
        picture = folder / "door.jpg"
        frame(village.door(home), 3).save(picture)
        page.goto(f"{village.origin}/scan")
        page.locator("input[type=file]").wait_for(state="attached")
        began = time.perf_counter()
        page.locator("input[type=file]").set_input_files(picture)
        expect(page.get_by_role("heading", level=2)).to_have_text(home.name)
        samples.append((time.perf_counter() - began) * 1000)
    figures.spread("C4_scan_to_home", samples)
    page.close()


def heap(watched: Watched, origin: str, figures: Figures) -> None:
    """Bytes of JavaScript heap after the start, garbage collected."""
    page = watched.context.new_page()
    open_today(page, origin)
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    figures.values["heap_mb"] = round(used / 1_000_000, 1)
    page.close()


def measure(chromium: str, *, runs: int = 10, households: int = HOUSEHOLDS) -> dict[str, Any]:
    """All client figures in one browser against one real server."""
    figures = Figures()
    with tempfile.TemporaryDirectory() as made, sync_playwright() as play:
        folder = Path(made)
        server = LiveServer(folder / "server", make_template(folder / "template"))
        server.start()
        try:
            village = populate(server, households)
            figures.values["households"] = households
            with phone(play, chromium, folder / "phone", village) as watched:
                first_visit(watched, village.origin, figures)
                figures.values["C1_precache_bytes"] = precache_bytes(
                    server.app.config["LINLI"].pwa_dist
                )
                offline_start(watched, village.origin, figures, runs)
                scan_to_home(watched, village, figures, folder, runs)
                tap_to_saved(watched, village, figures, runs)
                heap(watched, village.origin, figures)
        finally:
            server.stop()
    return figures.values
