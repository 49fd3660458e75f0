from uuid import uuid4

import pytest

from complaints.actions.filing import begin_draft, file_concern
from complaints.open311.actions import issue_key
from complaints.terms import Visibility
from tests.cast import MONDAY

REQUESTS = "/open311/v2/requests.json"
TEXT = "5栋2单元电梯里有焦味，已经停了。"


@pytest.fixture
def secret(cast):
    """A key that another system has been given."""
    return new_key(cast)


def new_key(cast, **over):
    given = {"label": "热线平台", "compound": None, "hourly_limit": 120, "gives_token": False}
    _, secret = issue_key(
        **{**given, **over}, submission_key=uuid4(), by=cast.administrator, at=MONDAY
    )
    return secret


@pytest.fixture
def send(client, cast, secret):
    """POST a request as a program does; a test changes what it says."""

    def sent(url=REQUESTS, **over):
        given = {
            "api_key": secret,
            "service_code": "lift",
            "address_id": cast.home.code,
            "description": TEXT,
        }
        values = {name: value for name, value in {**given, **over}.items() if value is not None}
        return client.post(url, values)

    return sent


def file(cast, *, at=MONDAY, compound=None, **answers):
    """One report of a resident, by the house's own door."""
    answers = {"text": "四楼声控灯不亮", "visibility": Visibility.NAMELESS, **answers}
    draft = begin_draft(at=at, compound=(compound or cast.home).code, **answers)
    return file_concern(draft, reporter=None, address=str(draft.key), at=at)
