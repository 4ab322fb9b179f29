"""Every answer carries the headers that keep a browser honest: pages, data, errors, the worker (S33, S34)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.kit import headers

REQUIRED = {
    "Strict-Transport-Security": r"max-age=(?:[3-9]\d{7}|\d{9,})\b.*",
    "X-Content-Type-Options": r"nosniff",
    "Referrer-Policy": r"no-referrer",
    "Cross-Origin-Opener-Policy": r"same-origin",
    "Cross-Origin-Resource-Policy": r"same-origin",
    "X-Frame-Options": r"DENY",
    "Permissions-Policy": r".*camera=\(self\).*geolocation=\(\).*",
    "Content-Security-Policy": r"default-src 'none';.*frame-ancestors 'none'.*",
    "Reporting-Endpoints": r'csp="/api/v1/csp-reports"',
    "Cache-Control": r".+",
}


def assert_honest(answer: TestResponse) -> None:
    for name, pattern in REQUIRED.items():
        said = answer.headers.get_all(name)
        assert len(said) == 1, f"{name}: {said}"
        assert re.fullmatch(pattern, said[0]), f"{name}: {said[0]}"
    policy = answer.headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy
    assert "http:" not in policy
    assert "https:" not in policy
    for rule in ("object-src 'none'", "base-uri 'none'", "report-uri /api/v1/csp-reports"):
        assert rule in policy
    assert "Server" not in answer.headers
    assert "X-Linli-Page" not in answer.headers


def paths(app: Flask) -> Iterator[tuple[str, str]]:
    """Every route with made-up arguments, and what is no route at all."""
    for rule in app.url_map.iter_rules():
        filled = re.sub(r"<uuid:[^>]+>", "0193a5b2-7c11-7e01-9d6f-3a2b1c0d4e5f", rule.rule)
        filled = re.sub(r"<int:[^>]+>", "1", filled)
        filled = re.sub(r"<[^>]+>", "x", filled)
        for method in sorted((rule.methods or set()) | {"TRACE", "PUT"}):
            yield method, filled
    yield "GET", "/no-such-file.js"
    yield "GET", "/api/v1/no-such-thing"
    yield "GET", "/a%00b"
    yield "GET", "/" + "a" * 3000


def test_every_route_with_every_method_answers_with_every_header(
    app: Flask, client: FlaskClient
) -> None:
    for method, path in paths(app):
        answer = client.open(path, method=method, headers={"X-Linli": "1"})
        try:
            assert_honest(answer)
        except AssertionError as wrong:
            raise AssertionError(f"{method} {path} → {answer.status_code}") from wrong


def test_the_worker_carries_them(app: Flask, client: FlaskClient) -> None:
    (app.config["LINLI"].pwa_dist / "sw.js").write_text("// worker")
    answer = client.get("/sw.js")
    assert_honest(answer)
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]


def test_the_shell_allows_its_own_scripts_and_one_policy_of_trusted_types(
    client: FlaskClient,
) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert "require-trusted-types-for 'script'; trusted-types linli" in policy


@pytest.mark.parametrize(
    ("path", "wasm"),
    [("/assets/worker-Ab1_c.js", True), ("/assets/index-Ab1_c.js", False), ("/sw.js", False)],
)
def test_webassembly_is_for_the_shell_and_the_scan_worker_alone(path: str, wasm: bool) -> None:
    policy = headers.policy_for(path, "text/javascript", shell=False)
    assert ("wasm-unsafe-eval" in policy) is wasm


def test_data_allows_nothing_at_all(client: FlaskClient) -> None:
    answer = client.get("/api/v1/areas/")
    assert answer.status_code == 401
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "'self'" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


def broken(environ: object, start_response: object) -> list[bytes]:
    raise RuntimeError("a secret sentence")


def test_a_failure_outside_the_application_is_answered_honestly_too() -> None:
    from werkzeug.test import Client

    answer = Client(headers.SecurityHeaders(broken)).get("/")  # type: ignore[arg-type]  # a broken one
    assert answer.status_code == 500
    assert_honest(answer)
    assert "secret" not in answer.get_data(as_text=True)
    assert answer.get_json()["error"] == "server.unexpected"


def test_a_failing_view_tells_nothing_about_itself(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("SELECT secret FROM server/visits/service.py")

    monkeypatch.setitem(app.view_functions, "kit.healthz", fail)
    monkeypatch.setitem(app.config, "TESTING", False)
    answer = client.get("/healthz")
    assert answer.status_code == 500
    assert_honest(answer)
    told = answer.get_data(as_text=True)
    assert not re.search(r"SELECT|Traceback|\.py|server/|Werkzeug|Flask|Python", told)
    assert answer.get_json()["details"]["request_id"]


def counted() -> float:
    from prometheus_client import REGISTRY

    return REGISTRY.get_sample_value("linli_csp_reports_total", {"directive": "script-src"}) or 0


REPORT = (
    b'{"csp-report":{"effective-directive":"script-src","blocked-uri":'
    b'"https://evil.example/x?phone=15400001234"}}'
)


def test_a_browsers_report_is_counted(client: FlaskClient) -> None:
    before = counted()
    answer = client.post(headers.REPORTS, data=REPORT, content_type="application/csp-report")
    assert answer.status_code == 204
    assert counted() == before + 1


@pytest.mark.parametrize("body", [b"", b"{", b"[1,2]", b'{"csp-report":[]}', b"[" * 5000])
def test_a_false_report_does_no_harm(client: FlaskClient, body: bytes) -> None:
    answer = client.post(headers.REPORTS, data=body, content_type="application/csp-report")
    assert answer.status_code in (204, 400)


def test_a_huge_report_is_refused(client: FlaskClient) -> None:
    answer = client.post(
        headers.REPORTS, data=b" " * 100_000, content_type="application/csp-report"
    )
    assert answer.status_code == 413


def test_the_page_itself_holds_no_inline_script_or_style() -> None:
    page = (Path(__file__).parents[2] / "pwa" / "index.html").read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", page)


def test_an_unchanged_page_keeps_the_policy_it_came_with(client: FlaskClient) -> None:
    first = client.get("/")
    again = client.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert "Content-Security-Policy" not in again.headers
    assert again.headers["X-Content-Type-Options"] == "nosniff"
