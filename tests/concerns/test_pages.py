"""The resident's form and progress page as the server writes them."""

from __future__ import annotations

import gzip
import re

from flask.testing import FlaskClient

from server.concerns import pages, words


def test_both_languages_say_everything():
    assert words.ZH.keys() == words.EN.keys()
    assert words.SCRIPT_ZH.keys() == words.SCRIPT_EN.keys()
    for chinese, english in ((words.ZH, words.EN), (words.SCRIPT_ZH, words.SCRIPT_EN)):
        for key, text in chinese.items():
            assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[key])), (
                key
            )


def test_no_page_speaks_in_system_words():
    banned = re.compile("失败|错误|非法|逾期|异常|请注意|服务器|缓存|队列")
    for text in (*words.ZH.values(), *words.SCRIPT_ZH.values()):
        assert not banned.search(text), text


def test_the_form_offers_the_notices_eight_kinds_in_its_order(client: FlaskClient, door: str):
    page = client.get(f"/c/new/{door}").text
    kinds = re.findall(r'name="category" value="(\w+)"', page)
    assert kinds[:8] == ["environment", "public_safety", "property_mgmt", "elder_care",
                         "child_care", "help_vulnerable", "culture", "sports"]  # fmt: skip
    assert "checked" not in page.split('name="anonymous"')[0]


def test_everything_the_form_needs_is_sent_in_less_than_60_kilobytes(
    client: FlaskClient, door: str
):
    sent = [
        f"/c/new/{door}",
        *(f"/c/static/{pages.VERSION}/{f.name}" for f in pages.STATIC.iterdir()),
    ]
    answers = [client.get(path, headers={"Accept-Encoding": "gzip"}) for path in sent]
    assert {answer.headers["Content-Encoding"] for answer in answers} == {"gzip"}
    assert sum(len(answer.data) for answer in answers) < 60_000


def test_a_page_is_the_same_for_a_browser_that_takes_nothing_compressed(
    client: FlaskClient, door: str
):
    for path in (f"/c/new/{door}", f"/q/{door}", f"/c/static/{pages.VERSION}/resident.css"):
        plain = client.get(path)
        packed = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in plain.headers
        assert gzip.decompress(packed.data) == plain.data
        assert "Accept-Encoding" in plain.vary and "Accept-Encoding" in packed.vary


def test_no_page_carries_a_script_or_style_inside(client: FlaskClient, door: str):
    for path in (f"/c/new/{door}", "/c/follow", "/c/info", "/c/door"):
        page = client.get(path).text
        for tag in re.findall(r"<script[^>]*>", page):
            assert "src=" in tag or 'type="application/json"' in tag
        assert "<style" not in page and not re.search(r'\sstyle="|\son\w+="', page)


def test_files_are_cached_for_ever_under_their_content_and_under_nothing_else(client: FlaskClient):
    right = client.get(f"/c/static/{pages.VERSION}/submit.js")
    assert right.status_code == 200 and "immutable" in right.headers["Cache-Control"]
    assert client.get("/c/static/0123456789abcdef/submit.js").status_code == 404
    for name in ("../models.py", "..%2fmodels.py", "submit.js%00"):
        assert client.get(f"/c/static/{pages.VERSION}/{name}").status_code == 404


def test_the_link_of_a_concern_never_stands_in_an_address(client: FlaskClient, door: str):
    script = (pages.STATIC / "submit.js").read_text()
    assert "'/c/follow') + '#'" in script
    assert "?link" not in script and "?link" not in (pages.STATIC / "follow.js").read_text()
