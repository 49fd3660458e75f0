"""核对回执 on the portal: the receipt of a ballot against its log, and every way to forge one."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import escape

from complaints.tests.test_plain_words import assert_plain
from evidence.actions.logs import append, append_all, open_stream, origin_of, receipt_of
from evidence.models import Stream
from evidence.rules.notes import Head, signed_note
from evidence.tests.votes import OTHER_KEY, commitment
from tests.cast import MONDAY

URL = reverse("evidence:receipt")
NONCE, CHOICES = "ab" * 32, {"q1": ["agree"]}


@pytest.fixture
def receipt(db):
    """Of the third of five lines."""
    stream = open_stream(origin_of("votes/BS001-2026-1"), title="示例小区业主表决", at=MONDAY)
    sealed = {"kind": "ballot", "commitment": commitment(NONCE, CHOICES), "right": "0001"}
    entries = append_all(stream, [{"n": 0}, {"n": 1}, sealed, {"n": 3}, {"n": 4}], at=MONDAY)
    return receipt_of(entries[2], nonce=NONCE, choices=CHOICES)


def answer(client, receipt):
    return client.post(URL, {"text": json.dumps(receipt)})


def test_a_true_receipt_is_found_as_text_and_as_a_file(client, receipt):
    words = "相符：第 3 号在日志里"
    assert_plain(client.get(URL))
    assert words in answer(client, receipt).text
    assert words in answer(client, {k: v for k, v in receipt.items() if k != "nonce"}).text
    file = SimpleUploadedFile("receipt.json", json.dumps(receipt).encode())
    assert words in client.post(URL, {"file": file}).text


@pytest.mark.parametrize(
    ("forged", "words"),
    [
        (lambda one: {"line": one["line"].replace("0001", "0002")}, "第 3 号的内容和回执上的不同"),
        (lambda one: {"index": 7}, "日志里没有第 8 号"),
        (lambda one: {"index": -1}, "日志里没有第 0 号"),
        (lambda one: {"index": 10**30}, "日志里没有第"),
        (lambda one: {"origin": "elsewhere.example/votes/1"}, "日志里没有第 3 号"),
        (lambda one: {"path": one["path"][1:]}, "算不出它自己的根"),
        (lambda one: {"root": "00" * 32}, "算不出它自己的根"),
        (lambda one: {"note": "—"}, "签名不是本站的"),
        (lambda one: {"note": signed_by_another(one)}, "签名不是本站的"),
        (lambda one: {"size": 5}, "签名是给别的内容签的"),
        (lambda one: {"nonce": "00" * 32}, "选择和投票时封存的不符"),
        (lambda one: {"choices": {"q1": ["against"]}}, "选择和投票时封存的不符"),
        (lambda one: {"choices": {"q1": 0.5}}, "选择和投票时封存的不符"),
    ],
)
def test_a_forged_receipt_is_refused_in_words(client, receipt, forged, words):
    page = answer(client, {**receipt, **forged(receipt)})

    assert "回执和日志不符" in page.text and words in page.text
    assert "相符：" not in page.text and NONCE not in page.text
    assert_plain(page)


def signed_by_another(receipt):
    head = Head(receipt["origin"], receipt["size"], bytes.fromhex(receipt["root"]))
    return signed_note(head, OTHER_KEY)


def test_a_ballot_that_was_voided_says_so(client, receipt):
    append(Stream.objects.get(), {"kind": "void", "ballot": 2, "by": ["S1", "S2"]}, at=MONDAY)
    assert "第 3 号票在日志里，但后来作废了" in answer(client, receipt).text


@pytest.mark.parametrize(
    "typed", ["", "{", "[]", "回执", '{"format": "bizhan-receipt-v1"}', "[" * 9999]
)
def test_what_is_no_receipt_comes_back_with_what_was_typed(client, db, typed):
    page = client.post(URL, {"text": typed})

    assert "<title>错误：" in page.text
    assert ("请先选回执文件" if not typed else "不是一份完整的回执") in page.text
    assert f">\n{escape(typed)}</textarea>" in page.text


@pytest.mark.parametrize("change", [{"path": None}, {"path": ["x"]}, {"size": "3"}, {"line": 3}])
def test_a_receipt_that_is_not_whole_is_none(client, receipt, change):
    assert "不是一份完整的回执" in answer(client, {**receipt, **change}).text
