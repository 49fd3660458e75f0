"""The public pages of a log."""

import re
import zipfile
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.tests.test_plain_words import assert_plain
from evidence.actions.logs import append, append_all, open_stream, origin_of
from evidence.actions.publishing import add_witness, publish_checkpoint
from evidence.terms import Occasion, WitnessRole
from tests.cast import MONDAY


@pytest.fixture
def stream(db):
    stream = open_stream(origin_of("votes/BS001-2026-1"), title="示例小区业主表决", at=MONDAY)
    add_witness(stream, name="张三", email="zhang@b.cn", role=WitnessRole.SCRUTINEER, at=MONDAY)
    append_all(stream, [{"n": n} for n in range(60)], at=MONDAY)
    publish_checkpoint(stream, at=MONDAY, occasion=Occasion.OPEN)
    return stream


def page(client, name, *arguments, **asked):
    response = client.get(reverse(f"evidence:{name}", args=arguments), asked)
    assert response.status_code == 200
    return response


def test_every_page_is_plain_and_says_nothing_of_impossible_promises(client, stream):
    for name, arguments in {
        "streams": [],
        "check": [],
        "stream": [stream.origin],
        "checkpoint": [stream.origin, 60],
        "protocol": [stream.origin, 60],
    }.items():
        shown = page(client, name, *arguments)
        assert "不可篡改" not in shown.text
        shown.content = re.sub(r"<pre.*?</pre>", "", shown.text, flags=re.S).encode()
        assert_plain(shown)


def test_the_log_tells_its_head_and_who_got_it_and_not_the_mailbox(client, stream):
    shown = page(client, "stream", stream.origin).text

    assert all(f"<span>{group}</span>" in shown for group in stream.checkpoints.get().groups)
    assert "监票人 张三" in shown
    assert "zhang@b.cn" not in shown
    assert "见证人还少 2 位" in shown


def test_the_code_of_the_poster_is_compared(client, stream):
    root = "".join(stream.checkpoints.get().groups)

    assert "和您扫的海报一样" in page(client, "checkpoint", stream.origin, 60, root=root).text
    assert "海报不一样" in page(client, "checkpoint", stream.origin, 60, root="00").text
    assert (
        "海报"
        not in page(client, "checkpoint", stream.origin, 60).text.split("</h1>")[1].split("打印")[0]
    )


def test_lines_are_found_by_number_and_leafed_through(client, stream):
    first = page(client, "entries", stream.origin).text
    assert "第 1 号" in first
    assert "第 51 号" not in first
    assert "number=51" in first
    found = page(client, "entries", stream.origin, number="57").text
    entry = stream.entries.get(index=56)
    assert f"<b>第 57 号</b> 短码 {entry.short_code}" in found
    for beyond in ("61", "x", "99999999999"):
        page(client, "entries", stream.origin, number=beyond)


def test_the_bundle_is_whole_and_is_not_sent_twice(client, stream):
    response = page(client, "bundle", stream.origin)

    names = set(zipfile.ZipFile(BytesIO(response.content)).namelist())
    assert {
        "log.jsonl",
        "keys.json",
        "verify.py",
        "README.txt",
        "checkpoints/000000060.txt",
    } <= names
    address, tag = reverse("evidence:bundle", args=[stream.origin]), response["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    append(stream, {"n": 60}, at=MONDAY)
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_the_feed_carries_the_notes(client, stream):
    note = stream.checkpoints.get().note
    for address in (
        reverse("evidence:feed"),
        reverse("evidence:stream-feed", args=[stream.origin]),
    ):
        response = client.get(address)
        assert response["Content-Type"].startswith("application/atom+xml")
        assert note in response.text


def test_the_poster_is_a_pdf_and_the_note_is_the_note(client, stream):
    assert page(client, "poster", stream.origin, 60).content.startswith(b"%PDF-")
    assert page(client, "note", stream.origin, 60).text == stream.checkpoints.get().note


@pytest.mark.parametrize("name", ["stream", "entries", "bundle", "stream-feed"])
def test_another_log_is_not_there(client, db, name):
    assert client.get(reverse(f"evidence:{name}", args=["no/votes/1"])).status_code == 404


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_one_or_many_cost_the_same(client, stream):
    addresses = [
        reverse("evidence:streams"),
        reverse("evidence:feed"),
        stream.get_absolute_url(),
        reverse("evidence:entries", args=[stream.origin]),
    ]
    before = [queries(client, address) for address in addresses]
    for n in range(20):
        open_stream(origin_of(f"votes/{n}"), title=f"第 {n} 次", at=MONDAY)
        add_witness(stream, name=f"{n}", email=f"{n}@b.cn", role=WitnessRole.OWNER, at=MONDAY)
        append(stream, {"more": n}, at=MONDAY)
        publish_checkpoint(stream, at=MONDAY, occasion=Occasion.ASKED)

    assert [queries(client, address) for address in addresses] == before


def test_the_list_leafs_by_key(client, stream):
    for n in range(50):
        open_stream(origin_of(f"votes/{n}"), title=f"第 {n} 次", at=MONDAY)

    first = page(client, "streams")
    assert "示例小区业主表决" not in first.text
    assert "示例小区业主表决" in client.get(first.context["next_url"]).text
