"""A photo in pieces: what is told to be here is here, what is whole is the photo, and nobody else's visit is touched."""

from __future__ import annotations

import io
import itertools
import threading
import uuid
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from server.attachments import pictures, service, upkeep, uploads
from server.attachments.models import Attachment, Upload, UploadPart
from server.kit import clock, storage
from server.kit.database import db
from server.kit.errors import Busy
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from tests.factories.people import make_person
from tests.factories.phones import Phone, make_phone
from tests.factories.uploads import (
    PIECE,
    Sending,
    a_month_of,
    checksum,
    grainy_photo,
    later,
    metadata,
    plain_photo,
)
from tests.sync.test_races import run


@pytest.fixture
def sending(app: Flask, client: FlaskClient, data_dir: Path) -> Sending:
    return Sending(make_phone(make_person("volunteer"), client))


@pytest.fixture
def visit() -> uuid.UUID:
    return new_id()


def files(data_dir: Path, room: str) -> list[Path]:
    return [path for path in (data_dir / room).rglob("*") if path.is_file()]


def rows(model: Any) -> int:
    with transaction(write=False):
        query = select(func.count()).select_from(model)
        return int(
            db.session.execute(query.execution_options(linli_scope="system: test")).scalar_one()
        )


def shown(sending: Sending, upload: str) -> Any:
    worker = make_person("committee")
    return worker.call(sending.phone.client, "GET", f"/attachments/{upload}")


def test_piece_by_piece_it_becomes_a_picture_the_committee_opens(
    sending: Sending, visit: uuid.UUID, data_dir: Path
) -> None:
    data = grainy_photo()
    assert len(data) > 3 * 64 * 1024
    upload = sending.whole(visit, data, of=64 * 1024)
    assert sending.offset(upload) == len(data)
    assert Image.open(io.BytesIO(shown(sending, upload).data)).size == (700, 700)
    assert files(data_dir, "uploads") == []
    assert rows(Upload) == rows(UploadPart) == 0


def test_an_answer_names_the_protocol_the_offset_and_when_it_is_given_up(
    sending: Sending, visit: uuid.UUID
) -> None:
    begun = sending.begin(visit, plain_photo())
    assert begun.status_code == 201
    assert begun.headers["Tus-Resumable"] == "1.0.0"
    assert begun.headers["Upload-Offset"] == "0"
    assert begun.headers["Upload-Expires"].endswith("GMT")
    told = sending.call("HEAD", "/" + begun.headers["Location"].rsplit("/", 1)[1])
    assert told.headers["Cache-Control"] == "no-store"
    assert told.headers["Upload-Length"] == str(len(plain_photo()))


def test_what_the_server_can_do_is_said_without_a_log_in(sending: Sending) -> None:
    said = sending.phone.client.options("/api/v1/attachments/uploads")
    assert said.headers["Tus-Version"] == "1.0.0"
    assert said.headers["Tus-Extension"] == "creation,checksum,expiration"
    assert int(said.headers["Tus-Max-Size"]) == service.MOST_BYTES


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_another_version_of_tus_is_told_which_one_is_spoken(
    sending: Sending, visit: uuid.UUID, method: str
) -> None:
    upload = sending.begun(visit, plain_photo())
    path = "" if method == "POST" else f"/{upload}"
    answer = sending.call(method, path, headers={"Tus-Resumable": "0.2.2"})
    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")


def test_a_piece_at_the_wrong_place_is_refused_with_the_right_one(
    sending: Sending, visit: uuid.UUID
) -> None:
    data = plain_photo()
    upload = sending.begun(visit, data)
    sending.piece(upload, 0, data[:100])
    for at in (0, 99, 101, len(data)):
        answer = sending.piece(upload, at, data[100:200])
        assert (answer.status_code, answer.get_json()["details"]) == (409, {"offset": 100})
    assert sending.offset(upload) == 100


def test_pieces_in_any_order_come_together_only_in_the_right_one(
    sending: Sending, visit: uuid.UUID
) -> None:
    data = plain_photo()
    upload = sending.begun(visit, data)
    pieces = list(sending.pieces(data, -(-len(data) // 5)))
    told = []
    for n in (2, 0, 2, 1, 0, 4, 2, 3, 4):
        at, piece = pieces[n]
        told.append(sending.piece(upload, at, piece).status_code)
    assert told == [409, 204, 409, 204, 409, 409, 204, 204, 204]
    assert shown(sending, upload).status_code == 200


def test_more_than_was_declared_is_refused(sending: Sending, visit: uuid.UUID) -> None:
    data = plain_photo()
    upload = sending.begun(visit, data)
    assert sending.piece(upload, 0, data + b"x").status_code == 413
    assert sending.offset(upload) == 0


def test_a_piece_that_does_not_fit_its_checksum_leaves_nothing(
    sending: Sending, visit: uuid.UUID, data_dir: Path
) -> None:
    data = plain_photo()
    upload = sending.begun(visit, data)
    for algorithm in ("sha256", "sha1"):
        wrong = {"Upload-Checksum": checksum(data[:50], algorithm)}
        answer = sending.piece(upload, 0, b"x" + data[1:50], **wrong)
        assert (answer.status_code, answer.get_json()["error"]) == (
            460,
            "attachment.damaged_on_the_way",
        )
    assert sending.offset(upload) == 0
    assert files(data_dir, "uploads") == []
    right = {"Upload-Checksum": checksum(data[:50])}
    assert sending.piece(upload, 0, data[:50], **right).status_code == 204


def test_every_flipped_byte_is_noticed_at_the_end_and_the_whole_is_asked_for_again(
    sending: Sending, visit: uuid.UUID, data_dir: Path
) -> None:
    data = plain_photo((8, 8))
    for at in range(0, len(data), 29):
        flipped = bytearray(data)
        flipped[at] ^= 0x10
        number = new_id()
        upload = sending.begun(visit, data, attachment_id=number)
        assert sending.piece(upload, 0, bytes(flipped[:400])).status_code == 204
        answer = sending.piece(upload, 400, bytes(flipped[400:]))
        assert (answer.status_code, answer.get_json()["error"]) == (
            422,
            "attachment.not_as_declared",
        )
        assert sending.call("HEAD", f"/{upload}").status_code == 404
    assert rows(Attachment) == rows(UploadPart) == 0
    assert files(data_dir, "uploads") == files(data_dir, "attachments") == []
    assert shown(sending, sending.whole(visit, data, attachment_id=number)).status_code == 200


def test_a_line_that_breaks_at_any_byte_keeps_what_came_or_nothing(
    sending: Sending, visit: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = plain_photo((8, 8))
    for least in (1, uploads.LEAST_KEPT):
        monkeypatch.setattr(uploads, "LEAST_KEPT", least)
        upload = sending.begun(visit, data)
        here = 0
        for after in range(60):
            answer = sending.cut(upload, here, data[here:], after)
            assert answer.status_code in (204, 400)
            now = sending.offset(upload)
            assert now == (here + after if after >= least else here)
            here = now
            if here >= len(data) - 60:
                break
        assert sending.piece(upload, here, data[here:]).status_code == 204
        assert shown(sending, upload).status_code == 200
        with transaction(write=True):
            service.forget("visit", [visit])


def test_a_cut_piece_with_a_checksum_is_not_kept(
    sending: Sending, visit: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "LEAST_KEPT", 1)
    data = plain_photo()
    upload = sending.begun(visit, data)
    answer = sending.call(
        "PATCH",
        f"/{upload}",
        data=data[:40],
        headers={
            "Upload-Offset": "0",
            "Content-Type": PIECE,
            "Upload-Checksum": checksum(data[:41]),
        },
    )
    assert answer.status_code == 460
    assert sending.offset(upload) == 0


def test_begun_twice_it_is_one_and_says_how_far_it_is(sending: Sending, visit: uuid.UUID) -> None:
    data, number = plain_photo(), new_id()
    upload = sending.begun(visit, data, attachment_id=number)
    sending.piece(upload, 0, data[:100])
    again = sending.begin(visit, data, attachment_id=number)
    assert (again.status_code, again.headers["Upload-Offset"]) == (201, "100")
    assert rows(Upload) == 1


def test_the_same_bytes_of_the_same_visit_are_already_there(
    sending: Sending, visit: uuid.UUID
) -> None:
    data = plain_photo()
    sending.whole(visit, data)
    again = sending.begin(visit, data)
    assert (again.status_code, again.headers["Upload-Offset"]) == (201, str(len(data)))
    assert rows(Upload) == 0
    assert rows(Attachment) == 1


def test_the_same_bytes_sent_twice_at_once_are_one_photo(
    sending: Sending, visit: uuid.UUID, data_dir: Path
) -> None:
    data = plain_photo()
    one, other = sending.begun(visit, data), sending.begun(visit, data)
    for upload in (one, other):
        assert sending.piece(upload, 0, data).status_code == 204
    assert rows(Attachment) == 1
    assert len(files(data_dir, "attachments")) == 1


def test_a_number_used_for_something_else_is_taken(sending: Sending, visit: uuid.UUID) -> None:
    data, number = plain_photo(), new_id()
    sending.begun(visit, data, attachment_id=number)
    for other in ({"sha256": "0" * 64}, {"entity_id": new_id()}, {"size": 5}):
        answer = sending.begin(
            **{"visit_id": visit, "data": data, "attachment_id": number, **other}
        )
        assert (answer.status_code, answer.get_json()["error"]) == (409, "attachment.id_taken")


def test_somebody_elses_upload_is_like_none(
    sending: Sending, visit: uuid.UUID, client: FlaskClient
) -> None:
    data, number = plain_photo(), new_id()
    upload = sending.begun(visit, data, attachment_id=number)
    other = Sending(make_phone(make_person("volunteer"), client))
    assert other.call("HEAD", f"/{upload}").status_code == 404
    assert other.piece(upload, 0, data[:10]).status_code == 404
    assert other.piece(str(new_id()), 0, data[:10]).status_code == 404
    assert other.begin(visit, data, attachment_id=number).get_json()["error"] == (
        "attachment.id_taken"
    )
    assert sending.offset(upload) == 0


def test_a_log_in_without_a_phone_of_its_own_sends_no_pieces(
    sending: Sending, visit: uuid.UUID, client: FlaskClient
) -> None:
    upload = sending.begun(visit, plain_photo())
    bare = Sending(Phone(make_person("volunteer", user_id=sending.phone.person.user_id), client))
    assert bare.begin(visit, plain_photo()).status_code == 404
    assert bare.call("HEAD", f"/{upload}").status_code == 404
    assert bare.piece(upload, 0, b"x").status_code == 404


def test_a_page_that_is_not_ours_cannot_send(sending: Sending, visit: uuid.UUID) -> None:
    upload = sending.begun(visit, plain_photo())
    evil = sending.piece(upload, 0, b"x", Origin="https://evil.example")
    bare = sending.piece(upload, 0, b"x", **{"X-Linli": ""})
    form = sending.piece(upload, 0, b"x", **{"Content-Type": "text/plain"})
    assert [evil.status_code, bare.status_code, form.status_code] == [403, 403, 415]
    assert sending.offset(upload) == 0


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (None, None),
        ("x", None),
        ("-1", None),
        ("0", None),
        (str(11 * 1024 * 1024), None),
        ("10", ""),
        ("10", "a"),
        ("10", metadata(attachment_id="x")),
        ("10", metadata(filename="../../x.php", evil="1")),
    ],
)
def test_a_beginning_that_cannot_be_read_is_refused(
    sending: Sending, visit: uuid.UUID, length: str | None, said: str | None
) -> None:
    full = {
        "attachment_id": new_id(),
        "entity_type": "visit",
        "entity_id": visit,
        "sha256": "0" * 64,
        "mime": "image/jpeg",
    }
    headers = {"Upload-Metadata": metadata(**full) if said is None else said}
    if length is not None:
        headers["Upload-Length"] = length
    assert sending.call("POST", "", headers=headers).status_code in (400, 413, 422)
    assert rows(Upload) == 0


def test_what_is_no_photo_is_refused_for_good_and_remembered(
    sending: Sending, visit: uuid.UUID, data_dir: Path
) -> None:
    data, number = b"\xff\xd8\xff" + b"no picture at all" * 40, new_id()
    upload = sending.begun(visit, data, attachment_id=number)
    sending.piece(upload, 0, data[:300])
    last = sending.piece(upload, 300, data[300:])
    asked = sending.call("GET", f"/{upload}")
    again = sending.begin(visit, data, attachment_id=number)
    for answer in (last, asked, again):
        assert (answer.status_code, answer.get_json()["error"]) == (415, "attachment.not_a_photo")
    assert files(data_dir, "uploads") == files(data_dir, "attachments") == []


def test_a_busy_decoder_costs_one_piece_and_no_photo(
    sending: Sending, visit: uuid.UUID, monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    data = plain_photo()
    upload = sending.begun(visit, data)
    sending.piece(upload, 0, data[:100])

    def busy(_: bytes) -> Any:
        raise Busy(retry_after=5)

    with monkeypatch.context() as now:
        now.setattr(pictures, "remade", busy)
        answer = sending.piece(upload, 100, data[100:])
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert sending.offset(upload) == 100
    assert sending.piece(upload, 100, data[100:]).status_code == 204
    assert shown(sending, upload).status_code == 200


def test_no_transaction_is_open_while_a_piece_is_read_or_a_picture_made(
    sending: Sending, visit: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = plain_photo()
    seen: list[bool] = []

    class Watched(io.BytesIO):
        def readinto(self, buffer: Any, /) -> int:
            seen.append(db.session().in_transaction())
            return super().readinto(buffer)

    remade = pictures.remade

    def watched(whole: bytes) -> Any:
        seen.append(db.session().in_transaction())
        return remade(whole)

    monkeypatch.setattr(pictures, "remade", watched)
    upload = sending.begun(visit, data)
    answer = sending.call(
        "PATCH",
        f"/{upload}",
        input_stream=Watched(data),
        environ_overrides={"CONTENT_LENGTH": str(len(data))},
        headers={"Upload-Offset": "0", "Content-Type": PIECE},
    )
    assert answer.status_code == 204
    assert len(seen) > 1
    assert not any(seen)


def test_a_piece_lost_here_means_the_phone_sends_it_all_again(
    sending: Sending, visit: uuid.UUID, data_dir: Path
) -> None:
    data, number = plain_photo(), new_id()
    upload = sending.begun(visit, data, attachment_id=number)
    sending.piece(upload, 0, data[:100])
    (kept,) = files(data_dir, "uploads")
    kept.unlink()
    answer = sending.piece(upload, 100, data[100:])
    assert answer.get_json()["error"] == "attachment.not_as_declared"
    assert shown(sending, sending.whole(visit, data, attachment_id=number)).status_code == 200


def test_pieces_rest_sealed(sending: Sending, visit: uuid.UUID, data_dir: Path) -> None:
    data = plain_photo(comment=b"CANARY-PIECE")
    upload = sending.begun(visit, data)
    sending.piece(upload, 0, data[:200])
    (kept,) = files(data_dir, "uploads")
    assert b"CANARY-PIECE" in data[:200]
    assert b"CANARY-PIECE" not in kept.read_bytes()
    assert kept.stat().st_mode & 0o077 == 0


def test_many_at_once_move_one_offset(app: Flask, sending: Sending, visit: uuid.UUID) -> None:
    data = plain_photo()
    upload = sending.begun(visit, data)
    cuts = [0, 100, 250, 400, len(data)]
    lock, told = threading.Lock(), list[int]()

    def work(_: int) -> None:
        mine = Sending(Phone(sending.phone.person, app.test_client()))
        for at, to in itertools.pairwise(cuts):
            for _ in range(20):
                answer = mine.piece(upload, at, data[at:to])
                if answer.status_code != 503:
                    break
            with lock:
                told.append(answer.status_code)

    run(app, work, 4)
    assert set(told) == {204, 409}
    assert told.count(204) == 4
    assert rows(Attachment) == 1
    assert shown(sending, upload).status_code == 200


def test_nine_photos_of_a_visit_two_hundred_a_day_thirty_under_way(
    sending: Sending, visit: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(9):
        sending.whole(visit, plain_photo((20, 20 + n)))
    tenth = sending.begin(visit, plain_photo((20, 40)))
    assert tenth.get_json()["error"] == "attachment.enough_of_this"
    monkeypatch.setattr(uploads, "MOST_OPEN", 1)
    sending.begun(new_id(), plain_photo())
    more = sending.begin(new_id(), plain_photo())
    assert (more.status_code, more.get_json()["error"]) == (429, "attachment.too_many_open")
    assert int(more.headers["Retry-After"]) > 0
    monkeypatch.setattr(service, "MOST_A_DAY", 9)
    today = sending.begin(new_id(), plain_photo())
    assert today.get_json()["error"] == "attachment.enough_for_today"


def test_dust_is_not_kept_for_ever(
    sending: Sending, visit: uuid.UUID, monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    monkeypatch.setattr(uploads, "MOST_PARTS", 3)
    data = plain_photo()
    upload = sending.begun(visit, data)
    told = [sending.piece(upload, at, data[at : at + 1]).status_code for at in range(4)]
    assert told == [204, 204, 204, 422]
    assert files(data_dir, "uploads") == []


def test_a_full_disk_is_said_and_nothing_is_broken(
    sending: Sending, visit: uuid.UUID, monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    data = plain_photo()
    upload = sending.begun(visit, data)
    sending.piece(upload, 0, data[:100])

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    for at, piece in ((100, data[100:200]), (100, data[100:])):
        with monkeypatch.context() as now:
            now.setattr(storage.os, "fsync", full)
            answer = sending.piece(upload, at, piece)
        assert (answer.status_code, answer.get_json()["error"]) == (507, "server.no_room")
        assert int(answer.headers["Retry-After"]) > 0
    assert sending.offset(upload) == 100
    assert len(files(data_dir, "uploads")) == 1
    assert sending.piece(upload, 100, data[100:]).status_code == 204
    assert shown(sending, upload).status_code == 200


def test_after_thirty_days_without_a_byte_it_is_given_up(
    sending: Sending, visit: uuid.UUID, data_dir: Path
) -> None:
    data = plain_photo()
    upload = sending.begun(visit, data)
    sending.piece(upload, 0, data[:100])
    assert later(29.9, upkeep.give_up) == 0
    assert sending.offset(upload) == 100
    assert later(30.1, upkeep.give_up) == 1
    assert sending.call("HEAD", f"/{upload}").status_code == 404
    assert files(data_dir, "uploads") == []
    assert shown(sending, sending.whole(visit, data)).status_code == 200


def test_files_without_a_row_go_and_all_others_stay(
    sending: Sending, visit: uuid.UUID, data_dir: Path
) -> None:
    data = plain_photo()
    done = sending.whole(visit, data)
    half = sending.begun(new_id(), data)
    sending.piece(half, 0, data[:100])
    for room in ("uploads", "attachments"):
        lost = storage.put(room, b"written before the kill, named by no row")
        (data_dir / room / lost[:2] / ("0" * 48)).with_suffix(".new").write_bytes(b"half")
    with transaction(write=True):  # too young: a row may be about to come
        assert not any(upkeep._drop_share(clock.now(), n) for n in range(upkeep.SHARES))
    assert a_month_of(upkeep.drop_orphans) == 2
    assert [len(files(data_dir, room)) for room in ("uploads", "attachments")] == [1, 1]
    assert shown(sending, done).status_code == 200
    assert sending.piece(half, 100, data[100:]).status_code == 204
