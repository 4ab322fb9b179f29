"""What any build of the app ever recorded, the present server takes."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives import hpke
from flask.testing import FlaskClient

from server.access import service as access
from server.kit import clock
from server.kit.database import db
from server.kit.unit_of_work import transaction
from server.residents.addresses import Plate
from server.residents.models import Household, Resident
from server.tasks.models import Task
from tests.factories.areas import COMMITTEE
from tests.factories.consents import born
from tests.factories.phones import Phone, make_phone
from tests.factories.tasks import make_named
from tests.sync import outboxes

SAMPLES = outboxes.kept()


@pytest.fixture(params=SAMPLES, ids=lambda path: path.stem)
def sample(request: pytest.FixtureRequest) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(request.param.read_text())
    return read


def _village_of(sample: dict[str, Any], phone: Phone) -> None:
    """The households and tasks the sample speaks of."""
    for number, id_ in enumerate(sample["households"]):
        plate = Plate("3", "2", str(501 + number), "")
        with transaction(write=True):
            household = Household(
                id=uuid.UUID(id_),
                area_id=COMMITTEE,
                building="3",
                unit="2",
                room=str(501 + number),
                house="",
                door_order=plate.order,
                display_name="荀家",
            )
            db.session.add(household)
            access.grant_household(
                user_id=phone.person.user_id,
                household_id=uuid.UUID(id_),
                area_id=COMMITTEE,
                cause="pairing",
                cause_id=uuid.UUID(id_),
                starts_at=clock.now() - timedelta(days=1),
            )
    for id_ in sample.get("children", ()):
        with transaction(write=True):
            db.session.add(
                Resident(
                    id=uuid.UUID(id_),
                    area_id=COMMITTEE,
                    household_id=uuid.UUID(sample["households"][0]),
                    name="荀小满",
                    relation="grandson",
                    birth_date=born(9, days=40),
                )
            )
    for id_ in sample["tasks"]:
        with transaction(write=True):
            db.session.add(
                Task(
                    id=uuid.UUID(id_),
                    area_id=COMMITTEE,
                    kind="home_visit",
                    state="open",
                    household_id=None,
                    due_from=clock.today(),
                    due_to=clock.today() + timedelta(days=3),
                )
            )


def test_there_is_a_sample_to_hand_in() -> None:
    assert SAMPLES


def test_every_entry_of_every_build_is_applied(
    client: FlaskClient, clock_at: clock.SetClock, sample: dict[str, Any]
) -> None:
    clock_at.move(timedelta(hours=4))
    phone = make_phone(make_named("苏竹", "volunteer", "child_director"), client)
    _village_of(sample, phone)
    verdicts = phone.verdicts(*(entry["mutation"] for entry in sample["entries"]))
    assert Counter(v["verdict"] for v in verdicts) == {"applied": len(sample["entries"])}, verdicts


def test_phone_and_server_write_the_same_canonical_text(sample: dict[str, Any]) -> None:
    for entry in sample["entries"]:
        text = rfc8785.dumps(entry["mutation"]["payload"])
        assert text == entry["canonical"].encode()
        assert hashlib.sha256(text).hexdigest() == entry["mutation"]["hash"]


def test_the_sealed_copy_opens_to_the_same_entry(sample: dict[str, Any]) -> None:
    suite = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    for entry in sample["entries"]:
        info = f"linli outbox v1|{sample['key_id']}|{entry['mutation']['mutation_id']}".encode()
        sealed = base64.urlsafe_b64decode(entry["sealed"] + "=" * (-len(entry["sealed"]) % 4))
        opened = json.loads(suite.decrypt(sealed, outboxes.private_key(), info=info))
        assert {**opened, "device_seq": entry["mutation"]["device_seq"]} == entry["mutation"]


def test_a_build_that_records_differently_has_a_sample_of_its_own() -> None:
    """Fails when the recording code changed shape and no sample of it was kept."""

    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: shape(inner) for key, inner in value.items()}
        return (
            [shape(inner) for inner in value] if isinstance(value, list) else type(value).__name__
        )

    def shapes(kept: dict[str, Any]) -> Any:
        return [shape(entry["mutation"]) for entry in kept["entries"]], shape(kept["states"])

    now = shapes(outboxes.record("now"))
    assert any(shapes(json.loads(path.read_text())) == now for path in SAMPLES)
