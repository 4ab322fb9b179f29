"""The process that the kill test kills: writes batches and says which it was told are kept."""

from __future__ import annotations

import json
import sys

from flask import Flask

from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from server.sync.changes import record_change
from tests.factories.areas import COMMITTEE


def work(app: Flask) -> None:
    """Until killed."""
    say = sys.stdout
    with app.app_context():
        say.write("ready\n")
        say.flush()
        while True:
            ids = [str(new_id()) for _ in range(20)]
            say.write("begin " + json.dumps(ids) + "\n")
            say.flush()
            with transaction(write=True):
                for entity_id in ids:
                    record_change(COMMITTEE, "note", entity_id)
            say.write("kept " + json.dumps(ids) + "\n")
            say.flush()
