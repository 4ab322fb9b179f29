"""Keeps a sample outbox of the present build: ``python -m tests.sync.outboxes NAME``."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.sync.protocol import SUITE
from tests.sync.simulation.process import NODE, PWA, build

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "outboxes"
KEY_FILE = FOLDER / "key.json"


def private_key() -> ec.EllipticCurvePrivateKey:
    """The key to which the samples are sealed."""
    return ec.derive_private_key(int(json.loads(KEY_FILE.read_text())["d"], 16), ec.SECP256R1())


def seal_key() -> dict[str, str]:
    """Its public half, as an enrolment would name it."""
    point = private_key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    public = base64.urlsafe_b64encode(point).rstrip(b"=").decode()
    return {"key_id": "samples", "public_key": public, "suite": SUITE}


def record(name: str) -> dict[str, Any]:
    """A sample outbox made by the app's own code as it is now."""
    with tempfile.TemporaryDirectory() as folder:
        program = build(Path(folder), "golden")
        made = subprocess.run(
            [NODE, program, json.dumps(seal_key()), name],
            cwd=PWA, check=True, capture_output=True, text=True, encoding="utf-8",
        )  # fmt: skip
    sample: dict[str, Any] = json.loads(made.stdout)
    return sample


def kept() -> list[Path]:
    """All samples, by name."""
    return sorted(path for path in FOLDER.glob("*.json") if path != KEY_FILE)


if __name__ == "__main__":
    target = FOLDER / f"{sys.argv[1]}.json"
    if target.exists():
        sys.exit(f"{target.name} is kept as it is; choose another name")
    target.write_text(json.dumps(record(sys.argv[1]), ensure_ascii=False, indent=1) + "\n")
