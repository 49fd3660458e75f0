import json

import pytest

from compounds.models import Person
from compounds.notices.actions import notify, notify_phone
from compounds.notices.tests.post_office import PostOffice
from tests.cast import MONDAY

STORY = {
    "event": "ticket_escalated",
    "title": "工单已升级",
    "body": "消防通道被占，已由社区党委督办。",
    "url": "/tickets/BS-0001/",
    "key": "ticket:BS-0001:L2",
    "at": MONDAY,
}


@pytest.fixture
def tell():
    """Write the notice of the story to these people; a test changes what it is about."""

    def told(*people, **over):
        notify(to=people, **{**STORY, **over})

    return told


@pytest.fixture
def tell_phone():
    def told(phone, **over):
        notify_phone(phone=phone, **{**STORY, **over})

    return told


@pytest.fixture
def post_office(settings):
    office = PostOffice().open()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield office
    office.close()


@pytest.fixture
def outbox(settings, tmp_path):
    """What the gateways that stand in for providers have written."""
    settings.VAR_DIR = tmp_path

    def lines(gateway):
        path = tmp_path / "outbox" / f"{gateway}.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    return lines


@pytest.fixture
def with_email():
    """Give a person of the cast a mailbox."""

    def given(person, address=None):
        person.email = address or f"person{person.pk}@example.cn"
        Person.objects.filter(pk=person.pk).update(email=person.email)
        return person

    return given
