"""A page that shows the contract to people who build against it; in development only (S33).

It is written by the server from the same contract as ``openapi.json``, without a script, so it needs
no bundle of others, no exception in the content policy and no other host.
"""

from __future__ import annotations

from html import escape
from typing import Any

from flask import Flask, Response

from server import extensions
from server.config import Config
from server.kit import open_views

PATH = "/api/v1/docs"
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 64rem; padding: 1rem; color: #1a1a1a; }
h2 { border-bottom: 1px solid #d9d9d9; margin: 2rem 0 .5rem; }
summary { cursor: pointer; padding: .4rem 0; min-height: 1.5rem; overflow-wrap: anywhere; }
summary b { display: inline-block; min-width: 4.5rem; }
code { font: 15px/1.5 ui-monospace, monospace; }
table { border-collapse: collapse; margin: .5rem 0 1rem; width: 100%; }
td, th { border: 1px solid #e5e5e5; padding: .25rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
"""
WORDS = (
    "Every call carries <code>X-Linli: 1</code>; whoever is signed in also "
    "<code>Authorization: Bearer …</code>. Errors have one shape: <code>error</code>, "
    "<code>message</code>, <code>fields</code>, <code>details</code>."
)


def kind(shape: dict[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in shape:
        return str(shape["$ref"]).rsplit("/", 1)[-1]
    if "enum" in shape:
        return " | ".join(str(one) for one in shape["enum"])
    said = shape.get("type", "any")
    words = [str(one) for one in said] if isinstance(said, list) else [str(said)]
    if "array" in words:
        words[words.index("array")] = f"list of {kind(shape.get('items', {}))}"
    return " or ".join(words) + (f" ({shape['format']})" if "format" in shape else "")


def rows(named: list[tuple[str, str, str]]) -> str:
    """Name, kind and remark, a line each."""
    if not named:
        return ""
    cells = "".join(
        f"<tr><th scope=row><code>{escape(name)}</code></th><td>{escape(what)}</td><td>{escape(how)}</td></tr>"
        for name, what, how in named
    )
    return f"<table>{cells}</table>"


def fields(shape: dict[str, Any]) -> str:
    """The properties of one schema."""
    needed = shape.get("required", ())
    return rows(
        [
            (name, kind(inner), "required" if name in needed else "")
            for name, inner in shape.get("properties", {}).items()
        ]
    )


def operation(method: str, path: str, said: dict[str, Any]) -> str:
    """One call: what it is for, what it takes, what it answers."""
    taken = [
        (one["name"], kind(one.get("schema", {})), one["in"])
        for one in said.get("parameters", ())
        if "name" in one
    ]
    taken += [
        ("body", kind(body.get("schema", {})), media)
        for media, body in said.get("requestBody", {}).get("content", {}).items()
    ]
    answers = [
        (status, kind(body.get("schema", {})), media)
        for status, answer in said.get("responses", {}).items()
        for media, body in (answer.get("content") or {"": {}}).items()
    ]
    return (
        f"<details><summary><b>{escape(method.upper())}</b> <code>{escape(path)}</code> "
        f"{escape(said.get('summary', ''))}</summary><p>{escape(said.get('description', ''))}</p>"
        f"{rows(taken)}{rows(answers)}</details>"
    )


def written(contract: dict[str, Any]) -> str:
    """The whole page."""
    by_tag: dict[str, list[str]] = {}
    for path, item in contract["paths"].items():
        for method, said in item.items():
            if isinstance(said, dict) and "responses" in said:
                tag = (said.get("tags") or ["…"])[0]
                by_tag.setdefault(tag, []).append(operation(method, path, said))
    calls = "".join(f"<h2>{escape(tag)}</h2>{''.join(found)}" for tag, found in by_tag.items())
    shapes = "".join(
        f"<details id='{escape(name)}'><summary><code>{escape(name)}</code></summary>{fields(shape)}</details>"
        for name, shape in sorted(contract.get("components", {}).get("schemas", {}).items())
    )
    title = escape(contract["info"]["title"])
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title} API</title>"
        "<meta name=viewport content='width=device-width, initial-scale=1'>"
        f"<link rel=stylesheet href='{PATH}.css'><main><h1>{title} API</h1><p>{WORDS} "
        f"<a href='/api/v1/openapi.json'>openapi.json</a></p>{calls}<h2>Shapes</h2>{shapes}</main></html>"
    )


def init_app(app: Flask, config: Config) -> None:
    """The page and its sheet, when the installation says it is a development one."""
    if config.mode != "development":
        return

    def api_page() -> Response:
        return Response(written(extensions.api.described()), mimetype="text/html")

    def api_page_style() -> Response:
        return Response(STYLE, mimetype="text/css")

    for path, view in ((PATH, api_page), (f"{PATH}.css", api_page_style)):
        open_views.add(app, path, view, reason="development: the contract, for people")
