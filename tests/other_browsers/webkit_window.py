#!/usr/bin/python3
"""A window of WebKitGTK that keeps what it stores: ``--profile=FOLDER --certificate=FILE``. Run by WebKitWebDriver, with the system's Python.

The library's own MiniBrowser forgets everything when it is automated, so nothing could be looked for after a kill.
"""

from __future__ import annotations

import sys
from pathlib import Path

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gio, Gtk, WebKit2  # noqa: E402 - the versions have to be said first

NAME = "Linli"
WIDTH, HEIGHT = 360, 740


def main(folder: Path, certificate: str) -> None:
    manager = WebKit2.WebsiteDataManager(
        base_data_directory=str(folder / "data"), base_cache_directory=str(folder / "cache")
    )
    manager.get_cookie_manager().set_persistent_storage(
        str(folder / "cookies.sqlite"), WebKit2.CookiePersistentStorage.SQLITE
    )
    context = WebKit2.WebContext(website_data_manager=manager)
    context.set_preferred_languages(["zh-CN"])
    context.allow_tls_certificate_for_host(
        Gio.TlsCertificate.new_from_file(certificate), "localhost"
    )
    context.set_automation_allowed(True)
    window = Gtk.Window(default_width=WIDTH, default_height=HEIGHT)
    window.connect("destroy", Gtk.main_quit)

    def view(_session: object) -> object:
        one = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)
        window.add(one)
        window.show_all()
        return one

    def begun(_context: object, session: object) -> None:
        about = WebKit2.ApplicationInfo.new()
        about.set_name(NAME)
        session.set_application_info(about)
        session.connect("create-web-view", view)

    context.connect("automation-started", begun)
    Gtk.main()


def given(name: str) -> str:
    return next(one.partition("=")[2] for one in sys.argv if one.startswith(f"--{name}="))


if __name__ == "__main__":
    main(Path(given("profile")), given("certificate"))
