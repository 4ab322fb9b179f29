"""What a fault test does with a phone, whatever engine draws its screens."""

from __future__ import annotations

from typing import Any, Protocol

from tests.e2e.village import Home, Human

WORRY, THEN = "取暖", "请居委会来办"
"""What every form of these tests says; the words are the test's own."""
UNSURE = 30
"""Seconds a screen may take to say what a test waits for."""


class Phone(Protocol):
    """One browser with a profile on disk. Everything said is said in the screens' own words."""

    def log_in(self, person: Human) -> None:
        """By the form, choosing the six digits; ends on 今日 with everything of the person on the phone and the app kept for use without a network."""

    def open(self, path: str) -> float:
        """An address of the app, past the lock; milliseconds until the app stood on the screen."""

    def lists(self, home: Home) -> None:
        """Waits until 今日 shows this home."""

    def begin(self, home: Home) -> None:
        """From wherever the phone is to the form of this home, begun or taken up again."""

    def answer(self, says: str) -> None:
        """A worry, what follows and what was said; the phone says it keeps answers as they are given."""

    def answers(self) -> tuple[bool, str]:
        """Whether the form that is open has the worry, and what it says was said."""

    def finish(self) -> None:
        """Taps 记好了; the phone says it is stored."""

    def tap_finish_and_wait(self, milliseconds: int) -> None:
        """Taps 记好了 and comes back after so long, whatever the phone says; below nothing, so long before the tap."""

    def records(self) -> None:
        """To 本机记录, by the tab: without starting the page anew."""

    def waiting(self) -> int:
        """How many wait, once 本机记录 knows."""

    def waits(self, count: int) -> None:
        """本机记录 comes to say that so many wait."""

    def received(self, count: int) -> None:
        """本机记录 comes to say that the committee has so many."""

    def try_now(self) -> None:
        """现在试传, if something still waits."""

    def says(self, words: str) -> None:
        """The screen comes to show these words."""

    def run(self, script: str) -> Any:
        """A script in the page that is open, which stays there until the page is started anew; what it returns."""

    def offline(self, away: bool) -> None:
        """What the browser itself knows of the network, where it can be told."""

    def die(self) -> None:
        """The whole browser is killed, and started again on the same profile."""

    def close(self) -> None:
        """The end; nothing foreign was asked and nothing broke, where the engine tells (WebKit's driver does not)."""
