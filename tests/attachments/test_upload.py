"""A photo arrives once, as a picture of our own making, and only the committee sees it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from server.kit import storage
from server.kit.errors import NotFound
from server.kit.ids import new_id
from tests.attachments.conftest import Sender, photo
from tests.factories.areas import SIBLING
from tests.factories.people import make_person


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_received_and_the_committee_can_look_at_it(sender: Sender, kind: str) -> None:
    answer = sender.send(photo(kind))
    assert answer.status_code == 201, answer.get_json()
    shown = sender.fetch(answer.get_json()["attachment_id"])
    assert shown.status_code == 200
    assert Image.open(io.BytesIO(shown.data)).size == (60, 40)


def test_it_is_served_so_that_no_browser_runs_it(sender: Sender) -> None:
    shown = sender.fetch(sender.send(photo()).get_json()["attachment_id"])
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Disposition"].startswith("attachment;")
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
    assert "no-store" in shown.headers["Cache-Control"]


def test_sent_again_it_is_already_there(sender: Sender) -> None:
    data = photo()
    meta = sender.meta(data)
    assert [sender.send(data, meta).status_code for _ in range(2)] == [201, 200]


def test_the_same_bytes_under_a_new_number_are_already_there(sender: Sender) -> None:
    data = photo()
    sender.send(data)
    assert sender.send(data).status_code == 200


def test_a_number_somebody_else_used_is_taken(sender: Sender) -> None:
    data = photo()
    meta = sender.meta(data)
    sender.send(data, meta)
    other = make_person("volunteer")
    answer = sender.send(data, meta, by=other)
    assert (answer.status_code, answer.get_json()["error"]) == (409, "attachment.id_taken")


@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"size": 1}])
def test_bytes_that_are_not_as_declared_are_asked_for_again(
    sender: Sender, change: dict[str, Any]
) -> None:
    data = photo()
    answer = sender.send(data, sender.meta(data, **change))
    assert answer.get_json()["error"] == "attachment.not_as_declared"


def test_position_and_camera_are_gone_from_what_is_kept(sender: Sender) -> None:
    exif = Image.Exif()
    exif[0x010F] = "CANARY-CAMERA"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    data = photo(exif=exif)
    assert b"CANARY-CAMERA" in data
    shown = sender.fetch(sender.send(data).get_json()["attachment_id"]).data
    assert b"CANARY-CAMERA" not in shown
    assert b"Exif" not in shown
    assert Image.open(io.BytesIO(shown)).size == (40, 60)  # turned upright first


@pytest.mark.parametrize("tail", [b"<script>alert(1)</script>", b"<?php x ?>", b"PK\x03\x04evil"])
def test_what_hides_behind_a_picture_is_gone(sender: Sender, tail: bytes) -> None:
    data = photo("JPEG", comment=tail) + tail
    shown = sender.fetch(sender.send(data).get_json()["attachment_id"]).data
    assert tail not in shown


@pytest.mark.parametrize(
    ("what", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.svg"),
        (b"<!doctype html><script>1</script>", "a.jpg"),
        (b"%PDF-1.7 /JS (app.alert(1))", "a.jpg"),
        (b"GIF89a" + b"\x00" * 40, "a.gif"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40, "a.heic"),
        (b"\xff\xd8\xff\xe0 not a picture at all", "a.jpg"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 60, "a.png"),
        (b"MZ" + b"\x00" * 60, "a.php.jpg"),
    ],
)
def test_what_is_no_photo_is_refused_by_its_content(sender: Sender, what: bytes, name: str) -> None:
    answer = sender.send(what, name=name)
    assert (answer.status_code, answer.get_json()["error"]) == (415, "attachment.not_a_photo")


def test_a_picture_of_a_flood_of_pixels_is_refused_before_it_is_drawn(sender: Sender) -> None:
    small = bytearray(photo("PNG", (1, 1)))
    at = small.index(b"IHDR") + 4
    small[at : at + 8] = (64_000).to_bytes(4, "big") * 2
    import zlib

    crc = zlib.crc32(bytes(small[at - 4 : at + 13]))
    small[at + 13 : at + 17] = crc.to_bytes(4, "big")
    answer = sender.send(bytes(small))
    assert (answer.status_code, answer.get_json()["error"]) == (413, "attachment.too_many_pixels")


def test_of_an_animation_the_first_picture_is_kept(sender: Sender) -> None:
    frames = [Image.new("RGB", (30, 30), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    shown = sender.fetch(sender.send(out.getvalue()).get_json()["attachment_id"]).data
    red, green, _ = Image.open(io.BytesIO(shown)).getpixel((15, 15))  # type: ignore[misc]  # an RGB picture gives three numbers
    assert red > 200
    assert green < 60


def test_a_damaged_photo_never_harms_the_server(sender: Sender) -> None:
    import random

    dice = random.Random(7)
    for _ in range(12):
        data = bytearray(photo(dice.choice(["JPEG", "PNG", "WEBP"])))
        for _ in range(dice.randint(1, 30)):
            data[dice.randrange(12, len(data))] = dice.randrange(256)
        cut = bytes(data[: dice.randint(20, len(data))])
        assert sender.send(cut).status_code in (201, 413, 415)


def test_eleven_megabytes_are_too_large(sender: Sender) -> None:
    data = b"\xff\xd8\xff" + b"\x00" * (11 * 1024 * 1024)
    assert sender.send(data, sender.meta(b"x")).status_code == 413


@pytest.mark.parametrize(
    "meta", ["", "{", "[]", "null", '{"attachment_id": 1}', json.dumps({"x": "y"})]
)
def test_a_description_that_cannot_be_read_is_refused(sender: Sender, meta: str) -> None:
    data = photo()
    answer = sender.client.post(
        "/api/v1/attachments",
        data={"meta": meta, "file": (io.BytesIO(data), "p.jpg")},
        headers=sender.volunteer.headers(),
    )
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "a.php.jpg", "con", "a" * 300 + ".jpg", "\u202egpj.exe", "/abs.jpg", ".."],
)
def test_the_name_a_file_came_with_means_nothing(sender: Sender, data_dir: Path, name: str) -> None:
    assert sender.send(photo(), name=name).status_code == 201
    kept = [path for path in (data_dir / "attachments").rglob("*") if path.is_file()]
    assert len(kept) == 1
    assert len(kept[0].name) == 48


def test_what_rests_on_the_disk_is_sealed(sender: Sender, data_dir: Path) -> None:
    sender.send(photo())
    (kept,) = (path for path in (data_dir / "attachments").rglob("*") if path.is_file())
    assert b"JFIF" not in kept.read_bytes()
    assert kept.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["..", "../x", "a/b", "", "%2e%2e", "x" * 48, "0" * 47])
def test_the_store_hands_out_nothing_but_its_own_names(sender: Sender, name: str) -> None:
    with pytest.raises(NotFound):
        storage.get("attachments", name)


@pytest.mark.parametrize("path", ["..%2f..%2fkeys.json", "%00", "x", "0", "../keys.json"])
def test_no_path_leads_out_of_the_store(sender: Sender, path: str) -> None:
    assert sender.fetch(path).status_code in (404, 405)


def test_another_committee_does_not_see_it(sender: Sender) -> None:
    sent = sender.send(photo()).get_json()["attachment_id"]
    neighbour = make_person("committee", area_id=SIBLING)
    there, nowhere = sender.fetch(sent, by=neighbour), sender.fetch(new_id(), by=neighbour)
    assert there.status_code == nowhere.status_code == 404
    assert there.get_json() == nowhere.get_json()


def test_a_volunteer_cannot_fetch_photos(sender: Sender) -> None:
    sent = sender.send(photo()).get_json()["attachment_id"]
    assert sender.fetch(sent, by=sender.volunteer).status_code == 403


def test_one_visit_takes_nine_photos(sender: Sender) -> None:
    answers = [sender.send(photo(size=(20, 20 + n))) for n in range(10)]
    assert [a.status_code for a in answers] == [201] * 9 + [422]


def test_nothing_is_left_in_the_store_of_a_photo_that_was_refused(
    sender: Sender, data_dir: Path
) -> None:
    for n in range(10):
        sender.send(photo(size=(20, 20 + n)))
    kept = [path for path in (data_dir / "attachments").rglob("*") if path.is_file()]
    assert len(kept) == 9
