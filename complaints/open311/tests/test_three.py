"""The client `three` as PyPI has it, against a live server; it was written for Python 2."""

import itertools

import pytest
from pytest_django.live_server_helper import LiveServer

from complaints.models import Ticket
from complaints.open311.tests.conftest import new_key
from complaints.tests.test_report import picture


@pytest.fixture
def server(settings):
    """Of this test alone, begun when its settings stand."""
    begun = LiveServer("localhost")
    settings.SITE_ADDRESS = begun.url
    yield begun
    begun.stop()


@pytest.fixture
def three(server, cast, monkeypatch):
    """The package itself stays as it is; only the name it expects of `itertools` is given."""
    monkeypatch.setattr(itertools, "ifilter", filter, raising=False)
    monkeypatch.setenv("NO_PROXY", "*")
    from three import Three

    clients = []

    def connected(**key):
        endpoint = f"{server.url}/open311/v2/"
        clients.append(Three(endpoint, api_key=new_key(cast, **key)))
        return clients[-1]

    yield connected
    for client in clients:
        client.session.close()


def photo():
    upload = picture()
    return (upload.name, upload.read(), upload.content_type)


@pytest.mark.django_db(transaction=True)
def test_three_lists_services_posts_with_a_photo_and_reads_it_back(three, cast):
    client = three()
    assert "lift" in {service["service_code"] for service in client.services()}
    assert client.services("lift")["service_code"] == "lift"
    assert client.discovery()["endpoints"]

    (posted,) = client.post(
        "lift",
        address="示范小区一2栋1单元",
        name="建国 王",
        phone="13900000001",
        description="电梯停在四楼，打 13900000001 找我。",
        media=photo(),
    )
    number = posted["service_request_id"]
    ticket = Ticket.objects.get(code=number)
    assert (ticket.compound, str(ticket.entrance)) == (cast.home, "2栋1单元")
    assert ticket.concerns.get().name == "王建国"

    (read,) = client.request(number)
    assert (read["service_request_id"], read["status"]) == (number, "open")
    assert "13900000001" not in str(read) and "139****01" in read["description"]
    assert client.requests("lift") == [read] == client.requests(count=1)
    assert client.requests("fire") == []
    assert client.session.get(read["media_url"]).content.startswith(b"\xff\xd8")

    batch = three(gives_token=True)
    (posted,) = batch.post("fire", address="BS001", description="灭火器过期", media=photo())
    (found,) = batch.token(posted["token"])
    (read,) = batch.request(found["service_request_id"])
    assert read["description"] == "灭火器过期"

    (refused,) = client.post("potholes", address="BS001", description="路面有坑")
    assert refused["code"] == 404
