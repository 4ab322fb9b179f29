"""What axe finds on a screen, and whether a screen can be read without scrolling sideways."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = (Path(__file__).resolve().parents[2] / "pwa/node_modules/axe-core/axe.min.js").read_text()
RUN = """async () => (await axe.run(document, {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'], resultTypes: ['violations'],
})).violations.map(v => ({rule: v.id, impact: v.impact,
  where: v.nodes.slice(0, 4).map(n => n.target.join(' ') + '  ' + n.html.slice(0, 160))}))"""
WIDER = """() => {
  const wide = document.documentElement.clientWidth + 1;
  const scrolls = [document.documentElement, ...document.querySelectorAll('main, dialog[open]')]
    .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.tagName + ' ' + e.scrollWidth);
  const cut = [...document.querySelectorAll('main *, header *, nav *, dialog[open] *')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width > 0 && box.right > wide && !e.closest('.wrap, .vh, video, .view, [data-scrolls]');
  }).slice(0, 5).map(e => e.tagName + '.' + e.className + ' ' + Math.round(e.getBoundingClientRect().right));
  return [...scrolls, ...cut];
}"""


def findings(page: Page) -> list[dict[str, Any]]:
    """Serious and critical findings of axe on the screen as it stands."""
    page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate(RUN)
    return [one for one in found if one["impact"] in ("serious", "critical")]


def sideways(page: Page) -> list[str]:
    """What reaches beyond the right edge of the window."""
    found: list[str] = page.evaluate(WIDER)
    return found
