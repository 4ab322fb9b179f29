"""What the machine around the server may ask it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from server.kit import health
from server.kit.database import db


def test_it_says_that_it_lives_without_asking_the_database(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(db), "engine", property(lambda _: pytest.fail("asked")))
    answer = client.get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"app": "linli", "status": "ok"})


def test_it_is_not_ready_without_its_database(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone:
        def connect(self) -> None:
            raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(type(db), "engine", property(lambda _: Gone()))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "database" in answer.get_json()["wrong"]


def test_it_is_not_ready_without_room_to_store(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "LEAST_SPACE", 2**63)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "space" in answer.get_json()["wrong"]


def test_figures_name_routes_never_addresses(client: FlaskClient) -> None:
    client.get("/api/v1/areas/mine")
    client.get("/q/Ab3dEf9hIjKl")
    said = client.get("/metrics").get_data(as_text=True)
    assert 'linli_requests_total{method="GET",route="/api/v1/areas/mine"' in said
    assert "Ab3dEf9hIjKl" not in said


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_figures_are_for_this_machine_alone(client: FlaskClient, header: str) -> None:
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 404
    far = client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.5"})
    assert far.status_code == 404
