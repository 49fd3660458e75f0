import base64
import hashlib
import hmac
import json
import re
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from complaints.actions.desk import accept_ticket
from complaints.actions.filing import begin_draft, file_concern
from complaints.terms import Category, Kind, Lane
from compounds.notices.rules import LEASE, MAX_ATTEMPTS
from compounds.notices.terms import State
from compounds.rules import Refused
from compounds.webhooks.actions import add_webhook, pause_webhook, send_pushes
from compounds.webhooks.caller import check_address
from compounds.webhooks.models import Push, Webhook
from compounds.webhooks.rules import is_public
from tests.cast import MONDAY

MINUTE = timedelta(minutes=1)


@pytest.fixture
def receiver():
    """Another system on a loopback port: what it was sent, and what it answers."""

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.got.append((dict(self.headers), body))
            self.send_response(server.answer)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()

        def log_message(self, *said):
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Desk)
    server.got, server.answer = [], 200
    server.url = f"http://127.0.0.1:{server.server_port}/hook?of=bizhan"
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def hook(cast, receiver):
    given = {"label": "渝快政", "url": receiver.url, "events": ["ticket.filed", "ticket.accepted"]}
    webhook, secret = add_webhook(**given, submission_key=uuid4(), by=cast.administrator, at=MONDAY)
    webhook.told_secret = secret
    return webhook


def file(cast, **over):
    answers = {"compound": cast.home.code, "text": "电梯停了，打 13912345678", **over}
    draft = begin_draft(at=MONDAY, name="王建国", phone="13900000001", **answers)
    return file_concern(draft, reporter=None, address=str(draft.key), at=MONDAY)


def test_a_deed_is_pushed_once_signed_and_without_anybody(cast, hook, receiver):
    ticket = file(cast)
    given = {"category": Category.LIFT, "kind": Kind.COMPLAINT, "lane": Lane.GENERAL}
    accept_ticket(ticket, by=cast.secretary, at=MONDAY, **given)

    assert send_pushes(at=MONDAY) == 2
    assert send_pushes(at=MONDAY + LEASE) == 0
    headers, body = receiver.got[0]
    told = json.loads(body)
    assert (told["type"], told["data"]["number"]) == ("ticket.filed", ticket.code)
    for private in ("王建国", "13900000001", "13912345678", "书记"):
        assert private not in str([json.loads(one) for _, one in receiver.got])
    key = base64.b64decode(hook.told_secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_a_secret_report_is_pushed_without_its_words(cast, hook, receiver):
    file(cast, visibility="secret")
    send_pushes(at=MONDAY)

    assert "电梯" not in receiver.got[0][1].decode()


def test_nobody_is_told_of_what_they_did_not_ask_for_or_while_paused(cast, hook):
    Webhook.objects.update(events=["ticket.closed"])
    file(cast)
    Webhook.objects.update(events=["ticket.filed"])
    pause_webhook(hook, is_paused=True, by=cast.administrator, at=MONDAY)
    file(cast)

    assert not Push.objects.exists()


def test_what_is_not_taken_is_tried_again_and_then_has_failed(cast, hook, receiver):
    receiver.answer = 302
    file(cast)
    file(cast)
    assert send_pushes(at=MONDAY) == 0
    assert len(receiver.got) == 1  # the second waits for the next sweep
    assert sorted(Push.objects.values_list("attempts", flat=True)) == [0, 1]

    at = MONDAY
    for _ in range(2 * MAX_ATTEMPTS):
        at += timedelta(days=1)
        send_pushes(at=at)
    assert {push.state for push in Push.objects.all()} == {State.FAILED}
    assert {push.error for push in Push.objects.all()} == {"对方回答 302"}

    receiver.answer = 204
    push = Push.objects.latest("pk")
    ids = {headers["webhook-id"] for headers, _ in receiver.got}
    Push.objects.filter(pk=push.pk).update(state=State.WAITING, attempts=0, next_try_at=at)
    assert send_pushes(at=at) == 1
    assert receiver.got[-1][0]["webhook-id"] in ids


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
    ],
)
def test_only_the_open_internet_is_public(address, public):
    assert is_public(address) is public


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://0x7f000001/",
        "ftp://example.cn/",
        "http://user@127.0.0.1/",
        "http://no-such-host.invalid/",
    ],
)
def test_our_own_machines_are_not_called(url, settings):
    settings.WEBHOOKS_MAY_BE_PRIVATE = False
    with pytest.raises(Refused):
        check_address(url)


def test_a_name_that_now_leads_inside_is_not_called_either(cast, hook, receiver, settings):
    settings.WEBHOOKS_MAY_BE_PRIVATE = False
    file(cast)

    assert send_pushes(at=MONDAY) == 0
    assert receiver.got == []
    assert "内部网络" in Push.objects.get().error


def test_the_administrator_adds_sees_pauses_resends_and_removes(client, cast, receiver):
    client.force_login(cast.administrator)
    given = {"label": "平台", "url": receiver.url, "events": ["ticket.filed"]}
    same = {**given, "submission_key": uuid4()}
    page = client.post("/manage/webhooks/new/", same)
    (secret,) = re.findall(r"whsec_[\w+/=]+", page.text)
    assert secret not in client.post("/manage/webhooks/new/", same).text
    webhook = Webhook.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM webhooks_webhook")
        assert secret not in cursor.fetchone()[0]

    file(cast)
    send_pushes(at=MONDAY)
    assert "工单提交" in client.get(webhook.get_absolute_url()).text
    client.post(reverse("webhooks:resend", args=[Push.objects.get().pk]))
    assert Push.objects.get().state == State.WAITING
    client.post(reverse("webhooks:pause", args=[webhook.pk]))
    assert "恢复推送" in client.get(webhook.get_absolute_url()).text
    client.post(reverse("webhooks:remove", args=[webhook.pk]))
    assert client.get(webhook.get_absolute_url()).status_code == 404
    refused = client.post("/manage/webhooks/new/", {**given, "url": "ftp://x"})
    assert refused.status_code == 200 and Webhook.objects.count() == 1
