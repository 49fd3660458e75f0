"""One report sent twenty times at once, as an impatient thumb and a bad network do."""

from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

from complaints.actions.filing import begin_draft
from complaints.models import Concern, Ticket, TicketEvent
from compounds.notices.models import Notice
from tests.cast import MONDAY
from tests.races.threads import together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

TRIALS, TIMES = 100, 20


@pytest.fixture
def drafts(cast):
    answers = {"compound": cast.home.code, "text": "四楼声控灯不亮", "visibility": "nameless"}
    return [begin_draft(at=MONDAY, **answers) for _ in range(TRIALS)]


def test_a_report_sent_twenty_times_at_once_is_one_ticket(cast, drafts):
    browsers = [Client() for _ in range(TIMES)]

    def send(number, draft):
        url = reverse("complaints:report-check", args=[draft.key])
        address = f"2001:db8:{draft.key.hex[:4]}:{draft.key.hex[4:8]}::1"
        response = browsers[number].post(url, REMOTE_ADDR=address)
        return response.status_code, response.headers.get("Location")

    for draft, got in zip(drafts, together(send, drafts, threads=TIMES), strict=True):
        done = reverse("complaints:report-done", args=[draft.key])
        assert Counter(got) == {(302, done): TIMES}
    assert Ticket.objects.count() == Concern.objects.count() == TRIALS
    assert Concern.objects.filter(submission_key__in=[one.key for one in drafts]).count() == TRIALS
    assert TicketEvent.objects.count() == TRIALS
    assert Notice.objects.filter(person=cast.secretary, event="ticket_filed").count() == TRIALS
