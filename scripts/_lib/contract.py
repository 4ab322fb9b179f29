"""Writes the contract: schemas → server/openapi.json → pwa/src/api/schema.d.ts; visit forms → pwa/src/api/forms.json;
texts people agree to → pwa/src/api/consents.json;
the sound of the help's questions → pwa/src/features/help/pinyin.json."""

from __future__ import annotations

import json
import re
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

from scripts._lib import pwa
from scripts._lib.environment import clean_environment
from scripts._lib.say import ROOT, Stop, fail, step
from scripts._lib.tools import run_logged
from server.app import create_app
from server.config import Config
from server.consents import texts
from server.extensions import api
from server.visits import definitions

OPENAPI = ROOT / "server" / "openapi.json"
TYPES = pwa.PWA / "src" / "api" / "schema.d.ts"
FORMS = pwa.PWA / "src" / "api" / "forms.json"
CONSENTS = pwa.PWA / "src" / "api" / "consents.json"
HELP = pwa.PWA / "src" / "i18n" / "zh" / "help.ts"
PINYIN = pwa.PWA / "src" / "features" / "help" / "pinyin.json"


def document() -> dict[str, Any]:
    """The OpenAPI document of the application as it is now."""
    with tempfile.TemporaryDirectory() as place, warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always", UserWarning)
        folder = Path(place)
        app = create_app(
            Config(
                data_dir=folder,
                database_url="sqlite://",
                keys_file=folder / "keys.json",
                mode="test",
            )
        )
        with app.app_context():
            spec = api.described()
    twice = sorted({str(w.message).split(".")[0] for w in heard if "schema" in str(w.message)})
    if twice:
        raise Stop(
            "两个 schema 同名，请改其中一个的类名：" + "；".join(twice),
            "Two schemas share a name in the contract; rename one: " + "; ".join(twice),
        )
    return spec


def as_text(spec: dict[str, Any]) -> str:
    """One form, so that a difference is a real one."""
    return json.dumps(spec, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def forms() -> str:
    """The visit forms as the client reads them."""
    return json.dumps(definitions.as_data(), ensure_ascii=False, indent=1) + "\n"


def consents() -> str:
    """The words people agree to, as the client reads them."""
    return json.dumps(texts.as_data(), ensure_ascii=False, indent=1) + "\n"


def pinyin() -> str:
    """How each question of the help and its other words sound, so that a phone finds them without a dictionary."""
    from pypinyin import Style, lazy_pinyin  # 55 MB, needed here only

    said: dict[str, list[str]] = {}
    for name, words in re.findall(r"'[qk]\.(\w+)': '(.*)'", HELP.read_text(encoding="utf-8")):
        for phrase in re.split(r"[^\w]+", words):
            if phrase:
                sounds = " ".join(lazy_pinyin(phrase, style=Style.NORMAL)).lower()
                said.setdefault(name, []).append(sounds)
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def types(contract: Path, target: Path) -> None:
    """TypeScript types of a contract file."""
    run_logged(
        "openapi-typescript",
        [pwa.NODE, "node_modules/openapi-typescript/bin/cli.js", contract, "-o", target],
        cwd=pwa.PWA,
        env=clean_environment(),
        log=target.with_suffix(".log") if target != TYPES else None,
    )


def main() -> int:
    pwa.packages()
    fresh = as_text(document())
    changed = not OPENAPI.exists() or OPENAPI.read_text(encoding="utf-8") != fresh
    OPENAPI.write_text(fresh, encoding="utf-8")
    FORMS.write_text(forms(), encoding="utf-8")
    CONSENTS.write_text(consents(), encoding="utf-8")
    PINYIN.write_text(pinyin(), encoding="utf-8")
    types(OPENAPI, TYPES)
    step(f"{'已更新 updated' if changed else '没有变化 unchanged'}: server/openapi.json")
    return 0


if __name__ == "__main__":
    sys.exit(fail(main))
