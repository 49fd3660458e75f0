"""One request of another system sent twenty times at once, as its retries do."""

from collections import Counter

import pytest
from django.test import Client

from complaints.models import Ticket
from complaints.open311.models import Receipt
from complaints.open311.tests.conftest import new_key
from tests.races.threads import together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

TRIALS, TIMES = 50, 20


def test_a_request_sent_twenty_times_at_once_is_one_ticket(cast):
    secret = new_key(cast, hourly_limit=TRIALS)
    browsers = [Client() for _ in range(TIMES)]

    def send(number, text):
        sent = {"api_key": secret, "service_code": "lift", "address_id": "BS001"}
        response = browsers[number].post("/open311/v2/requests.json", {**sent, "description": text})
        return response.status_code, response.json()[0].get("service_request_id")

    texts = [f"第 {number} 件" for number in range(TRIALS)]
    for text, got in zip(texts, together(send, texts, threads=TIMES), strict=True):
        assert Counter(got) == {(200, Ticket.objects.get(text=text).code): TIMES}
    assert Ticket.objects.count() == Receipt.objects.count() == TRIALS
