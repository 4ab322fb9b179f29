"""What one page is measured at: a thing on the screen, six digits, a tap, a key, a code before the camera."""

from __future__ import annotations

import time
import uuid
from typing import Any

from playwright.sync_api import Page

from tests.e2e.pages.lock import PIN, go, unlock

RATE, ROUNDS, PACE = 6, 5, 200
"""How many times slower the processor is; repeats; milliseconds between two digits of a quick thumb."""
SEEN = """(selector) => new Promise((done) => {
  const look = () => document.querySelector(selector)
    ? requestAnimationFrame(() => done(performance.now())) : setTimeout(look, 4)
  look()
})"""


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


def unlock_to_list(page: Page, row: str, pace: int = PACE) -> tuple[float, float]:
    """Milliseconds from the last digit to the list, and those of them that stretch the PIN."""
    whole, pin = page.evaluate(
        """async ([pin, row, pace]) => {
          const keys = [...document.querySelectorAll('[data-lock] .key')]
          const press = (digit) => keys.find((key) => key.textContent.trim() === digit).click()
          const wait = (ms) => new Promise((done) => setTimeout(done, ms))
          for (const digit of pin.slice(0, -1)) { press(digit); await wait(pace) }
          const began = performance.now()
          press(pin.at(-1))
          await new Promise((done) => {
            const look = () => document.querySelector(row) ? requestAnimationFrame(done) : setTimeout(look, 4)
            look()
          })
          return [performance.now() - began, performance.getEntriesByName('linli.pin').at(-1).duration]
        }""",
        [PIN, row, pace],
    )
    return float(whole), float(pin)


def tap_to_saved(page: Page, tap: Any, words: str) -> float:
    """C5: from the tap to the words that say it is on the phone; watched without laying the page out."""
    page.evaluate(
        """(words) => { let began = null
          document.addEventListener('click', () => { began = performance.now() }, {capture: true, once: true})
          window.__done = new Promise((ok) => new MutationObserver((_, watcher) => {
            if (began === null || !document.body.textContent.includes(words)) return
            watcher.disconnect(); ok(performance.now() - began)
          }).observe(document.body, {childList: true, subtree: true, characterData: true})) }""",
        words,
    )
    tap()
    return float(page.evaluate("() => window.__done"))


def visits(page: Page, origin: str, homes: list[uuid.UUID]) -> tuple[list[float], list[float]]:
    """A home opened by its address, a whole start of the page, and C5, at several doors."""
    opened, saved = [], []
    for home in homes[:ROUNDS]:
        start = time.perf_counter()
        page.goto(f"{origin}/h/{home}", wait_until="commit")
        unlock(page)
        page.get_by_role("button", name="没见到", exact=True).wait_for()
        opened.append((time.perf_counter() - start) * 1e3)
        page.get_by_role("button", name="没见到", exact=True).click()
        choice = page.get_by_role("button", name="没见到人", exact=True)
        choice.wait_for()
        saved.append(tap_to_saved(page, choice.click, "存在本机"))
    return opened, saved


def scans(page: Page, origin: str) -> list[float]:
    """C4: from the last picture of the camera without the door's code to its household on the screen.

    The page is open with the scanner on; the film shows three seconds of a door before the sticker comes
    into view. What one looks at the film with is part of the time.
    """
    ms = []
    for _ in range(ROUNDS):
        go(page, origin + "/scan")
        page.wait_for_function("() => document.querySelector('video')?.videoWidth > 0")
        page.evaluate(
            """() => { let bare = null
              const video = document.querySelector('video')
              const pen = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true})
              const look = (_, {presentationTime}) => {
                pen.drawImage(video, 470, 190, 330, 330, 0, 0, 1, 1)
                if (pen.getImageData(0, 0, 1, 1).data[2] > 80) return
                bare = presentationTime
                video.requestVideoFrameCallback(look)
              }
              video.requestVideoFrameCallback(look)
              window.__home = new Promise((done) => new MutationObserver((_, watcher) => {
                if (!location.pathname.startsWith('/h/') || !document.querySelector('.dock button')) return
                watcher.disconnect()
                requestAnimationFrame(() => done(performance.now() - bare))
              }).observe(document.body, {childList: true, subtree: true})) }"""
        )
        ms.append(float(page.evaluate("() => window.__home")))
    return ms


def search(page: Page, origin: str, households: int) -> list[float]:
    """From a key to the list of the homes that were asked for."""
    go(page, origin + "/scan")
    page.locator("button.pick").click()
    field = page.get_by_role("searchbox")
    page.locator("dialog a.cell").nth(households - 1).wait_for()
    ms = []
    for signs in ("101", "1", "112", "3-", "2号楼"):
        page.evaluate(
            """() => { window.__found = new Promise((ok) => {
              document.addEventListener('input', () => { const began = performance.now()
                new MutationObserver((_, watcher) => { watcher.disconnect()
                  requestAnimationFrame(() => ok(performance.now() - began)) }
                ).observe(document.querySelector('dialog'), {childList: true, subtree: true}) },
              {capture: true, once: true}) }) }"""
        )
        field.fill(signs)
        ms.append(float(page.evaluate("() => window.__found")))
    return ms
