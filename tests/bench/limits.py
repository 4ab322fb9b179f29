"""What the same machine does when nothing is asked of it: an echo, a floor application, a bare insert.

``echo`` and ``floor`` run under the product's own server program. The floor has no log-in, no rules
and no checks: it stores what it is sent as text and gives back what it holds.
"""

from __future__ import annotations

import gzip
import os
import sqlite3
from typing import Any

import orjson
from flask import Flask, Response, request

URL = os.environ.get("BENCH_URL", "")
ROWS: dict[str, Any] = {}

echo = Flask("echo")


@echo.get("/healthz")
def echo_alive() -> str:
    return "ok"


@echo.post("/echo")
def echo_post() -> Response:
    request.get_data()
    return Response(b"{}", mimetype="application/json")


@echo.get("/echo")
def echo_get() -> Response:
    return Response(b"{}", mimetype="application/json")


floor = Flask("floor")
_line: Any = None


def line() -> Any:
    """One connection a process, durable as in use."""
    global _line
    if _line is None:
        if URL.startswith("sqlite"):
            _line = sqlite3.connect(URL.removeprefix("sqlite:///"), isolation_level=None)
            _line.execute("PRAGMA journal_mode=WAL")
            _line.execute("PRAGMA synchronous=FULL")
        else:
            import psycopg

            _line = psycopg.connect(URL, autocommit=True)
        _line.execute(
            "CREATE TABLE IF NOT EXISTS floor_row (id text PRIMARY KEY, seq bigint, body text)"
        )
        _line.execute("CREATE INDEX IF NOT EXISTS ix_floor_row ON floor_row (seq)")
    return _line


def put(rows: list[dict[str, Any]]) -> None:
    """Every row in one transaction, the fastest honest way of each driver."""
    connection = line()
    if URL.startswith("sqlite"):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO floor_row VALUES (?, ?, ?)",
            [(r["id"], r["seq"], orjson.dumps(r).decode()) for r in rows],
        )
        connection.execute("COMMIT")
    else:
        text = orjson.dumps(
            [{"id": r["id"], "seq": r["seq"], "body": orjson.dumps(r).decode()} for r in rows]
        )
        connection.execute(
            "INSERT INTO floor_row SELECT * FROM jsonb_to_recordset(%s::jsonb) "
            "AS t(id text, seq bigint, body text)",
            (text.decode(),),
        )


@floor.get("/healthz")
def floor_alive() -> str:
    return "ok"


@floor.post("/push")
def floor_push() -> Response:
    given = orjson.loads(gzip.decompress(request.get_data()))
    put([{**m["payload"], "id": m["mutation_id"], "seq": 0} for m in given["mutations"]])
    told = [{"id": m["mutation_id"], "verdict": "applied"} for m in given["mutations"]]
    return Response(gzip.compress(orjson.dumps(told), 3), headers={"Content-Encoding": "gzip"})


@floor.post("/fill")
def floor_fill() -> Response:
    put(orjson.loads(gzip.decompress(request.get_data())))
    return Response(b"{}", mimetype="application/json")


@floor.get("/pull")
def floor_pull() -> Response:
    since = int(request.args.get("since", "0"))
    mark = "?" if URL.startswith("sqlite") else "%s"
    rows = (
        line()
        .execute(f"SELECT body FROM floor_row WHERE seq > {mark} ORDER BY seq", (since,))
        .fetchall()
    )
    body = b"[" + b",".join(r[0].encode() for r in rows) + b"]"
    if len(body) < 1024:
        return Response(body, mimetype="application/json")
    return Response(gzip.compress(body, 3), headers={"Content-Encoding": "gzip"})


@floor.get("/poll")
def floor_poll() -> Response:
    top = line().execute("SELECT max(seq) FROM floor_row").fetchone()[0]
    return Response(b'{"seq":%d}' % (top or 0), mimetype="application/json")
